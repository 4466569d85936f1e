"""Where a template can be broken."""

from dataclasses import dataclass

from template import Place, Property, Template, read_table, reference


@dataclass(frozen=True)
class Site:
    """Where a template can be broken: a place that refers to this profile, or to its role; or the profile itself."""

    template: Template
    profile: str
    role: str
    place: Place | None = None

    @property
    def value(self):
        return self.template.at(self.place.path)

    @property
    def what(self):
        """Which of name and ARN the place has."""
        return reference(self.value).what

    @property
    def other(self):
        """Which of them it has not."""
        return "Arn" if self.what == "Name" else "Name"

    @property
    def takes(self):
        return self.place.property.takes

    @property
    def roles(self):
        """The way to the profile's `Roles`."""
        return ("Resources", self.profile, "Properties", "Roles")


def sites_of(template):
    """The sites of a template: the places that take a profile, the profiles, the places that take a role, and those
    that name a role to be passed."""
    roles = {
        profile: role
        for profile, role in template.roles_of_profiles().items()
        if template.resources[profile].get("Condition") in (None, template.resources[role].get("Condition"))
    }
    profiles = {role: profile for profile, role in reversed(roles.items())}
    sites = {"place": [], "profile": [Site(template, *pair) for pair in roles.items()], "role": [], "passed": []}
    for place, found in places_once(template, template.places()):
        if found.id in roles:
            sites["place"].append(Site(template, found.id, roles[found.id], place))
    for kind, places in (("role", template.places(ROLE_PROPERTIES)), ("passed", passed_roles(template))):
        for place, found in places_once(template, places):
            if found.id in profiles:
                sites[kind].append(Site(template, profiles[found.id], found.id, place))
    return sites


def places_once(template, places):
    """The places that refer in the right form to something. What aliases share is one place."""
    seen = set()
    for place in places:
        found, node = reference(template.at(place.path)), template.node(place.path)
        if found and found.fits(place.property) and id(node) not in seen:
            seen.add(id(node))
            yield place, found


def passed_roles(template):
    """Where a statement allows a role to be passed, and nothing else."""
    for name, resource in template.resources.items():
        if isinstance(resource, dict) and str(resource.get("Type")).startswith("AWS::IAM::"):
            for path in ways_to_statements(resource, ("Resources", name)):
                yield Place(name, PASSED, path)


def ways_to_statements(value, path):
    if isinstance(value, dict):
        if value.get("Action") in ("iam:PassRole", ["iam:PassRole"]) and value.get("Effect") == "Allow":
            named = value.get("Resource")
            yield from [(*path, "Resource", at) for at in range(len(named))] if isinstance(named, list) else []
            yield from [(*path, "Resource")] if isinstance(named, dict) else []
        for key, item in value.items():
            yield from ways_to_statements(item, (*path, key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from ways_to_statements(item, (*path, at))


# Properties that take a role, to be given a profile.
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
