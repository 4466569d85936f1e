//! A quick check of raw bytes, so that only a few of thousands of files are parsed.

mod automaton;
mod escapes;
mod marks;
mod required;

use memchr::memmem;

use crate::profile::OPTIONS;
use crate::project::Signs;

use escapes::{narrow, unescaped};
use marks::Seen;

/// Returns whether a rule can apply to a source, or to what the source hides.
///
/// Only `false` is certain.
///
/// Every finding is in a resource that contains the names of a subject of its rule. Names are whole scalars, which YAML
/// never splits, except by escapes in double quotes.
pub fn may_apply(text: &[u8]) -> bool {
    look(text).may_apply
}

/// Returns whether a source looks like a template.
///
/// The key `Resources` appears first on a line or in a mapping, or in quotes. In a service of the Serverless Framework, the
/// key `resources` may be enough, and `option_settings` in a configuration of Elastic Beanstalk.
pub fn looks_like_template(text: &[u8]) -> bool {
    let text = narrow(text);
    has_section_name(&text) && Seen::of(&text).is_template()
}

/// Returns whether a source has the name of a section with resources.
///
/// The strings of a template seldom have one, and the automaton takes longer to build than a small template to check.
fn has_section_name(text: &[u8]) -> bool {
    let names = [b"esources".as_slice(), OPTIONS.as_bytes()];
    names.iter().any(|name| memmem::find(text, name).is_some())
}

/// Returns everything that the raw bytes of a source show at once.
pub fn look(text: &[u8]) -> Look {
    let text = narrow(text);
    let seen = Seen::of(&text);
    let unescaped = unescaped(&text);
    let seen_unescaped = unescaped.as_deref().map(|text| (Seen::of(text), text));
    let texts = std::iter::once((&seen, &*text)).chain(seen_unescaped.iter().map(|(seen, text)| (seen, *text)));
    let is_template = seen.is_template();
    Look {
        is_template,
        may_be_part: is_template || seen.has_types,
        may_apply: texts.clone().any(|(seen, text)| seen.may_apply(text)),
        signs: match texts.last() {
            Some((seen, _)) if is_template => seen.signs,
            _ => Signs::default(),
        },
    }
}

/// The facts about a source that its raw bytes show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The result of [`looks_like_template`].
    pub is_template: bool,
    /// True if it may be a part of a template that another file includes.
    pub may_be_part: bool,
    /// The result of [`may_apply`].
    pub may_apply: bool,
    /// The ways in which the source may be related to others, if it looks like a template.
    pub signs: Signs,
}
