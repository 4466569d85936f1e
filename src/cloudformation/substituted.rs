//! Strings in which `Fn::Sub` replaces variables, and values that are not strings.

use super::intrinsic::Call;
use crate::yaml::Node;

/// A call of `Fn::Sub` around its string.
#[derive(Clone, Copy, Debug)]
pub(super) struct Substitution<'d> {
    /// The call.
    pub(super) node: Node<'d>,
    /// True if the call defines variables of its own.
    pub(super) has_own_variables: bool,
}

/// Returns the call of `Fn::Sub` whose string is a scalar.
pub(super) fn substitution_of(scalar: Node<'_>) -> Option<Substitution<'_>> {
    let (argument, has_own_variables) = match call_of(scalar) {
        Some(call) => (Some(call), false),
        None => {
            let list = scalar.ancestors().nth(1).filter(|list| list.is_sequence());
            let list = list.filter(|list| list.items().next() == Some(scalar));
            (list.and_then(call_of), true)
        }
    };
    argument.map(|node| Substitution {
        node,
        has_own_variables,
    })
}

/// Returns the call of `Fn::Sub` with this argument.
///
/// The argument of the short form has the tag itself.
fn call_of(argument: Node<'_>) -> Option<Node<'_>> {
    let call = match argument.key().and_then(Node::scalar) {
        Some("Fn::Sub") if argument.tag().is_none() => argument.ancestors().nth(1)?,
        _ => Some(argument).filter(|argument| argument.tag().is_some())?,
    };
    Call::read(call).is_some_and(|call| call.name == "Sub").then_some(call)
}

/// The functions whose result the template does not show.
pub(super) const ELSEWHERE: [&str; 5] = ["Ref", "GetAtt", "FindInMap", "ImportValue", "Select"];

/// Returns whether a value is the result of a function that does not show it.
pub(super) fn is_elsewhere(value: Node<'_>) -> bool {
    Call::read(value).is_some_and(|call| ELSEWHERE.contains(&call.name))
}
