"""Deploys templates before and after their fixes in moto. Run by `scripts/deploy-with-moto`.

The templates are those of examples/ and tests/variations/. The script checks the following for each fixed template:

- moto rejects the broken template, and a finding quotes the error that AWS reports in that case. Or moto does not judge
  it: moto checks only the profiles of EC2 instances and Batch, the roles of a profile, and the format of a Lambda
  function's role.
- The fixed template is deployed, and each of its profiles has one role.
- In the deployed stack, each property that takes a profile has the name or the ARN of an existing profile, whichever it
  takes. This profile has the role that the broken template refers to.
- The resource in moto has that profile, if moto stores it.
- Neither version of cfn-lint reports anything about the fixed template that it did not report before.
"""

import argparse
import collections
import copy
import functools
import itertools
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import warnings
from pathlib import Path

import boto3
from moto import mock_aws

from template import PROFILE, ROLE, ROOT, Template
from tool import run

# The commands of the two versions of cfn-lint.
LINTERS = [Path(path) for path in os.environ["LINTERS"].split()]
FOLDERS = [("examples", "*"), ("tests/variations", "*.before.*")]


def main():
    parser = argparse.ArgumentParser(prog="deploy-with-moto", description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    arguments = parser.parse_args()
    # moto warns about each resource that it does not support.
    warnings.simplefilter("ignore")
    logging.disable()
    rows = read_all()
    for row in rows:
        row.deploy()
    lint(rows)
    print(json.dumps(counts(rows), indent=2) if arguments.json else table(rows))
    for row in rows:
        for wrong in row.wrong:
            print(f"wrong: {row.name}: {wrong}", file=sys.stderr)
    return any(row.wrong for row in rows)


def read_all():
    files = [file for folder, pattern in FOLDERS for file in sorted((ROOT / folder).glob(pattern))]
    files = [file for file in files if file.is_file() and ".fixed." not in file.name and file.suffix != ".md"]
    sources = [(str(file.relative_to(ROOT)), file.read_bytes().decode()) for file in files]
    return [Row(*source, result) for source, result in zip(sources, run(sources, "--unsafe-fixes"), strict=True)]


REJECTED, NOT_JUDGED, DEPLOYED = "rejected", "not judged", "deployed"


class Row:
    """A template before and after its fix, and the results for both."""

    def __init__(self, name, before, result):
        self.name = name
        self.before = before
        self.after = result.source
        self.findings = result.findings
        # A template with findings that were not fixed need not deploy.
        self.is_fixed = result.source != before and all(finding["fixed"] for finding in result.findings)
        self.verdicts = {"before": "", "after": ""}
        self.moto_error = ""
        self.resolved = self.kept = self.linted = 0
        self.wrong = []
        if result.source == before and counterpart(ROOT / name).exists():
            self.wrong.append("it is not fixed")

    def deploy(self):
        if not self.is_fixed:
            return
        before, after = expanded(self.before), expanded(self.after)
        for parameters in choices(after):
            self.deploy_broken(before, parameters)
            self.deploy_fixed(after, parameters, before)

    def deploy_broken(self, before, parameters):
        with mock_aws():
            problem = Stack(before, parameters).problem
        aws_error = next((aws for moto, aws in AWS_ERRORS.items() if re.search(moto, problem or "")), None)
        if aws_error:
            self.verdicts["before"], self.moto_error = REJECTED, problem
            if not any(re.search(aws_error, finding["aws_error"] or "") for finding in self.findings):
                self.wrong.append(f"no finding quotes AWS's error for moto's: {problem}")
        elif self.verdicts["before"] != REJECTED:
            self.verdicts["before"], self.moto_error = NOT_JUDGED, problem or "nothing"

    def deploy_fixed(self, after, parameters, before):
        with mock_aws():
            stack = Stack(after, parameters, list(after.slots()))
            if stack.problem:
                self.wrong.append(f"the fixed template is not deployed: {stack.problem}")
                return
            for what, wrong in stack.check(before):
                self.resolved += what == RESOLVED
                self.kept += what == KEPT
                self.wrong += [wrong] if wrong else []
        self.verdicts["after"] = DEPLOYED


def counterpart(file):
    """Returns the path of the fixed version of a file."""
    name = file.name.replace(".before.", ".after.") if ".before." in file.name else f"{file.stem}.fixed{file.suffix}"
    return file.with_name(name)


# Patterns of moto's errors about a profile or role, and of AWS's errors in the same case, which the findings of cfn-ipfix
# quote from public issues.
AWS_ERRORS = {
    "Instance profile [{[].* not found": "does not match type {String}|unsupported property|may not be used in combination",
    "Instance profile .* not found": "Invalid IAM Instance Profile|does not match type {Object}",
    "could not find instanceRole": "Invalid IamInstanceProfile",
    "Role .* not found": "value for roleName is invalid|role with name .* cannot be found|Roles must be of type List",
    "does not support attribute type ARN": "Requested attribute .* does not exist in schema",
    "at 'role' failed to satisfy constraint": "at 'role' failed to satisfy constraint",
}


def expanded(source):
    """Returns the template with its loops unrolled, as AWS's page on `Fn::ForEach` describes."""
    return Template(json.dumps(unrolled(Template(source).value, {})))


def unrolled(value, variables):
    """Replaces loop variables by their values: in keys, in `Ref` and in `Fn::Sub`, and nowhere else."""
    match value:
        case {"Ref": str(name), **rest} if not rest and name in variables:
            return variables[name]
        case {"Fn::Sub": str(string), **rest} if not rest:
            string = substituted(string, variables)
            return {"Fn::Sub": string} if "${" in string else string
        case list():
            return [unrolled(item, variables) for item in value]
        case dict():
            entries = {}
            for key, item in value.items():
                if key.startswith("Fn::ForEach::"):
                    name, collection, body = item
                    for one in unrolled(collection, variables):
                        entries |= unrolled(body, variables | {name: one})
                else:
                    entries[substituted(key, variables)] = unrolled(item, variables)
            return entries
    return value


def substituted(string, variables):
    for name, value in variables.items():
        string = string.replace(f"${{{name}}}", value)
    return string


def choices(template):
    """Returns sets of parameters for which each condition is once true and once false."""
    parameters = template.value.get("Parameters", {})
    compared = collections.defaultdict(set)
    for values in found(template.value.get("Conditions", {}), "Fn::Equals"):
        for one, other in itertools.permutations(values):
            if isinstance(one, dict) and one.get("Ref") in parameters and isinstance(other, str):
                compared[one["Ref"]].add(other)
    values = {
        name: sorted(compared[name]) + ["another"] if name in compared else [str(parameter.get("Default", "any"))]
        for name, parameter in parameters.items()
    }
    return [dict(zip(values, chosen)) for chosen in itertools.product(*values.values())]


def found(value, key):
    """Yields all values under a key, at any depth."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from [item] if name == key else found(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from found(item, key)


REGION, STACK = "us-east-1", "stack"
RESOLVED, KEPT = "resolved", "kept"
# The value of an output whose condition is false.
ABSENT = "absent"


class Stack:
    """A template deployed in moto, in an account with the roles that the template expects.

    The values at `slots` are added as outputs, so that the stack resolves them.
    """

    def __init__(self, template, parameters, slots=()):
        self.template = template
        self.slots = slots
        self.make_roles()
        body = self.filled()
        if slots:
            body["Outputs"] = {f"Slot{at}": {"Value": active_value(template, slot)} for at, slot in enumerate(slots)}
        self.problem = self.create(body, parameters)

    def make_roles(self):
        """Creates the roles that the template refers to but does not contain."""
        own = self.template.of_type(ROLE)
        listed = [role for profile in self.template.of_type(PROFILE).values() for role in listed_roles(profile)]
        named = {role: "/" for role in listed if role not in own}
        for path, name in re.findall(r"arn:aws:iam::\d+:role(/(?:[\w-]+/)*)([\w-]+)", self.template.source):
            named[name] = path
        for name, path in named.items():
            ask("iam", "create_role", RoleName=name, Path=path, AssumeRolePolicyDocument="{}")

    def filled(self):
        """Returns the template with the properties that moto requires."""
        body = copy.deepcopy(self.template.value)
        body["Resources"] = {name: one for name, one in body["Resources"].items() if one["Type"] not in NOT_KNOWN}
        subnet = ask("ec2", "describe_subnets")["Subnets"][0]["SubnetId"]
        group = ask("ec2", "describe_security_groups")["SecurityGroups"][0]["GroupId"]
        for resource in body["Resources"].values():
            fill(resource, {"Properties": NEEDED.get(resource["Type"], {})})
            if resource["Type"] == "AWS::Batch::ComputeEnvironment":
                resource["Properties"]["ComputeResources"] |= {"Subnets": [subnet], "SecurityGroupIds": [group]}
            for document in found(resource, "PolicyDocument"):
                document.setdefault("Version", "2012-10-17")
        return body

    def create(self, body, parameters):
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        try:
            ask("cloudformation", "create_stack", StackName=STACK, TemplateBody=json.dumps(body), Parameters=given)
        except Exception as problem:
            # moto raises any kind of exception.
            message = re.search(r'"message": "([^"]*)"', str(problem)) or re.search(r"operation: (.*)", str(problem))
            return message[1].replace("\\'", "'") if message else repr(problem)
        stack = ask("cloudformation", "describe_stacks", StackName=STACK)["Stacks"][0]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        resources = ask("cloudformation", "describe_stack_resources", StackName=STACK)["StackResources"]
        # moto lists resources that it does not support without a name.
        supported = [one for one in resources if "LogicalResourceId" in one]
        self.ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in supported}
        return None if stack["StackStatus"] == "CREATE_COMPLETE" else stack["StackStatus"]

    def check(self, before):
        """Yields each check that was made, with what is wrong or None."""
        profiles = ask("iam", "list_instance_profiles")["InstanceProfiles"]
        for profile in profiles:
            if len(profile["Roles"]) != 1:
                yield None, f"the profile {profile['InstanceProfileName']} does not have one role"
        for at, slot in enumerate(self.slots):
            value = self.outputs.get(f"Slot{at}", ABSENT)
            if value != ABSENT:
                yield from self.check_slot(before, slot, value, profiles)

    def check_slot(self, before, slot, value, profiles):
        path = ".".join(map(str, slot.path))
        keys = {"Name": ["InstanceProfileName"], "Arn": ["Arn"], "Either": ["InstanceProfileName", "Arn"]}
        named = [one for one in profiles if value in [one[key] for key in keys[slot.property.takes]]]
        if not named:
            yield RESOLVED, f"{path} is {value}, and no profile of the stack has that as its {slot.property.takes}"
            return
        role, expected = named[0]["Roles"][0]["RoleName"], self.ids_of(expected_roles(before, slot))
        yield RESOLVED, None if expected == {role} else f"{path} leads to the role {role}, not to {expected}"
        if kept := KEPT_BY.get(slot.property.resource):
            values = list(strings(kept(self.ids[slot.resource])))
            is_there = {named[0]["Arn"], named[0]["InstanceProfileName"]} & set(values)
            yield KEPT, None if is_there else f"{slot.resource} in moto has {values}, but not {value}"

    def ids_of(self, roles):
        return {self.ids.get(role, role) for role in roles}


def active_value(template, slot):
    """Returns the value of a slot for an output; `ABSENT` if its branch or its resource is not active."""
    value = template.at(slot.path)
    for at in reversed(range(len(slot.path))):
        if slot.path[at] == "Fn::If":
            condition, branch = template.at(slot.path[: at + 1])[0], slot.path[at + 1]
            value = {"Fn::If": [condition, value, ABSENT] if branch == 1 else [condition, ABSENT, value]}
    condition = template.resources[slot.resource].get("Condition")
    return {"Fn::If": [condition, value, ABSENT]} if condition else value


def listed_roles(profile):
    roles = profile.get("Properties", {}).get("Roles", [])
    return [role for role in roles if isinstance(role, str)] if isinstance(roles, list) else []


def expected_roles(before, slot):
    """Returns the roles that the broken template refers to at a slot, as logical IDs or hardcoded names."""
    value = before.resources[slot.resource]["Properties"]
    for step in slot.path[3:]:
        keys = {key.lower(): key for key in value} if isinstance(value, dict) else {}
        if isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        elif str(step).lower() in keys:
            value = value[keys[step.lower()]]
        else:
            break
    named = [profile for profile in before.of_type(PROFILE).values() if states(profile, value)]
    return set().union(*(roles_of(before, profile) for profile in named)) or roles_in(before, value)


def roles_in(before, value):
    roles, profiles = before.of_type(ROLE), before.of_type(PROFILE)
    names = {json.dumps(role.get("Properties", {}).get("RoleName")): name for name, role in roles.items()}
    if json.dumps(value) in names:
        return {names[json.dumps(value)]}
    if isinstance(value, list):
        return set().union(*(roles_in(before, item) for item in value))
    referred = set()
    for string in strings(value):
        words = re.findall(r"[\w-]+", string)
        referred |= {word for word in words if word in roles}
        for profile in [word for word in words if word in profiles]:
            referred |= roles_of(before, profiles[profile])
    if not referred and (arn := re.search(r":role/(?:[\w-]+/)*([\w-]+)$", " ".join(strings(value)))):
        referred = {names.get(json.dumps(arn[1]), arn[1])}
    return referred


def roles_of(before, profile):
    properties = profile.get("Properties", {})
    value = next((properties[key] for key in properties if key.lower() in ("roles", "role")), [])
    return roles_in(before, value) or set(strings(value))


def text_of(value):
    """Returns an expression as the text of an `Fn::Sub`, or none."""
    match value:
        case str(text) | {"Fn::Sub": str(text)}:
            return text
        case {"Ref": name}:
            return f"${{{name}}}"
        case {"Fn::Join": [delimiter, [*items]]}:
            texts = [text_of(item) for item in items]
            return None if None in texts else delimiter.join(texts)
    return None


def states(profile, value):
    """Returns whether a profile states the name that a value, or the end of an ARN, repeats."""
    name, text = text_of(profile.get("Properties", {}).get("InstanceProfileName")), text_of(value)
    return None not in (name, text) and (text == name or text.endswith(f"/{name}"))


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def fill(value, needed):
    """Adds missing entries to objects, and to each object of a list."""
    for key, item in needed.items():
        if isinstance(item, dict):
            fill(value.setdefault(key, {}), item)
        elif isinstance(item, list) and isinstance(item[0], dict):
            for one in value.get(key, []):
                fill(one, item[0])
        else:
            value.setdefault(key, item)


TRUST = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
}
# Properties that moto requires, and that do not matter to instance profiles.
NEEDED = {
    "AWS::AutoScaling::LaunchConfiguration": {"ImageId": "ami-0abcdef1234567890", "InstanceType": "t3.micro"},
    "AWS::Batch::ComputeEnvironment": {
        "Type": "MANAGED",
        "ServiceRole": "arn:aws:iam::123456789012:role/AWSBatchServiceRole",
        "ComputeResources": {"Type": "EC2", "MinvCpus": 0, "MaxvCpus": 4, "InstanceTypes": ["optimal"]},
    },
    "AWS::EC2::Instance": {"ImageId": "ami-0abcdef1234567890"},
    "AWS::EC2::SpotFleet": {
        "SpotFleetRequestConfigData": {
            "AllocationStrategy": "lowestPrice",
            "IamFleetRole": "any",
            "LaunchSpecifications": [{"ImageId": "ami-0abcdef1234567890", "InstanceType": "t3.micro"}],
            "TargetCapacity": 1,
        }
    },
    "AWS::EMR::Cluster": {
        "Name": "cluster",
        "ServiceRole": "any",
        "Instances": {"MasterInstanceGroup": {"InstanceCount": 1, "InstanceType": "m5.xlarge"}},
    },
    "AWS::IAM::Role": {"AssumeRolePolicyDocument": json.dumps(TRUST)},
    "AWS::Lambda::Function": {"Code": {"ZipFile": ""}, "Handler": "index.handler", "Runtime": "python3.13"},
}
# Types that moto cannot create: it supports no engine of RDS Custom.
NOT_KNOWN = ["AWS::RDS::DBInstance"]

# Functions that read a resource from moto by its physical ID, for the types that moto stores.
KEPT_BY = {
    "AWS::AutoScaling::LaunchConfiguration": lambda name: ask(
        "autoscaling", "describe_launch_configurations", LaunchConfigurationNames=[name]
    )["LaunchConfigurations"],
    "AWS::Batch::ComputeEnvironment": lambda name: ask(
        "batch", "describe_compute_environments", computeEnvironments=[name]
    )["computeEnvironments"],
    "AWS::EC2::Instance": lambda name: ask("ec2", "describe_instances", InstanceIds=[name])["Reservations"],
    "AWS::EC2::LaunchTemplate": lambda name: ask(
        "ec2", "describe_launch_template_versions", LaunchTemplateId=name
    )["LaunchTemplateVersions"],
    "AWS::EC2::SpotFleet": lambda name: ask(
        "ec2", "describe_spot_fleet_requests", SpotFleetRequestIds=[name]
    )["SpotFleetRequestConfigs"],
    "AWS::EMR::Cluster": lambda name: ask("emr", "describe_cluster", ClusterId=name)["Cluster"],
}


def ask(service, call, **arguments):
    return getattr(client(service), call)(**arguments)


@functools.cache
def client(service):
    return boto3.client(service, REGION)


def counts(rows):
    deployed = [row for row in rows if row.verdicts["after"]]
    return {
        "templates": len(rows),
        "fixed": sum(row.is_fixed for row in rows),
        "deployed": len(deployed),
        "rejected_before": sum(row.verdicts["before"] == REJECTED for row in deployed),
        "not_judged_before": sum(row.verdicts["before"] == NOT_JUDGED for row in deployed),
        "properties_resolved": sum(row.resolved for row in rows),
        "properties_kept": sum(row.kept for row in rows),
        "new_lint_findings": sum(row.linted for row in rows),
        "wrong": sum(len(row.wrong) for row in rows),
    }


def table(rows):
    line = "{:58} {:10} {:9} {:>9} {:>5} {:>5}  {}".format
    lines = [line("template", "before", "after", "resolved", "kept", "lint", "moto's error for the broken template")]
    for row in rows:
        after = row.verdicts["after"] or ("" if row.is_fixed else "no fix")
        moto_error = textwrap.shorten(row.moto_error, 90)
        lines.append(line(row.name, row.verdicts["before"], after, row.resolved, row.kept, row.linted, moto_error))
    return "\n".join([*lines, "", *(f"{count:5} {what.replace('_', ' ')}" for what, count in counts(rows).items())])


def lint(rows):
    """Counts the new findings of each linter."""
    with tempfile.TemporaryDirectory() as folder:
        for row in rows:
            for state, source in (("before", row.before), ("after", row.after)):
                path = Path(folder, state, row.name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(source.encode())
        for linter in LINTERS:
            version = subprocess.run([linter, "--version"], check=True, capture_output=True, text=True).stdout.strip()
            matches = matched(linter, folder, rows)
            for row in rows:
                new = matches[f"after/{row.name}"] - matches[f"before/{row.name}"]
                for rule, path in new.elements():
                    row.linted += 1
                    row.wrong.append(f"{version} reports the new finding {rule} at {'.'.join(path)}")


def matched(linter, folder, rows):
    """Returns the findings of a linter in each file, as rules and paths."""
    # Unchanged templates are skipped.
    files = [f"{state}/{row.name}" for row in rows if row.after != row.before for state in ("before", "after")]
    done = subprocess.run([linter, "--format", "json", "--", *files], cwd=folder, capture_output=True, text=True)
    matches = collections.defaultdict(collections.Counter)
    for match in json.loads(done.stdout):
        path = tuple(map(str, match["Location"]["Path"] or []))
        matches[match["Filename"]][match["Rule"]["Id"], path] += 1
    return matches


if __name__ == "__main__":
    sys.exit(main())
