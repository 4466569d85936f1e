"""Runs the program: `python -m cfn_ipfix` takes its arguments and has its exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NoReturn

from cfn_ipfix import find_bin

# The exit status of the program if it fails; 1 means findings.
FAILURE = 2


def main() -> NoReturn:
    try:
        command = [find_bin(), *sys.argv[1:]]
        if os.name != "nt":
            os.execv(command[0], command)
        # Windows has no exec that keeps the process.
        sys.exit(subprocess.call(command))
    except OSError as error:
        print(f"cfn-ipfix: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        # The program got the same signal, and has ended too.
        pass
    sys.exit(FAILURE)


if __name__ == "__main__":
    main()
