use crate::yaml::Node;

/// Returns a key that is equal for equal values, regardless of formatting.
///
/// Short-form and long-form calls differ. Returns `None` for a value too large to be a name.
pub(super) fn value_key(value: Node<'_>) -> Option<String> {
    const MAX_NODES: usize = 256;
    let mut key = String::new();
    let mut pending = vec![value];
    for _ in 0..MAX_NODES {
        let Some(node) = pending.pop() else { return Some(key) };
        let node = node.resolved();
        let (items, entries) = (node.items().len(), node.entries().len());
        // Debug quotes the scalars, so that no scalar can look like the structure around it.
        key.push_str(&format!("{:?} {:?} {items} {entries};", node.tag_name(), node.scalar()));
        pending.extend(node.items().rev());
        pending.extend(node.entries().rev().flat_map(|(key, value)| [value, key]));
    }
    None
}
