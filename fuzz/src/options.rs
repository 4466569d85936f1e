use cfn_ipfix::rules::{Selection, rules};
use cfn_ipfix::{Options, ProfileName};

/// Number of bytes at the start of an input that encode the options.
pub(crate) const HEAD: usize = 3;

/// Splits an input into options and source.
///
/// Returns `None` if the input is too short or not UTF-8.
pub(crate) fn split(input: &[u8]) -> Option<(Options, &str)> {
    let (&[flags, low, high], text) = input.split_first_chunk::<HEAD>()?;
    let deselected = u16::from_le_bytes([low, high]);
    // Rules beyond the bits are always selected.
    let is_selected = |n| deselected.checked_shr(n).is_none_or(|bits| bits & 1 == 0);
    let selected = rules().zip(0..).filter(|(_, n)| is_selected(*n));
    let options = Options {
        selection: selected.fold(Selection::NONE, |selection, (rule, _)| selection.with(rule)),
        unsafe_fixes: flags & 1 != 0,
        profile_name: match flags >> 1 & 3 {
            0 | 3 => ProfileName::Auto,
            1 => ProfileName::None,
            _ => ProfileName::Role,
        },
        is_generated: flags & 8 != 0,
    };
    Some((options, str::from_utf8(text).ok()?))
}
