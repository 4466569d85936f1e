//! Keys that appear more than once in one mapping.
//!
//! YAML parsers that accept them use the last one, as CloudFormation does.

use std::collections::BTreeMap;

use super::nodes::NodeIndex;
use super::{Node, YamlFile};

impl YamlFile {
    /// Returns the pairs of duplicate keys.
    fn duplicate_keys(&self) -> &[[NodeIndex; 2]] {
        self.duplicate_keys.get_or_init(|| {
            let mut pairs: Vec<_> = self.all().flat_map(repeated_keys).collect();
            pairs.extend(pairs.clone().into_iter().map(|[earlier, later]| [later, earlier]));
            pairs.sort_unstable();
            pairs
        })
    }

    /// Returns the first pair whose first key has at least this ID.
    fn duplicate_key_from(&self, id: NodeIndex) -> Option<[NodeIndex; 2]> {
        let pairs = self.duplicate_keys();
        pairs.get(pairs.partition_point(|&[key, _]| key < id)).copied()
    }

    /// Counts how often each key repeats an earlier one of its mapping.
    pub(super) fn count_repeated_keys(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        let repeated = self.duplicate_keys().iter().filter(|[key, other]| other < key);
        for name in repeated.filter_map(|&[key, _]| self.at(key).resolved().scalar()) {
            *counts.entry(name.to_owned()).or_default() += 1;
        }
        counts
    }
}

/// Returns the keys of a mapping that repeat an earlier one, each after that one.
fn repeated_keys(mapping: Node<'_>) -> Vec<[NodeIndex; 2]> {
    if mapping.entries().len() < 2 {
        return Vec::new();
    }
    let keys = mapping.entries().map(|(key, _)| key);
    let mut keys: Vec<_> = keys
        .filter_map(|key| Some((key.resolved().scalar()?, key.number())))
        .collect();
    keys.sort_unstable();
    let neighbours = keys.iter().zip(keys.iter().skip(1));
    let equal = neighbours.filter(|((name, _), (next, _))| name == next);
    equal.map(|(&(_, earlier), &(_, later))| [earlier, later]).collect()
}

impl<'d> Node<'d> {
    /// Returns two equal keys of a mapping inside the node.
    ///
    /// Aliases are not followed.
    pub fn duplicate_inside(self) -> Option<[Node<'d>; 2]> {
        self.collection_style()?;
        let pair = self.yaml_file().duplicate_key_from(self.number())?;
        let keys = pair.map(|id| self.yaml_file().at(id));
        let is_inside = keys[0].ancestors().any(|node| node == self);
        is_inside.then_some(keys)
    }

    /// Returns two equal keys of a mapping, one of which leads to the node.
    ///
    /// The path to the node is then ambiguous.
    pub fn duplicate_above(self) -> Option<[Node<'d>; 2]> {
        let pair_of = |key: Node<'d>| {
            let pair = self.yaml_file().duplicate_key_from(key.number());
            pair.filter(|&[found, _]| found == key.number())
        };
        let mut pair = self.ancestors().filter_map(Node::key).find_map(pair_of)?;
        pair.sort_unstable();
        Some(pair.map(|id| self.yaml_file().at(id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(keys: Option<[Node<'_>; 2]>) -> Option<[usize; 2]> {
        keys.map(|keys| keys.map(|key| key.yaml_file().position(key.span().start()).line))
    }

    #[test]
    fn finds_the_duplicate_keys_inside_and_above_a_value() {
        let many: String = (0..40).map(|n| format!("  k{n}: x\n")).collect();
        let text = format!("a: &h\n  b: x\n  c: [{{d: 1,\n    d: 2}}]\nb: y\ne:\n{many}  k3: y\nb:\n  f: z\ng: *h\n");
        let file = YamlFile::of_text(&text).unwrap();
        let root = file.documents().next().unwrap();
        let of = |key| root.get(key).unwrap();
        assert_eq!(lines(of("a").duplicate_inside()), Some([3, 4]));
        assert_eq!(lines(of("a").get("b").unwrap().duplicate_above()), None);
        assert_eq!(lines(of("e").duplicate_inside()), Some([10, 47]));
        assert_eq!(lines(of("b").duplicate_inside()), None);
        assert_eq!(lines(of("b").get("f").unwrap().duplicate_above()), Some([5, 48]));
        assert_eq!(lines(of("g").duplicate_inside()), None);
        let repeated: Vec<_> = file.count_repeated_keys().into_iter().collect();
        let expected = [("b", 1), ("d", 1), ("k3", 1)].map(|(key, count)| (key.to_owned(), count));
        assert_eq!(repeated, expected);
    }
}
