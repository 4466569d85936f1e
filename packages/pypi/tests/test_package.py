"""Tests the files of the two distributions. Run by `packages/pypi/test`, which sets WHEEL and SOURCE."""

import email
import json
import os
import re
import tarfile
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
MANIFEST = (ROOT / "Cargo.toml").read_text()
# Far below the repository, which has thousands of templates.
MOST_OF_SOURCE = 800_000


def of_manifest(field):
    return re.search(rf'^{field} = "(.*)"$', MANIFEST, re.MULTILINE)[1]


class Wheel(unittest.TestCase):
    def setUp(self):
        self.wheel = zipfile.ZipFile(os.environ["WHEEL"])
        self.addCleanup(self.wheel.close)
        self.info = f"cfn_ipfix-{of_manifest('version')}.dist-info"

    def read(self, name):
        return self.wheel.read(name).decode()

    def test_has_the_program_and_the_module(self):
        names = set(self.wheel.namelist())
        modules = {f"cfn_ipfix/{name}" for name in ("__init__.py", "__main__.py", "cfnlint.py", "py.typed")}
        program = self.info.replace("dist-info", "data/scripts/cfn-ipfix")
        self.assertLessEqual(modules | {program}, names)
        others = {name for name in names - modules if not name.startswith(self.info)}
        self.assertEqual(others, {program})

    def test_has_both_licences(self):
        for name in ("LICENSE-MIT", "LICENSE-APACHE"):
            self.assertEqual(self.read(f"{self.info}/licenses/{name}"), (ROOT / name).read_text())

    def test_has_the_metadata_of_the_crate(self):
        metadata = email.message_from_string(self.read(f"{self.info}/METADATA"))
        self.assertEqual(metadata["Name"], of_manifest("name"))
        self.assertEqual(metadata["Version"], of_manifest("version"))
        self.assertEqual(metadata["Summary"], of_manifest("description"))
        self.assertEqual(metadata["License-Expression"], of_manifest("license"))
        # The addresses are those of the crate, which may have none yet.
        addresses = re.findall(r'^(?:homepage|repository|documentation) = "(.*)"$', MANIFEST, re.MULTILINE)
        urls = [url.split(", ")[1] for url in metadata.get_all("Project-URL", [])]
        self.assertEqual(sorted(set(urls)), sorted(set(addresses)))

    def test_describes_itself_without_relative_links(self):
        description = email.message_from_string(self.read(f"{self.info}/METADATA")).get_payload()
        self.assertIn("Invalid IAM Instance Profile name", description)
        self.assertEqual(re.findall(r"\]\((?!https://)[^)]*\)", description), [])

    def test_lists_its_dependencies(self):
        (name,) = (name for name in self.wheel.namelist() if name.startswith(f"{self.info}/sboms/"))
        components = {component["name"] for component in json.loads(self.read(name))["components"]}
        self.assertLessEqual({"clap", "hcl-edit", "serde_yaml", "yaml-rust2"}, components)


class Source(unittest.TestCase):
    def test_is_small_and_has_what_a_build_reads(self):
        with tarfile.open(os.environ["SOURCE"]) as source:
            names = {name.partition("/")[2] for name in source.getnames()}
        self.assertLessEqual(
            {"Cargo.toml", "Cargo.lock", "LICENSE-MIT", "LICENSE-APACHE", "README.md", "src/main.rs"}, names
        )
        self.assertLessEqual({"pyproject.toml", "description.md", "python/cfn_ipfix/cfnlint.py"}, names)
        templates = {name for name in names if name.endswith((".yaml", ".json", ".tf"))}
        self.assertEqual(templates, set())
        self.assertLess(os.path.getsize(os.environ["SOURCE"]), MOST_OF_SOURCE)


if __name__ == "__main__":
    unittest.main()
