//! Strings in which `Fn::Sub` replaces variables.

use super::intrinsic::Call;
use crate::yaml::Node;

/// A call of `Fn::Sub` around its string.
#[derive(Clone, Copy, Debug)]
pub(super) struct Substitution {
    /// True if the call defines variables of its own.
    pub(super) has_own_variables: bool,
}

/// Returns the call of `Fn::Sub` whose string is a scalar.
pub(super) fn substitution_of(scalar: Node<'_>) -> Option<Substitution> {
    let is_sub = |node: Node<'_>| Call::read(node).is_some_and(|call| call.name == "Sub");
    let is_string_of = |around: Node<'_>| {
        // The argument of the short form has the tag itself.
        let long = around.key().and_then(Node::scalar) == Some("Fn::Sub");
        (long || around.tag().is_some()) && (is_sub(around) || around.ancestors().nth(1).is_some_and(is_sub))
    };
    if is_string_of(scalar) {
        return Some(Substitution {
            has_own_variables: false,
        });
    }
    let list = scalar.ancestors().nth(1).filter(|list| list.is_sequence())?;
    let is_first = list.items().next() == Some(scalar);
    (is_first && is_string_of(list)).then_some(Substitution {
        has_own_variables: true,
    })
}
