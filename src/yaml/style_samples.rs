use super::nodes::NodeIndex;

/// The first node of each kind, which shows the file's style.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StyleSamples {
    /// A mapping between braces on one line.
    pub(super) mapping: Option<NodeIndex>,
    /// A sequence between brackets on one line.
    pub(super) sequence: Option<NodeIndex>,
    /// A mapping or sequence on one line that has a comma.
    pub(super) comma: Option<NodeIndex>,
    /// A sequence with dashes that is the value of a key.
    pub(super) block_sequence: Option<NodeIndex>,
    /// A sequence of short items.
    pub(super) short_sequence: Option<NodeIndex>,
    /// A sequence of short items between brackets.
    pub(super) short_flow_sequence: Option<NodeIndex>,
}
