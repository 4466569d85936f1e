//! What the targets of the fuzzer share: the bounds that every call is held to, the laws that every text is held to, and
//! how a text is varied.

mod bounds;
mod laws;
mod vary;

use cfn_ipfix::rules::{Selection, rules};
use cfn_ipfix::{Options, ProfileName};

pub use bounds::bounded;
pub use laws::{assert_read, assert_told, assert_untouched};
pub use vary::vary;

/// How many bytes of an input say with which options the rest of it is checked.
pub const HEAD: usize = 3;

/// An input's options and its text; `None` where it has none.
pub fn split(input: &[u8]) -> Option<(Options, &str)> {
    let (&[flags, low, high], text) = input.split_first_chunk::<HEAD>()?;
    let left_out = u16::from_le_bytes([low, high]);
    let selected = rules().enumerate().filter(|(n, _)| left_out & (1 << n) == 0);
    let options = Options {
        selection: selected.fold(Selection::NONE, |selection, (_, rule)| selection.with(rule)),
        unsafe_fixes: flags & 1 != 0,
        profile_name: match flags >> 1 & 3 {
            0 | 3 => ProfileName::Auto,
            1 => ProfileName::None,
            _ => ProfileName::Role,
        },
    };
    Some((options, str::from_utf8(text).ok()?))
}
