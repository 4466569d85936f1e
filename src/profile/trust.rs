//! Policies of IAM: which trust policy lets EC2 assume a role, and which statement is about roles that are passed.

/// Whether a role's trust policy lets EC2 assume it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It does.
    Given,
    /// It does not.
    Denied,
    /// The source does not say.
    Unknown,
}

/// A statement of a trust policy. A text that is not known is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its effect.
    pub effect: Option<String>,
    /// Its actions; `None` if it states none.
    pub actions: Option<Vec<Option<String>>>,
    /// Who it is about.
    pub principal: Principal,
}

/// The principal of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// Services, each by the text that its name begins with.
    Services(Vec<Option<String>>),
    /// An account, a user or a role.
    Account,
    /// Neither of these.
    Other,
    /// Everyone, or not known.
    Unknown,
}

/// Reads whether the statements of a trust policy let EC2 assume the role; a statement that is not known is `None`.
///
/// EC2 is `ec2.amazonaws.com`, in China also `ec2.amazonaws.com.cn`, and as `AWS::URLSuffix` makes it:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
pub fn ec2_trust(statements: &[Option<Statement>]) -> Trust {
    // Without a statement it is not a policy, as AWS will say itself.
    if statements.is_empty() {
        return Trust::Unknown;
    }
    strongest(
        statements
            .iter()
            .map(|statement| statement.as_ref().map_or(Trust::Unknown, of_statement)),
    )
}

/// Returns whether a statement with these actions is about passing roles, and nothing else:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>.
pub fn is_about_passing<'a>(mut actions: impl ExactSizeIterator<Item = Option<&'a str>>) -> bool {
    let is_pass_role = |action: Option<&str>| action.is_some_and(|action| action.eq_ignore_ascii_case("iam:PassRole"));
    actions.len() > 0 && actions.all(is_pass_role)
}

/// Returns the property of a resource type, not of IAM's own policies, that is a policy document with principals:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html>.
pub fn policy_property(resource_type: &str) -> Option<&'static str> {
    Some(match resource_type {
        "AWS::IAM::Role" => "AssumeRolePolicyDocument",
        "AWS::S3::BucketPolicy"
        | "AWS::SQS::QueuePolicy"
        | "AWS::SQS::QueueInlinePolicy"
        | "AWS::SNS::TopicPolicy"
        | "AWS::SNS::TopicInlinePolicy"
        | "AWS::EC2::VPCEndpoint" => "PolicyDocument",
        "AWS::KMS::Key" | "AWS::KMS::ReplicaKey" => "KeyPolicy",
        "AWS::S3::AccessPoint"
        | "AWS::ApiGateway::RestApi"
        | "AWS::MSK::ClusterPolicy"
        | "AWS::VpcLattice::AuthPolicy" => "Policy",
        "AWS::SecretsManager::ResourcePolicy" | "AWS::Kinesis::ResourcePolicy" => "ResourcePolicy",
        "AWS::ECR::Repository" | "AWS::ECR::PublicRepository" => "RepositoryPolicyText",
        "AWS::EFS::FileSystem" => "FileSystemPolicy",
        "AWS::Elasticsearch::Domain" | "AWS::OpenSearchService::Domain" => "AccessPolicies",
        "AWS::Backup::BackupVault" => "AccessPolicy",
        "AWS::CodeArtifact::Domain" | "AWS::CodeArtifact::Repository" => "PermissionsPolicyDocument",
        _ => return None,
    })
}

/// Combines parts, each of which may give what the others do not.
fn strongest(parts: impl Iterator<Item = Trust>) -> Trust {
    parts.fold(Trust::Denied, |so_far, next| match (so_far, next) {
        (Trust::Given, _) | (_, Trust::Given) => Trust::Given,
        (Trust::Unknown, _) | (_, Trust::Unknown) => Trust::Unknown,
        _ => Trust::Denied,
    })
}

fn of_statement(statement: &Statement) -> Trust {
    let each = |texts: &[Option<String>], trust: fn(Option<&str>) -> Trust| {
        strongest(texts.iter().map(|text| trust(text.as_deref())))
    };
    let actions = statement.actions.as_deref();
    let action = actions.map_or(Trust::Unknown, |actions| each(actions, of_action));
    let service = match &statement.principal {
        Principal::Services(services) => each(services, of_service),
        Principal::Account | Principal::Other => Trust::Denied,
        Principal::Unknown => Trust::Unknown,
    };
    match (statement.effect.as_deref(), action, service) {
        (Some("Deny"), _, _) | (_, Trust::Denied, _) | (_, _, Trust::Denied) => Trust::Denied,
        (Some("Allow"), Trust::Given, Trust::Given) => Trust::Given,
        _ => Trust::Unknown,
    }
}

fn of_action(action: Option<&str>) -> Trust {
    match action {
        Some(action) if ["sts:assumerole", "sts:*", "*"].contains(&action.to_lowercase().as_str()) => Trust::Given,
        // A wildcard may cover it.
        Some(action) if !action.contains(['*', '?']) => Trust::Denied,
        _ => Trust::Unknown,
    }
}

fn of_service(name: Option<&str>) -> Trust {
    match name {
        Some(name) if name.starts_with("ec2.") => Trust::Given,
        Some(name) if name.contains('.') && !name.starts_with('$') => Trust::Denied,
        _ => Trust::Unknown,
    }
}
