use std::collections::HashMap;

use super::{FileId, TextRange};

/// A replacement of a range of bytes in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edit {
    /// The file to edit.
    pub file: FileId,
    /// The bytes to replace; empty for an insertion.
    pub span: TextRange,
    /// The replacement.
    pub text: String,
    /// The parts that others at the same place share, if the edit can be joined with others.
    pub joint: Option<Joint>,
}

/// The parts of an insertion that other insertions at the same place share.
///
/// The default shares nothing: such insertions follow each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Joint {
    /// The number of bytes at the start that are shared, such as those of a new key.
    pub open: usize,
    /// The number of bytes at the end that are shared, such as those of a closing bracket.
    pub close: usize,
    /// The separator of the parts that are not shared.
    pub separator: String,
}

impl Edit {
    /// Creates an edit that replaces the bytes of `span`.
    pub fn replace(file: FileId, span: TextRange, text: impl Into<String>) -> Self {
        Self {
            file,
            span,
            text: text.into(),
            joint: None,
        }
    }

    /// Creates an edit that inserts before the byte at `offset`.
    pub fn insert(file: FileId, offset: usize, text: impl Into<String>) -> Self {
        Self::replace(file, TextRange::at(offset), text)
    }

    /// Lets the edit be joined with others at the same place.
    #[must_use]
    pub fn with_joint(self, joint: Joint) -> Self {
        Self {
            joint: Some(joint),
            ..self
        }
    }

    /// Joins the replacements of edits at the same place, in their order.
    ///
    /// Parts that several of them share are written once, where the first of them is.
    pub fn joined_text(edits: &[&Self]) -> String {
        let mut groups: Vec<(Parts<'_>, Vec<&str>)> = Vec::new();
        let mut known = HashMap::new();
        for edit in edits {
            let parts = edit.parts();
            let next = groups.len();
            let at = match (parts.open, parts.close) {
                ("", "") => next,
                shared => *known.entry((shared, parts.separator)).or_insert(next),
            };
            match groups.get_mut(at) {
                Some((_, own)) => own.push(parts.own),
                None => groups.push((parts, vec![parts.own])),
            }
        }
        let groups = groups
            .into_iter()
            .map(|(parts, own)| [parts.open, &own.join(parts.separator), parts.close].concat());
        groups.collect()
    }

    fn parts(&self) -> Parts<'_> {
        let (open, close, separator) = match &self.joint {
            Some(joint) => (joint.open, joint.close, joint.separator.as_str()),
            None => (0, 0, ""),
        };
        let whole = Parts {
            open: "",
            own: &self.text,
            close: "",
            separator,
        };
        let split = self.text.split_at_checked(open).and_then(|(open, rest)| {
            let (own, close) = rest.split_at_checked(rest.len().checked_sub(close)?)?;
            Some(Parts {
                open,
                own,
                close,
                separator,
            })
        });
        split.unwrap_or(whole)
    }
}

/// The parts of an edit's text.
#[derive(Clone, Copy)]
struct Parts<'e> {
    open: &'e str,
    own: &'e str,
    close: &'e str,
    separator: &'e str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_shared_parts_once() {
        let edit = |text: &str, open, close| {
            Edit::insert(FileId(0), 3, text).with_joint(Joint {
                open,
                close,
                separator: ",".to_owned(),
            })
        };
        let plain = |text: &str| Edit::insert(FileId(0), 3, text).with_joint(Joint::default());
        for (edits, text) in [
            (vec![plain(",a"), plain(",b"), plain(",a")], ",a,b,a"),
            (vec![edit(",x:{a}", 4, 1), edit(",x:{b}", 4, 1)], ",x:{a,b}"),
            (
                vec![
                    edit(",x:{a}", 4, 1),
                    plain(",p"),
                    edit(",y:{c}", 4, 1),
                    edit(",x:{b}", 4, 1),
                ],
                ",x:{a,b},p,y:{c}",
            ),
        ] {
            assert_eq!(Edit::joined_text(&edits.iter().collect::<Vec<_>>()), text);
        }
    }
}
