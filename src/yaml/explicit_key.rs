/// Returns the offset of the `?` of an explicit key.
///
/// Returns `start` if the key at `start` is not explicit.
pub(super) fn start_of_explicit_key(text: &str, start: usize) -> usize {
    let before = text.get(..start).unwrap_or_default();
    before
        .trim_end_matches([' ', '\t'])
        .strip_suffix('?')
        .map_or(start, str::len)
}
