"""Finds the program `cfn-ipfix`, which this package installs."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator

__all__ = ["find_bin"]


def find_bin() -> str:
    """Returns the path of the program.

    Raises `FileNotFoundError`, which names the folders searched.
    """
    name = "cfn-ipfix" + (sysconfig.get_config_var("EXE") or "")
    folders = list(dict.fromkeys(map(os.path.normpath, _folders())))
    for folder in folders:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    places = "".join(f"\n  {folder}" for folder in folders)
    raise FileNotFoundError(f"the program {name} is in none of these folders; reinstall the package cfn-ipfix:{places}")


def _folders() -> Iterator[str]:
    """Returns the folders that may have the program, those that belong to this package first."""
    packages = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    scripts = sysconfig.get_path("scripts")
    # `pip install --target`. No other layout has this folder, and above the target are folders of others.
    yield os.path.join(packages, "bin")
    # An environment, a prefix or a user's folder, even if it is not the one of this interpreter.
    yield os.path.join(packages, os.path.relpath(scripts, sysconfig.get_path("purelib")))
    yield scripts
    # The interpreter that a virtual environment was made with.
    yield sysconfig.get_path("scripts", vars={"base": sys.base_prefix})
    yield sysconfig.get_path("scripts", _user_scheme())


def _user_scheme() -> str:
    if sys.version_info >= (3, 10):
        return sysconfig.get_preferred_scheme("user")
    return f"{os.name}_user"
