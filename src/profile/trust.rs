//! IAM policies: trust of EC2, and permission to pass roles.

/// The permission of EC2 to assume a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// EC2 may assume it.
    Given,
    /// EC2 may not assume it.
    Denied,
    /// The source does not say.
    Unknown,
}

/// A statement of a trust policy, with `None` for unknown strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its effect.
    pub effect: Option<String>,
    /// Its actions, if it states any.
    pub actions: Option<Vec<Option<String>>>,
    /// Its principal.
    pub principal: Principal,
}

/// The principal of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// Services, each by the known beginning of its name.
    Services(Vec<Option<String>>),
    /// An account, a user or a role.
    Account,
    /// Another known principal.
    Other,
    /// Everyone, or unknown.
    Unknown,
}

/// Evaluates whether a trust policy lets EC2 assume the role.
///
/// A statement that is unknown is `None`.
///
/// EC2 is `ec2.amazonaws.com`, in China also `ec2.amazonaws.com.cn`, or uses `AWS::URLSuffix`:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
pub fn ec2_trust(statements: &[Option<Statement>]) -> Trust {
    // A policy needs a statement; AWS reports that itself.
    if statements.is_empty() {
        return Trust::Unknown;
    }
    strongest(
        statements
            .iter()
            .map(|statement| statement.as_ref().map_or(Trust::Unknown, of_statement)),
    )
}

/// Returns whether a statement with these actions is only about passing roles.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
pub fn is_about_passing<'a>(mut actions: impl ExactSizeIterator<Item = Option<&'a str>>) -> bool {
    let is_pass_role = |action: Option<&str>| action.is_some_and(|action| action.eq_ignore_ascii_case("iam:PassRole"));
    actions.len() > 0 && actions.all(is_pass_role)
}

/// Combines parts, any of which may grant the permission.
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
        // A wildcard may match it.
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
