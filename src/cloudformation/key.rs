use crate::yaml::Node;

/// A text that two values share if, and only if, they say the same, however they are laid out; calls by short and by
/// long form do not. `None` for a value too large to be a name.
pub(super) fn value_key(value: Node<'_>) -> Option<String> {
    const MOST_NODES: usize = 256;
    let mut key = String::new();
    let mut left = vec![value];
    for _ in 0..MOST_NODES {
        let Some(node) = left.pop() else { return Some(key) };
        let node = node.resolved();
        let (items, entries) = (node.items().len(), node.entries().len());
        // Debug quotes the texts, so that no text can pass for the structure around it.
        key.push_str(&format!("{:?} {:?} {items} {entries};", node.tag_name(), node.scalar()));
        left.extend(node.items().rev());
        left.extend(node.entries().rev().flat_map(|(key, value)| [value, key]));
    }
    None
}
