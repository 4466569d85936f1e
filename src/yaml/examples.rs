use super::nodes::NodeId;

/// Nodes that show how a file writes things: of each kind the first.
#[derive(Debug, Default)]
pub(super) struct Examples {
    /// A mapping between braces on one line.
    pub(super) mapping: Option<NodeId>,
    /// A sequence between brackets on one line.
    pub(super) list: Option<NodeId>,
    /// One of either that has a comma.
    pub(super) comma: Option<NodeId>,
    /// A sequence with dashes that is the value of a key.
    pub(super) block_list: Option<NodeId>,
    /// A sequence of short things.
    pub(super) short_list: Option<NodeId>,
    /// One of those between brackets.
    pub(super) short_flow_list: Option<NodeId>,
}
