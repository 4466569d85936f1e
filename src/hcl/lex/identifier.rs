//! Identifiers: Unicode's `ID_Start` and `ID_Continue`, `_` and `-`.

/// Returns whether an identifier may start with `c`.
pub(super) fn is_start(c: char) -> bool {
    c == '_' || unicode_ident::is_xid_start(c) || is_compatibility_form(c)
}

/// Returns the number of bytes of the identifier at the start of `rest`, 0 if there is none.
pub(super) fn len(rest: &str) -> usize {
    if !rest.starts_with(is_start) {
        return 0;
    }
    rest.find(|c| !continues(c)).unwrap_or(rest.len())
}

fn continues(c: char) -> bool {
    c == '-' || unicode_ident::is_xid_continue(c) || is_compatibility_form(c)
}

/// Returns whether `c` is in `ID_Start`, but not in `XID_Start`.
///
/// Normalization changes these characters; HCL does not normalize.
fn is_compatibility_form(c: char) -> bool {
    matches!(
        c,
        '\u{37a}'
            | '\u{e33}'
            | '\u{eb3}'
            | '\u{309b}'..='\u{309c}'
            | '\u{fc5e}'..='\u{fc63}'
            | '\u{fdfa}'..='\u{fdfb}'
            | '\u{fe70}'
            | '\u{fe72}'
            | '\u{fe74}'
            | '\u{fe76}'
            | '\u{fe78}'
            | '\u{fe7a}'
            | '\u{fe7c}'
            | '\u{fe7e}'
            | '\u{ff9e}'..='\u{ff9f}'
    )
}
