use memchr::memrchr;

/// A sorted text table: comments, then lines of fields that are separated by tabs.
///
/// It is searched in place: parsing all of it takes longer than checking a small template.
#[derive(Clone, Copy)]
pub(super) struct SortedTable(pub(super) &'static str);

impl SortedTable {
    /// Returns the lines whose first field is `key`.
    pub(super) fn lines_of(self, key: &str) -> impl Iterator<Item = &'static str> {
        let lines = self.0.get(self.first_line(key)..).unwrap_or_default().lines();
        lines.take_while(move |line| line.split('\t').next() == Some(key))
    }

    /// Returns all lines but the comments.
    pub(super) fn lines(self) -> impl Iterator<Item = &'static str> {
        self.0.lines().skip_while(|line| line.starts_with('#'))
    }

    /// Returns the offset of the first line for `key` or later.
    fn first_line(self, key: &str) -> usize {
        let (mut from, mut to) = (0, self.0.len());
        while from < to {
            let before = self.0.as_bytes().get(..from.midpoint(to)).unwrap_or_default();
            let start = memrchr(b'\n', before).map_or(0, |newline| newline + 1);
            let rest = self.0.get(start..).unwrap_or_default();
            if rest.split('\t').next() < Some(key) {
                from = rest.find('\n').map_or(self.0.len(), |newline| start + newline + 1);
            } else {
                to = start;
            }
        }
        from
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_lines_of_a_key() {
        let table = SortedTable("# comment\na\t1\nb\t2\nb\t3\nbc\t4\n");
        for (key, expected) in [
            ("a", vec!["a\t1"]),
            ("b", vec!["b\t2", "b\t3"]),
            ("bc", vec!["bc\t4"]),
            ("", vec![]),
            ("bb", vec![]),
            ("あ", vec![]),
        ] {
            assert_eq!(table.lines_of(key).collect::<Vec<_>>(), expected, "{key}");
        }
        assert_eq!(table.lines().count(), 4);
    }
}
