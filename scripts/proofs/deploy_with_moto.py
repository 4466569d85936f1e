"""Deploys broken templates, and what cfn-ipfix makes of them, in moto. Run by `scripts/deploy-with-moto`.

The templates are those of examples/ and tests/variations/. Of each that is mended,

- moto refuses the broken one, and a finding quotes what AWS says where moto has words of its own; or it does not judge
  it: it looks at the profiles of EC2 instances and of Batch, at the roles in a profile, and at the form of a Lambda
  function's role;
- the mended one is deployed, and every profile in it holds one role;
- each property that takes a profile, as the deployed stack resolves it, is the name or the ARN, whichever it takes, of
  a profile that exists, and that profile holds the role that the broken template spoke of;
- what moto made has that profile, as far as moto keeps it.

And in no output cfn-lint, old or new, finds what it did not find in the input.
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
    parser.add_argument("--json", action="store_true", help="print the counts for programs")
    arguments = parser.parse_args()
    # moto warns of each resource that it does not make.
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
    files = [file for file in files if ".fixed." not in file.name]
    texts = [(str(file.relative_to(ROOT)), file.read_bytes().decode()) for file in files]
    return [Row(*text, ran) for text, ran in zip(texts, run(texts, "--unsafe-fixes"), strict=True)]


REFUSED, NOT_JUDGED, DEPLOYED = "refused", "not judged", "deployed"


class Row:
    """A template, what cfn-ipfix makes of it, and what is found out about both."""

    def __init__(self, name, before, ran):
        self.name = name
        self.before = before
        self.after = ran.text
        self.findings = ran.findings
        # What is left is for a person, and need not deploy.
        self.is_mended = ran.text != before and all(finding["fixed"] for finding in ran.findings)
        self.verdicts = {"before": "", "after": ""}
        self.refusal = ""
        self.resolved = self.kept = self.linted = 0
        self.wrong = []
        if ran.text == before and counterpart(ROOT / name).exists():
            self.wrong.append("it is not mended")

    def deploy(self):
        if not self.is_mended:
            return
        before, after = expanded(self.before), expanded(self.after)
        for parameters in choices(after):
            self.deploy_broken(before, parameters)
            self.deploy_mended(after, parameters, before)

    def deploy_broken(self, before, parameters):
        with mock_aws():
            problem = Stack(before, parameters).problem
        aws_says = next((words for refusal, words in REFUSALS.items() if re.search(refusal, problem or "")), None)
        if aws_says:
            self.verdicts["before"], self.refusal = REFUSED, problem
            if not any(re.search(aws_says, finding["aws_says"] or "") for finding in self.findings):
                self.wrong.append(f"no finding quotes what AWS says where moto says: {problem}")
        elif self.verdicts["before"] != REFUSED:
            self.verdicts["before"], self.refusal = NOT_JUDGED, problem or "nothing"

    def deploy_mended(self, after, parameters, before):
        with mock_aws():
            stack = Stack(after, parameters, list(after.places()))
            if stack.problem:
                self.wrong.append(f"the mended template is not deployed: {stack.problem}")
                return
            for what, wrong in stack.check(before):
                self.resolved += what == RESOLVED
                self.kept += what == KEPT
                self.wrong += [wrong] if wrong else []
        self.verdicts["after"] = DEPLOYED


def counterpart(file):
    """The file that shows what becomes of another."""
    name = file.name.replace(".before.", ".after.") if ".before." in file.name else f"{file.stem}.fixed{file.suffix}"
    return file.with_name(name)


# What moto says of a profile or role that it cannot use, and how AWS's own words for it begin or go on: those that a
# finding of cfn-ipfix quotes, from public issues.
REFUSALS = {
    "Instance profile [{[].* not found": "does not match type {String}|unsupported property|may not be used in combination",
    "Instance profile .* not found": "Invalid IAM Instance Profile|does not match type {Object}",
    "could not find instanceRole": "Invalid IamInstanceProfile",
    "Role .* not found": "value for roleName is invalid|role with name .* cannot be found|Roles must be of type List",
    "does not support attribute type ARN": "Requested attribute .* does not exist in schema",
    "at 'role' failed to satisfy constraint": "at 'role' failed to satisfy constraint",
}


def expanded(text):
    """The template, its loops written out as AWS's page on `Fn::ForEach` tells."""
    return Template(json.dumps(unrolled(Template(text).value, {})))


def unrolled(value, words):
    """The value with what the words of loops stand for: in keys, by `Ref` and in `Fn::Sub`, and nowhere else."""
    match value:
        case {"Ref": str(name), **rest} if not rest and name in words:
            return words[name]
        case {"Fn::Sub": str(text), **rest} if not rest:
            text = worded(text, words)
            return {"Fn::Sub": text} if "${" in text else text
        case list():
            return [unrolled(item, words) for item in value]
        case dict():
            entries = {}
            for key, item in value.items():
                if key.startswith("Fn::ForEach::"):
                    name, chosen, body = item
                    for word in unrolled(chosen, words):
                        entries |= unrolled(body, words | {name: word})
                else:
                    entries[worded(key, words)] = unrolled(item, words)
            return entries
    return value


def worded(text, words):
    for name, word in words.items():
        text = text.replace(f"${{{name}}}", word)
    return text


def choices(template):
    """The parameters to deploy with, so that each condition holds once and once does not."""
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
    """Every value under this key, however deep."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from [item] if name == key else found(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from found(item, key)


REGION, STACK = "us-east-1", "stack"
RESOLVED, KEPT = "resolved", "kept"
# The value of an output whose condition does not hold.
ABSENT = "absent"


class Stack:
    """A template deployed in moto, to an account that has what the template takes for granted.

    The values at `places` become outputs, so that it is the stack that resolves them.
    """

    def __init__(self, template, parameters, places=()):
        self.template = template
        self.places = places
        self.make_roles()
        body = self.filled()
        if places:
            body["Outputs"] = {f"Place{at}": {"Value": in_force(template, place)} for at, place in enumerate(places)}
        self.problem = self.create(body, parameters)

    def make_roles(self):
        """Roles that the template names but does not make."""
        own = self.template.of_type(ROLE)
        listed = [role for profile in self.template.of_type(PROFILE).values() for role in listed_roles(profile)]
        named = {role: "/" for role in listed if role not in own}
        for path, name in re.findall(r"arn:aws:iam::\d+:role(/(?:[\w-]+/)*)([\w-]+)", self.template.text):
            named[name] = path
        for name, path in named.items():
            ask("iam", "create_role", RoleName=name, Path=path, AssumeRolePolicyDocument="{}")

    def filled(self):
        """The template with what moto asks for besides."""
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
            # moto stops with whatever its code stops with.
            words = re.search(r'"message": "([^"]*)"', str(problem)) or re.search(r"operation: (.*)", str(problem))
            return words[1].replace("\\'", "'") if words else repr(problem)
        stack = ask("cloudformation", "describe_stacks", StackName=STACK)["Stacks"][0]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        resources = ask("cloudformation", "describe_stack_resources", StackName=STACK)["StackResources"]
        # What moto does not make is listed without a name.
        made = [one for one in resources if "LogicalResourceId" in one]
        self.ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in made}
        return None if stack["StackStatus"] == "CREATE_COMPLETE" else stack["StackStatus"]

    def check(self, before):
        """What is checked, one by one, and what is wrong with it."""
        profiles = ask("iam", "list_instance_profiles")["InstanceProfiles"]
        for profile in profiles:
            if len(profile["Roles"]) != 1:
                yield None, f"the profile {profile['InstanceProfileName']} does not hold one role"
        for at, place in enumerate(self.places):
            value = self.outputs.get(f"Place{at}", ABSENT)
            if value != ABSENT:
                yield from self.check_place(before, place, value, profiles)

    def check_place(self, before, place, value, profiles):
        way = ".".join(map(str, place.path))
        keys = {"Name": ["InstanceProfileName"], "Arn": ["Arn"], "Either": ["InstanceProfileName", "Arn"]}
        named = [one for one in profiles if value in [one[key] for key in keys[place.property.takes]]]
        if not named:
            yield RESOLVED, f"{way} is {value}, and no profile of the stack has that as its {place.property.takes}"
            return
        role, meant = named[0]["Roles"][0]["RoleName"], self.ids_of(meant_role(before, place))
        yield RESOLVED, None if meant == {role} else f"{way} leads to the role {role}, not to {meant}"
        if kept := KEPT_BY.get(place.property.resource):
            words = list(texts(kept(self.ids[place.resource])))
            is_there = {named[0]["Arn"], named[0]["InstanceProfileName"]} & set(words)
            yield KEPT, None if is_there else f"{place.resource} as moto made it has not {value}, but {words}"

    def ids_of(self, roles):
        return {self.ids.get(role, role) for role in roles}


def in_force(template, place):
    """The value at a place, for an output: absent unless its branches and conditions are those in force."""
    value = template.at(place.path)
    for at in reversed(range(len(place.path))):
        if place.path[at] == "Fn::If":
            condition, branch = template.at(place.path[: at + 1])[0], place.path[at + 1]
            value = {"Fn::If": [condition, value, ABSENT] if branch == 1 else [condition, ABSENT, value]}
    condition = template.resources[place.resource].get("Condition")
    return {"Fn::If": [condition, value, ABSENT]} if condition else value


def listed_roles(profile):
    roles = profile.get("Properties", {}).get("Roles", [])
    return [role for role in roles if isinstance(role, str)] if isinstance(roles, list) else []


def meant_role(before, place):
    """The roles that the broken template speaks of where the place is: logical IDs, or names that are written out."""
    value = before.resources[place.resource]["Properties"]
    for step in place.path[3:]:
        keys = {key.lower(): key for key in value} if isinstance(value, dict) else {}
        if isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        elif str(step).lower() in keys:
            value = value[keys[step.lower()]]
        else:
            break
    return spoken_of(before, value)


def spoken_of(before, value):
    roles, profiles = before.of_type(ROLE), before.of_type(PROFILE)
    names = {json.dumps(role.get("Properties", {}).get("RoleName")): name for name, role in roles.items()}
    if json.dumps(value) in names:
        return {names[json.dumps(value)]}
    said = set()
    for text in texts(value):
        words = re.findall(r"[\w-]+", text)
        said |= {word for word in words if word in roles}
        for profile in [word for word in words if word in profiles]:
            properties = profiles[profile].get("Properties", {})
            holds = next((properties[key] for key in properties if key.lower() in ("roles", "role")), [])
            said |= spoken_of(before, holds) or set(texts(holds))
    if not said and (arn := re.search(r":role/(?:[\w-]+/)*([\w-]+)$", " ".join(texts(value)))):
        said = {names.get(json.dumps(arn[1]), arn[1])}
    return said


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)


def fill(value, needed):
    """Adds what is needed and not there, to objects and to every object of a list."""
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
# What moto asks for, and a template about profiles need not say.
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
# What moto cannot make: it knows no engine of RDS Custom.
NOT_KNOWN = ["AWS::RDS::DBInstance"]

# What moto keeps of what it makes, by the type and the physical ID.
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
        "mended": sum(row.is_mended for row in rows),
        "deployed": len(deployed),
        "refused_before": sum(row.verdicts["before"] == REFUSED for row in deployed),
        "not_judged_before": sum(row.verdicts["before"] == NOT_JUDGED for row in deployed),
        "properties_resolved": sum(row.resolved for row in rows),
        "properties_kept": sum(row.kept for row in rows),
        "new_lint_findings": sum(row.linted for row in rows),
        "wrong": sum(len(row.wrong) for row in rows),
    }


def table(rows):
    line = "{:58} {:10} {:9} {:>9} {:>5} {:>5}  {}".format
    lines = [line("template", "before", "after", "resolved", "kept", "lint", "what moto says of the broken one")]
    for row in rows:
        after = row.verdicts["after"] or ("" if row.is_mended else "left")
        refusal = textwrap.shorten(row.refusal, 90)
        lines.append(line(row.name, row.verdicts["before"], after, row.resolved, row.kept, row.linted, refusal))
    return "\n".join([*lines, "", *(f"{count:5} {what.replace('_', ' ')}" for what, count in counts(rows).items())])


def lint(rows):
    """Counts what each linter newly finds."""
    with tempfile.TemporaryDirectory() as folder:
        for row in rows:
            for when, text in (("before", row.before), ("after", row.after)):
                path = Path(folder, when, row.name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text.encode())
        for linter in LINTERS:
            version = subprocess.run([linter, "--version"], check=True, capture_output=True, text=True).stdout.strip()
            matches = matched(linter, folder, rows)
            for row in rows:
                new = matches[f"after/{row.name}"] - matches[f"before/{row.name}"]
                for rule, path in new.elements():
                    row.linted += 1
                    row.wrong.append(f"{version} newly finds {rule} at {'.'.join(path)}")


def matched(linter, folder, rows):
    """What a linter finds in each file: rules, and the ways to where."""
    # What is the same before and after is not looked at.
    files = [f"{when}/{row.name}" for row in rows if row.after != row.before for when in ("before", "after")]
    done = subprocess.run([linter, "--format", "json", "--", *files], cwd=folder, capture_output=True, text=True)
    matches = collections.defaultdict(collections.Counter)
    for match in json.loads(done.stdout):
        path = tuple(map(str, match["Location"]["Path"] or []))
        matches[match["Filename"]][match["Rule"]["Id"], path] += 1
    return matches


if __name__ == "__main__":
    sys.exit(main())
