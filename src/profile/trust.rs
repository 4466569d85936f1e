use super::policies::statements_of;
use crate::template::{Call, leading_text};
use crate::yaml::{Node, Path, Stream};

/// Whether a role's trust policy lets EC2 assume it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It does.
    Given,
    /// It does not.
    Denied,
    /// The template does not tell.
    Unknown,
}

/// Reads a role's `AssumeRolePolicyDocument`: a mapping, or JSON in a text, in an `Fn::Sub` or not.
///
/// EC2 is `ec2.amazonaws.com`, in China also `ec2.amazonaws.com.cn`, and as `AWS::URLSuffix` makes it:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
pub fn ec2_trust(policy: Node<'_>) -> Trust {
    let text = match Call::read(policy) {
        Some(call) if call.name == "Sub" => call.argument.scalar(),
        Some(_) => return Trust::Unknown,
        None => policy.scalar(),
    };
    let Some(text) = text else {
        return document_trust(policy);
    };
    match Stream::of_text(text) {
        Ok(stream) => stream.documents().next().map_or(Trust::Unknown, document_trust),
        Err(_) => Trust::Unknown,
    }
}

fn document_trust(document: Node<'_>) -> Trust {
    let start = Path {
        document: 0,
        steps: Vec::new(),
    };
    let statements = statements_of(document, &start);
    // Without one it is no policy, which AWS will say itself.
    if statements.is_empty() {
        return Trust::Unknown;
    }
    strongest(
        statements
            .into_iter()
            .map(|(statement, _)| statement_trust(statement.resolved())),
    )
}

/// What several parts come to, of which each may give what the others do not.
fn strongest(parts: impl Iterator<Item = Trust>) -> Trust {
    parts.fold(Trust::Denied, |so_far, next| match (so_far, next) {
        (Trust::Given, _) | (_, Trust::Given) => Trust::Given,
        (Trust::Unknown, _) | (_, Trust::Unknown) => Trust::Unknown,
        _ => Trust::Denied,
    })
}

fn statement_trust(statement: Node<'_>) -> Trust {
    let is_known = statement.is_mapping() && Call::read(statement).is_none();
    let (Some(effect), Some(principal), true) = (statement.get("Effect"), statement.get("Principal"), is_known) else {
        return Trust::Unknown;
    };
    let action = statement
        .get("Action")
        .map_or(Trust::Unknown, |action| each(action, assumes));
    let principal = principal.resolved();
    let is_plain = principal.is_mapping() && Call::read(principal).is_none();
    let service = match principal.get("Service") {
        Some(service) => each(service, is_ec2),
        // Everyone, or an account's root, may include what acts for EC2.
        None if is_plain && principal.get("AWS").is_none() => Trust::Denied,
        None => match principal.get("AWS").and_then(|aws| aws.resolved().scalar()) {
            Some("*") | None => Trust::Unknown,
            Some(_) => Trust::Denied,
        },
    };
    match (effect.resolved().scalar(), action, service) {
        (Some("Deny"), _, _) | (_, Trust::Denied, _) | (_, _, Trust::Denied) => Trust::Denied,
        (Some("Allow"), Trust::Given, Trust::Given) => Trust::Given,
        _ => Trust::Unknown,
    }
}

/// What a value, or the items of a list, come to.
fn each(value: Node<'_>, trust: fn(Node<'_>) -> Trust) -> Trust {
    let value = value.resolved();
    if value.is_sequence() && value.tag().is_none() {
        strongest(value.items().map(|item| trust(item.resolved())))
    } else {
        trust(value)
    }
}

fn assumes(action: Node<'_>) -> Trust {
    match action.scalar().filter(|_| action.tag().is_none()) {
        Some(action) if ["sts:assumerole", "sts:*", "*"].contains(&action.to_lowercase().as_str()) => Trust::Given,
        // A wildcard may cover it.
        Some(action) if !action.contains(['*', '?']) => Trust::Denied,
        _ => Trust::Unknown,
    }
}

fn is_ec2(service: Node<'_>) -> Trust {
    match leading_text(service) {
        Some(name) if name.starts_with("ec2.") => Trust::Given,
        Some(name) if name.contains('.') && !name.starts_with('$') => Trust::Denied,
        _ => Trust::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trust(policy: &str) -> Trust {
        ec2_trust(Stream::of_text(policy).unwrap().documents().next().unwrap())
    }

    fn of_service(service: &str) -> Trust {
        trust(&format!(
            "{{Statement: [{{Effect: Allow, Action: 'sts:AssumeRole', Principal: {{Service: {service}}}}}]}}"
        ))
    }

    #[test]
    fn services_are_told_apart() {
        for (service, expected) in [
            ("ec2.amazonaws.com", Trust::Given),
            ("ec2.amazonaws.com.cn", Trust::Given),
            ("[lambda.amazonaws.com, ec2.amazonaws.com]", Trust::Given),
            ("!Sub 'ec2.${AWS::URLSuffix}'", Trust::Given),
            ("!Join ['.', [ec2, !Ref 'AWS::URLSuffix']]", Trust::Given),
            ("{'Fn::Join': ['', ['ec2.', {Ref: 'AWS::URLSuffix'}]]}", Trust::Given),
            ("lambda.amazonaws.com", Trust::Denied),
            ("!Sub 'lambda.${AWS::URLSuffix}'", Trust::Denied),
            ("[lambda.amazonaws.com, !Ref Service]", Trust::Unknown),
            ("!FindInMap [Services, !Ref Region, Name]", Trust::Unknown),
            ("!If [China, ec2.amazonaws.com.cn, ec2.amazonaws.com]", Trust::Unknown),
        ] {
            assert_eq!(of_service(service), expected, "{service}");
        }
    }

    #[test]
    fn documents_come_in_many_forms() {
        for (policy, expected) in [
            (
                r#"'{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}}'"#,
                Trust::Given,
            ),
            (
                r#"'{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]}'"#,
                Trust::Denied,
            ),
            (
                r#"!Sub '{"Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {"Service": "ec2.${AWS::URLSuffix}"}}]}'"#,
                Trust::Given,
            ),
            (
                "{Statement: [{Effect: Deny, Action: 'sts:AssumeRole', Principal: {Service: ec2.amazonaws.com}}]}",
                Trust::Denied,
            ),
            (
                "{Statement: [{Effect: Allow, Action: 'sts:TagSession', Principal: {Service: ec2.amazonaws.com}}]}",
                Trust::Denied,
            ),
            (
                "{Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {AWS: 'arn:aws:iam::123456789012:root'}}]}",
                Trust::Denied,
            ),
            (
                "{Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: '*'}]}",
                Trust::Unknown,
            ),
            ("{Statement: [!Ref Statement]}", Trust::Unknown),
            ("{Version: '2012-10-17'}", Trust::Unknown),
            ("!Ref Policy", Trust::Unknown),
            ("not json", Trust::Unknown),
        ] {
            assert_eq!(trust(policy), expected, "{policy}");
        }
    }
}
