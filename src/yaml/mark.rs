/// Returns the offset of the `?` that marks the key at `start`, or `start` if no `?` does.
pub(super) fn start_with_mark(text: &str, start: usize) -> usize {
    let before = text.get(..start).unwrap_or_default();
    before
        .trim_end_matches([' ', '\t'])
        .strip_suffix('?')
        .map_or(start, str::len)
}
