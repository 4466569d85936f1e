//! A reference inside a value.

use std::ops::Range;

use crate::cloudformation::intrinsic::{Attribute, RefCall};
use crate::text::PathSegment;
use crate::yaml::Node;

/// A reference inside a value.
#[derive(Clone, Debug)]
pub(in crate::cloudformation) struct ResourceRef<'d> {
    /// The logical ID.
    pub(in crate::cloudformation) target: &'d str,
    /// The part of the resource that it returns.
    pub(in crate::cloudformation) attribute: Attribute<'d>,
    /// The syntax of the reference.
    pub(in crate::cloudformation) syntax: RefSyntax<'d>,
    /// The value that contains it, with its alias resolved.
    pub(super) value: Node<'d>,
}

/// The syntax of a reference.
#[derive(Clone, Debug)]
pub(in crate::cloudformation) enum RefSyntax<'d> {
    /// A call.
    Call(RefCall<'d>),
    /// A variable of an `Fn::Sub`.
    Variable {
        /// The scalar.
        text: Node<'d>,
        /// The byte range of the logical ID in the scalar's value.
        range: Range<usize>,
    },
    /// A call that extracts the name with `Fn::Select` and `Fn::Split`.
    ///
    /// The node is the whole call.
    PartOfArn(Node<'d>),
}

impl<'d> ResourceRef<'d> {
    /// Returns the node to edit when the reference changes.
    pub(in crate::cloudformation) fn node(&self) -> Node<'d> {
        match &self.syntax {
            RefSyntax::Call(reference) => reference.node,
            RefSyntax::Variable { text, .. } => *text,
            RefSyntax::PartOfArn(call) => *call,
        }
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.node() == other.node() && self.target == other.target && self.attribute == other.attribute
    }

    /// Returns the path from the value to the node.
    ///
    /// Returns `None` if an alias inside the value stands for the node.
    pub(in crate::cloudformation) fn steps(&self) -> Option<Vec<PathSegment>> {
        let node = self.node();
        node.ancestors().any(|around| around == self.value).then(|| {
            let mut steps = node.path().steps;
            steps.split_off(self.value.path().steps.len().min(steps.len()))
        })
    }

    /// Returns whether the reference itself can be edited.
    ///
    /// A name taken from an ARN cannot, and neither can a reference behind an alias inside the value. Then the value
    /// around it is replaced.
    pub(in crate::cloudformation) fn is_editable(&self) -> bool {
        !self.is_part_of_arn() && self.node().ancestors().any(|around| around == self.value)
    }

    /// Returns whether it is a name taken from an ARN.
    ///
    /// This is the name only if the ARN has no path.
    pub(in crate::cloudformation) fn is_part_of_arn(&self) -> bool {
        matches!(self.syntax, RefSyntax::PartOfArn(_))
    }
}
