"""Applies Terraform modules before and after their fixes in moto. Run by `scripts/apply-with-terraform`.

The modules are those of tests/modules/fix and tests/modules/unsafe. Modules without common names are called by one root
module, so that Terraform runs only a few times. The script checks the following:

- Terraform rejects the broken module: `validate` or `plan` does, or `apply` fails at an instance, because moto looks
  up its profile. Or moto does not judge the module, because it has no instance. Or the instances have the names of
  profiles by luck, because these are the names of roles, too.
- The fixed module is valid, is applied, and a second plan is empty. A module with resources that moto cannot create is
  only validated.
- In the fixed module, each argument that referred to a role refers to a profile that has this role.
- Each instance has an existing profile with a role.
- A file that `terraform fmt` does not change is not changed after the fix either.

A module without required arguments or variables shows only a mistake, and is not judged.
"""

import argparse
import collections
import json
import logging
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import boto3
from moto.server import ThreadedMotoServer

from modules import OWN, as_terraform_reads, cases, sources

# Types that moto can create for this provider. A module with another one is only validated.
APPLIED = {
    "aws_iam_instance_profile",
    "aws_iam_role",
    "aws_iam_role_policy_attachment",
    "aws_instance",
    "aws_launch_configuration",
    "aws_launch_template",
}
# Words of modules that need a newer provider, another one, or OpenTofu.
NEWER = ["managed_instances_provider", "awscc_", "aws_datapipeline_pipeline_definition", "enabled = "]
# Errors of modules that show a mistake, but have no more than that.
INCOMPLETE = re.compile("is required, but no definition was found|input variable .* has not been declared")
SERVICES = ["autoscaling", "batch", "ec2", "emr", "iam", "sts"]
REGION = "us-east-1"


def main():
    parser = argparse.ArgumentParser(prog="apply-with-terraform", description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    parser.add_argument("folders", nargs="*", type=Path, default=[OWN], help="folders with modules to fix")
    arguments = parser.parse_args()
    # moto's server logs each request.
    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        rows = [Row(case, Path(folder)) for root in arguments.folders for case in cases(root.resolve())]
        check_format(rows, Path(folder))
        server = ThreadedMotoServer(port=0, verbose=False)
        server.start()
        endpoint = "http://{}:{}".format(*server.get_host_and_port())
        for at, batch in enumerate(batches([row for row in rows if not row.is_newer])):
            Batch(batch, Path(folder, f"batch{at}"), endpoint).check()
        server.stop()
    print(json.dumps(counts(rows), indent=2) if arguments.json else table(rows))
    for row in rows:
        for wrong in row.wrong:
            print(f"wrong: {row.case.name}: {wrong}", file=sys.stderr)
    return any(row.wrong for row in rows)


REJECTED_BY = {"validate": "not valid", "plan": "no plan", "apply": "not applied"}
NOT_JUDGED, LUCKY, APPLIES, VALID = "not judged", "by luck", "applied", "valid"


class Row:
    """A module before and after its fix, and the results for both."""

    def __init__(self, case, folder):
        self.case = case
        self.label = re.sub(r"\W", "_", f"{case.kind}_{case.folder.name}")
        self.folders = {state: folder / state / self.label for state in ("before", "after")}
        for target in self.folders.values():
            case.copy(target)
        case.fix(self.folders["after"])
        self.is_fixed = sources(self.folders["before"]) != sources(self.folders["after"]) or any(
            self.folders["after"].glob("*.tofu*")
        )
        for target in self.folders.values():
            as_terraform_reads(target)
        text = "".join(sources(self.folders["after"]).values())
        below = "".join(file.read_text() for file in self.folders["after"].glob("*/*.tf"))
        self.is_newer = any(word in text for word in NEWER)
        in_hcl = re.findall(r'(?:^|\n)\s*resource "?(\w+)"? ', text + below)
        in_json = re.findall(r'"(aws_\w+)": \{', text)
        self.types = {*in_hcl, *in_json}
        self.names = set(re.findall(r'\bname"?\s*[=:]\s*"([^"]+)"', text + below))
        self.verdicts = {"before": "", "after": ""}
        self.error = ""
        self.roles = 0
        self.wrong = []
        if not self.is_fixed:
            self.wrong.append("it is not fixed")
        if self.is_newer:
            self.verdicts = dict.fromkeys(self.verdicts, "newer")

    @property
    def is_applied(self):
        return self.types <= APPLIED

    def sources(self, state):
        return "".join(sources(self.folders[state]).values())


def check_format(rows, folder):
    """Compares the files that `terraform fmt` would change."""
    changed = {}
    for state in ("before", "after"):
        done = terraform(folder, "fmt", "-check", "-recursive", "-list=true", state)
        changed[state] = {line.split("/", 1)[1] for line in done.stdout.split("\n") if "/" in line}
    for row in rows:
        new = [name for name in changed["after"] - changed["before"] if name.startswith(f"{row.label}/")]
        row.wrong += [f"terraform fmt would change {name}, but not the original" for name in sorted(new)]


def batches(rows):
    """Returns lists of modules, each without common names; modules that are only validated are in the first one."""
    found = [([], set())]
    for row in rows:
        names = row.names if row.is_applied else set()
        fitting = next(((batch, taken) for batch, taken in found if not taken & names), None)
        if fitting is None:
            fitting = ([], set())
            found.append(fitting)
        fitting[0].append(row)
        fitting[1].update(names)
    return [batch for batch, _ in found]


class Batch:
    """Modules that one root module calls."""

    def __init__(self, rows, folder, endpoint):
        self.rows = {row.label: row for row in rows}
        self.folder = folder
        self.endpoint = endpoint

    def check(self):
        self.check_broken()
        self.check_fixed()

    def check_broken(self):
        root = Root(self, "before", self.rows)
        for step in ("validate", "plan"):
            # Terraform does not report all errors at once.
            while rejected := root.rejected(step):
                for label, error in rejected.items():
                    self.rows[label].verdicts["before"] = REJECTED_BY[step]
                    self.rows[label].error = error
                root.leave_out(rejected)
            if step == "validate":
                root.leave_out([label for label in root.labels if not self.rows[label].is_applied])
        self.references = root.references()
        failed = root.rejected("apply")
        created = root.instances()
        for label in root.labels:
            row, own = self.rows[label], created.get(label, [])
            if label in failed:
                row.verdicts["before"], row.error = REJECTED_BY["apply"], failed[label]
            elif "aws_instance" not in row.types:
                row.verdicts["before"] = NOT_JUDGED
            else:
                row.verdicts["before"] = LUCKY
                roles = {role["RoleName"] for role in root.all("role")}
                if not own or any(profile not in roles for profile in own):
                    row.wrong.append("the broken module is applied")
        for row in self.rows.values():
            row.verdicts["before"] = row.verdicts["before"] or NOT_JUDGED

    def check_fixed(self):
        root = Root(self, "after", self.rows)
        for step in ("validate", "plan", "apply"):
            while rejected := root.rejected(step):
                for label, error in rejected.items():
                    if INCOMPLETE.search(error):
                        self.rows[label].verdicts = dict.fromkeys(("before", "after"), "incomplete")
                        continue
                    self.rows[label].verdicts["after"] = REJECTED_BY[step]
                    self.rows[label].wrong.append(f"the fixed module is {REJECTED_BY[step]}: {error}")
                root.leave_out(rejected)
                if step == "apply":
                    break
            if step == "validate":
                for label in root.labels:
                    self.rows[label].verdicts["after"] = VALID
                root.leave_out([label for label in root.labels if not self.rows[label].is_applied])
            if step == "plan":
                self.compare_roles(root.references())
        for label in root.labels:
            self.rows[label].verdicts["after"] = APPLIES
        for label, changes in root.changed_again().items():
            self.rows[label].wrong.append(f"a second plan changes {', '.join(changes)}")
        roles_of = {one["InstanceProfileName"]: one["Roles"] for one in root.all("instance_profile")}
        for label, profiles in root.instances().items():
            for profile in profiles:
                if len(roles_of.get(profile, [])) != 1:
                    self.rows[label].wrong.append(f"an instance has the profile {profile}, which has no role")

    def compare_roles(self, after):
        """Compares the roles to which arguments lead."""
        for place, references in self.references.arguments.items():
            roles = self.references.roles(place[0], references)
            if roles and not roles <= (new := after.roles(place[0], after.arguments.get(place, []))):
                self.rows[place[0]].wrong.append(f"{place} leads to {new}, not to {roles}")
            else:
                self.rows[place[0]].roles += bool(roles)


class Root:
    """A root module that calls the modules of a batch in one state, in an account of moto of its own."""

    def __init__(self, batch, state, rows):
        self.batch = batch
        self.folder = batch.folder / state
        self.folder.mkdir(parents=True)
        self.labels = list(rows)
        self.rows = rows
        self.state = state
        urllib.request.urlopen(urllib.request.Request(f"{batch.endpoint}/moto-api/reset", method="POST"))
        self.iam = boto3.client("iam", REGION, endpoint_url=batch.endpoint)
        for row in rows.values():
            self.provide(row)
        self.write()
        terraform(self.folder, "get")

    def provide(self, row):
        """Adds the provider's settings, and what the module looks up."""
        text = row.sources(self.state)
        folder = row.folders[self.state]
        used = set(re.findall(r'\bprovider"?\s*[=:]\s*"?aws\.(\w+)', text))
        declared = set()
        for block in re.findall(r'provider "aws" \{.*?\n\}', text, re.S):
            alias = re.search(r'alias\s*=\s*"(\w+)"', block)
            declared.add(alias[1] if alias else "")
        for alias in declared | used:
            name = f"provider_{alias}_override.tf" if alias in declared else f"provider_{alias}.tf"
            settings = provider(self.batch.endpoint, f'  alias = "{alias}"\n' if alias else "")
            Path(folder, name).write_text(settings)
        for kind, name in re.findall(r'data "aws_iam_(role|instance_profile)" "\w+" \{\s*name\s*=\s*"([^"]+)"', text):
            if name in {one["RoleName"] for one in self.all("role")}:
                continue
            self.iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")
            if kind == "instance_profile":
                self.iam.create_instance_profile(InstanceProfileName=name)
                self.iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)

    def write(self):
        calls = [f'module "{label}" {{\n  source = "{self.source(label)}"\n}}\n' for label in self.labels]
        Path(self.folder, "main.tf").write_text("\n".join([provider(self.batch.endpoint, ""), *calls]))

    def source(self, label):
        return f"../../{self.state}/{label}"

    def leave_out(self, labels):
        self.labels = [label for label in self.labels if label not in labels]
        self.write()
        terraform(self.folder, "get")

    def rejected(self, step):
        """Runs a step, and returns an error for each module that it rejects."""
        options = {
            "validate": ["-json"],
            "plan": ["-json", "-out=plan"],
            "apply": ["-json", "-auto-approve", "-parallelism=30"],
        }[step]
        done = terraform(self.folder, step, *options)
        if step == "validate":
            found = json.loads(done.stdout)["diagnostics"]
        else:
            events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
            found = [event["diagnostic"] for event in events if "diagnostic" in event]
        rejected = {}
        for diagnostic in found:
            if diagnostic["severity"] == "error":
                label = self.module_of(diagnostic)
                if label not in self.labels:
                    raise RuntimeError(f"{step} of {self.state}: {diagnostic}")
                error = diagnostic["detail"] or diagnostic["summary"]
                rejected.setdefault(label, " ".join(error.split()))
        if done.returncode and not rejected:
            raise RuntimeError(f"{step} of {self.state}: {done.stdout}{done.stderr}")
        return rejected

    def module_of(self, diagnostic):
        address = diagnostic.get("address") or "".join(re.findall(r"module\.\w+\.", diagnostic["detail"])[:1])
        if address.startswith("module."):
            return address.split(".")[1].split("[")[0]
        parts = Path(diagnostic.get("range", {}).get("filename", "")).parts
        return parts[parts.index(self.state) + 1] if self.state in parts else None

    def references(self):
        return References(json.loads(terraform(self.folder, "show", "-json", "plan").stdout))

    def changed_again(self):
        """Returns the addresses that a second plan changes, by module."""
        done = terraform(self.folder, "plan", "-json")
        changed = collections.defaultdict(list)
        for line in done.stdout.splitlines():
            event = json.loads(line)
            if event["type"] == "planned_change":
                address = event["change"]["resource"]["addr"]
                changed[address.split(".")[1]].append(address)
        return changed

    def instances(self):
        """Returns the profiles of the instances that were created, by module."""
        state = json.loads(terraform(self.folder, "show", "-json").stdout).get("values", {}).get("root_module", {})
        found = collections.defaultdict(list)
        for resource in all_resources(state):
            # An instance that could not be created is not in the state.
            if resource["type"] == "aws_instance" and resource["mode"] == "managed":
                if profile := resource["values"]["iam_instance_profile"]:
                    found[resource["address"].split(".")[1]].append(profile)
        return found

    def all(self, kind):
        """Returns all roles or profiles of the account."""
        pages = self.iam.get_paginator(f"list_{kind}s").paginate()
        key = {"role": "Roles", "instance_profile": "InstanceProfiles"}[kind]
        return [one for page in pages for one in page[key]]


def all_resources(module):
    """Yields the resources of a module and of those below it."""
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from all_resources(child)


class References:
    """The references of each argument that takes a profile, as Terraform reads them."""

    def __init__(self, plan):
        calls = plan["configuration"]["root_module"].get("module_calls", {})
        self.arguments = {}
        self.profiles = {}
        for label, call in calls.items():
            for resource in call["module"].get("resources", []):
                expressions = resource.get("expressions", {})
                if resource["type"] == "aws_iam_instance_profile" and resource["mode"] == "managed":
                    role = references_of(resource, expressions.get("role", {}))
                    self.profiles[label, resource["name"]] = {
                        found[1] for one in role if (found := ROLE.match(one))
                    }
                for at, expression in enumerate(arguments_of(expressions)):
                    self.arguments[label, resource["address"], at] = references_of(resource, expression)

    def roles(self, label, references):
        """Returns the roles to which references lead, directly or by a profile."""
        found = set()
        for one in references:
            if role := ROLE.match(one):
                found.add(role[1])
            elif profile := PROFILE.match(one):
                found |= self.profiles.get((label, profile[1]), set())
        return found


def references_of(resource, expression):
    """Returns the references of an expression; `each.value` refers to what `for_each` does."""
    references = expression.get("references", [])
    if any(one.startswith("each.value") for one in references):
        references = references + resource.get("for_each_expression", {}).get("references", [])
    return references


ROLE = re.compile(r"aws_iam_role\.([\w-]+)")
PROFILE = re.compile(r"aws_iam_instance_profile\.([\w-]+)")


def arguments_of(expressions):
    """Yields the expressions below a key that names a profile, at any depth."""
    for key, value in expressions.items():
        for block in value if isinstance(value, list) else [value]:
            if key == "iam_instance_profile" and isinstance(value, list):
                yield from block.values()
            elif "instance_profile" in key and isinstance(block, dict):
                yield block


def terraform(folder, *arguments):
    command = ["terraform", arguments[0], "-no-color" if arguments[0] == "get" else None, *arguments[1:]]
    return subprocess.run([word for word in command if word], cwd=folder, capture_output=True, text=True)


def provider(endpoint, alias):
    endpoints = "".join(f'    {service} = "{endpoint}"\n' for service in SERVICES)
    return f"""provider "aws" {{
{alias}  region                      = "{REGION}"
  skip_credentials_validation = true
  skip_metadata_api_check     = true

  endpoints {{
{endpoints}  }}
}}
"""


def counts(rows):
    befores = collections.Counter(row.verdicts["before"] for row in rows)
    return {
        "modules": len(rows),
        "rejected_before": sum(befores[verdict] for verdict in REJECTED_BY.values()),
        "applied_before_by_luck": befores[LUCKY],
        "not_judged_before": befores[NOT_JUDGED],
        "applied_after": sum(row.verdicts["after"] == APPLIES for row in rows),
        "valid_after": sum(row.verdicts["after"] == VALID for row in rows),
        "incomplete": sum(row.verdicts["after"] == "incomplete" for row in rows),
        "need_a_newer_provider": sum(row.is_newer for row in rows),
        "arguments_with_their_role": sum(row.roles for row in rows),
        "wrong": sum(len(row.wrong) for row in rows),
    }


def table(rows):
    line = "{:32} {:12} {:12} {:>5}  {}".format
    lines = [line("module", "before", "after", "roles", "error before the fix")]
    for row in rows:
        cells = row.case.name, row.verdicts["before"], row.verdicts["after"], row.roles, row.error[:100]
        lines.append(line(*cells).rstrip())
    return "\n".join([*lines, "", *(f"{count:5} {what.replace('_', ' ')}" for what, count in counts(rows).items())])


if __name__ == "__main__":
    sys.exit(main())
