"""Finds the sites at which a template can be broken."""

from dataclasses import dataclass

from template import Property, Slot, Template, read_table, reference


@dataclass(frozen=True)
class Site:
    """A site at which a template can be broken: a slot that refers to a profile or its role, or the profile itself."""

    template: Template
    profile: str
    role: str
    slot: Slot | None = None

    @property
    def value(self):
        return self.template.at(self.slot.path)

    @property
    def attribute(self):
        """Returns `Name` or `Arn`, whichever the slot has."""
        return reference(self.value).attribute

    @property
    def other(self):
        """Returns `Name` or `Arn`, whichever the slot does not have."""
        return "Arn" if self.attribute == "Name" else "Name"

    @property
    def takes(self):
        return self.slot.property.takes

    @property
    def roles(self):
        """Returns the path of the profile's `Roles`."""
        return ("Resources", self.profile, "Properties", "Roles")


def sites_of(template):
    """Returns the sites of a template by kind: slots for a profile, profiles, slots for a role, and passed roles."""
    roles = {
        profile: role
        for profile, role in template.roles_of_profiles().items()
        if template.resources[profile].get("Condition") in (None, template.resources[role].get("Condition"))
    }
    profiles = {role: profile for profile, role in reversed(roles.items())}
    sites = {"slot": [], "profile": [Site(template, *pair) for pair in roles.items()], "role": [], "passed": []}
    for slot, found in unique_slots(template, template.slots()):
        if found.id in roles:
            sites["slot"].append(Site(template, found.id, roles[found.id], slot))
    for kind, slots in (("role", template.slots(ROLE_PROPERTIES)), ("passed", passed_roles(template))):
        for slot, found in unique_slots(template, slots):
            if found.id in profiles:
                sites[kind].append(Site(template, profiles[found.id], found.id, slot))
    return sites


def unique_slots(template, slots):
    """Yields the slots with a correct reference; slots that share a node through aliases count once."""
    seen = set()
    for slot in slots:
        found, node = reference(template.at(slot.path)), template.node(slot.path)
        if found and found.fits(slot.property) and id(node) not in seen:
            seen.add(id(node))
            yield slot, found


def passed_roles(template):
    """Yields the resources of statements that allow only `iam:PassRole`."""
    for name, resource in template.resources.items():
        if isinstance(resource, dict) and str(resource.get("Type")).startswith("AWS::IAM::"):
            for path in statement_paths(resource, ("Resources", name)):
                yield Slot(name, PASSED, path)


def statement_paths(value, path):
    if isinstance(value, dict):
        if value.get("Action") in ("iam:PassRole", ["iam:PassRole"]) and value.get("Effect") == "Allow":
            named = value.get("Resource")
            yield from [(*path, "Resource", at) for at in range(len(named))] if isinstance(named, list) else []
            yield from [(*path, "Resource")] if isinstance(named, dict) else []
        for key, item in value.items():
            yield from statement_paths(item, (*path, key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from statement_paths(item, (*path, at))


# Properties that take a role, which the script replaces by a profile.
ROLE_PROPERTIES = read_table("""\
AWS::Batch::ComputeEnvironment ServiceRole Either
AWS::Batch::JobDefinition ContainerProperties.JobRoleArn Arn
AWS::CodeBuild::Project ServiceRole Either
AWS::ECS::TaskDefinition ExecutionRoleArn Arn
AWS::ECS::TaskDefinition TaskRoleArn Arn
AWS::EKS::Cluster RoleArn Arn
AWS::EKS::Nodegroup NodeRole Arn
AWS::EMR::Cluster ServiceRole Name
AWS::IAM::ManagedPolicy Roles[] Name
AWS::IAM::Policy Roles[] Name
AWS::IAM::RolePolicy RoleName Name
AWS::Lambda::Function Role Arn
AWS::OpsWorks::Stack ServiceRoleArn Arn
AWS::StepFunctions::StateMachine RoleArn Arn
""")
PASSED = Property("AWS::IAM::Policy", "Resource", "Arn")
