use super::{Node, Quote, Stream};
use crate::text::{FileId, Obstacle, Span};

/// A comment of a YAML text. JSON has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment<'t> {
    /// The file that it is in.
    pub file: FileId,
    /// Where, in bytes: from its `#` to the end of its line, without what ends the line.
    pub span: Span,
    /// What stands behind the `#`.
    pub text: &'t str,
    /// The number of its line, from 0.
    pub line: usize,
    /// Whether nothing but blanks stands before it on its line.
    pub is_alone: bool,
    /// Whether the scalar before it is a block scalar, which it may be what ends.
    pub follows_block: bool,
}

/// Identifies a comment in a [`Change`](super::Change).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CommentId {
    span: Span,
    line: usize,
    is_alone: bool,
    follows_block: bool,
}

impl Comment<'_> {
    /// Identifies the comment.
    pub fn id(&self) -> CommentId {
        CommentId {
            span: self.span,
            line: self.line,
            is_alone: self.is_alone,
            follows_block: self.follows_block,
        }
    }
}

impl CommentId {
    /// The bytes of the comment's text, after its `#`.
    pub(super) fn text(self) -> Span {
        Span::new(self.span.start() + 1, self.span.end())
    }
}

impl Stream {
    /// The comments, in the order of the file.
    ///
    /// The parser's events leave them out, but tell where every scalar is, and outside of those a `#` behind a blank
    /// begins one: <https://yaml.org/spec/1.2.2/#66-comments>.
    pub fn comments(&self) -> Vec<Comment<'_>> {
        self.comments_among(Span::new(0, self.text().len()), self.all())
    }

    /// The comments in a part of the text, which `nodes` are in.
    fn comments_among<'s>(&'s self, part: Span, nodes: impl Iterator<Item = Node<'s>>) -> Vec<Comment<'s>> {
        let mut comments = Vec::new();
        let mut done = part.start();
        let mut follows_block = false;
        for scalar in nodes.filter(|node| node.layout().is_none()) {
            let gap = Span::new(done, scalar.span().start());
            self.comments_between(gap, follows_block, &mut comments);
            done = done.max(scalar.span().end());
            follows_block = scalar.quote() == Quote::Block;
        }
        self.comments_between(Span::new(done, part.end()), follows_block, &mut comments);
        comments
    }

    fn comments_between<'s>(&'s self, gap: Span, follows_block: bool, comments: &mut Vec<Comment<'s>>) {
        let mut at = gap.start();
        while let Some(found) = Span::new(at, gap.end()).slice(self.text()).find('#') {
            let hash = at + found;
            let line = self.lines.number(hash);
            let before = Span::new(self.lines.span(line).start(), hash).slice(self.text());
            if !before.is_empty() && !before.ends_with([' ', '\t']) {
                at = hash + 1;
                continue;
            }
            let rest = Span::new(hash, self.lines.span(line).end()).slice(self.text());
            let rest = rest.trim_end_matches(['\r', '\n']);
            at = hash + rest.len();
            comments.push(Comment {
                file: self.file().id,
                span: Span::new(hash, at),
                text: rest.get(1..).unwrap_or_default(),
                line,
                is_alone: before.trim().is_empty(),
                follows_block,
            });
        }
    }

    /// Returns the bytes to remove with a comment: its whole line if it is alone there, else the blanks before it.
    ///
    /// # Errors
    ///
    /// If lines below it could then become part of a block scalar above.
    pub(super) fn removal(&self, comment: CommentId) -> Result<Span, Obstacle> {
        let line = self.lines.span(comment.line);
        if comment.is_alone {
            let below = self.lines.span(comment.line + 1);
            let below = below.slice(self.text()).trim_start();
            let holds_back = comment.follows_block && (below.is_empty() || below.starts_with('#'));
            return match holds_back && line.end() < self.text().len() {
                true => Err(Obstacle::EndOfText),
                false => Ok(line),
            };
        }
        let before = Span::new(line.start(), comment.span.start()).slice(self.text());
        let start = line.start() + before.trim_end_matches([' ', '\t']).len();
        Ok(Span::new(start, comment.span.end()))
    }

    /// A part of the text, which `nodes` are in, without its comments; of one that holds a block scalar back, its `#`
    /// stays.
    pub fn uncommented<'s>(&'s self, part: Span, nodes: impl Iterator<Item = Node<'s>>) -> String {
        let mut rest = part.start();
        let mut kept = String::new();
        for comment in self.comments_among(part, nodes) {
            let comment = comment.id();
            let goes = self.removal(comment).unwrap_or_else(|_| comment.text());
            kept.push_str(Span::new(rest, goes.start()).slice(self.text()));
            rest = goes.end();
        }
        kept + Span::new(rest, part.end()).slice(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comments(text: &str) -> Vec<String> {
        let stream = Stream::of_text(text).unwrap();
        stream
            .comments()
            .iter()
            .map(|comment| comment.text.to_owned())
            .collect()
    }

    #[test]
    fn a_comment_is_what_yaml_takes_for_one() {
        for (text, found) in [
            ("# a\nb: c # d\n  #e\n", vec![" a", " d", "e"]),
            ("\u{feff}# a\r\nb: c # d\r# e", vec![" a", " d", " e"]),
            ("a: b#c\nd: '# e' # f\ng: \"\\\" # h\"", vec![" f"]),
            ("a: http://b/#c d#e #f # g\n", vec!["f # g"]),
            ("a: b\n  c # d\ne: 'f\n  # g\n  h' # i\n", vec![" d", " i"]),
            (
                "a: | # b\n  # c\n\n  d\n# e\nf: >-2 #g\n    # h\n  i # j\n # k\n",
                vec![" b", " e", "g", " k"],
            ),
            ("a: |+ # b\n\n# c\n", vec![" b", " c"]),
            ("- # a\n  - b # c\n-\n  # d\n  e\n", vec![" a", " c", " d"]),
            ("a: [b, # c\n  d#e, 'f', # g\n  ] # h\n", vec![" c", " g", " h"]),
            ("a: !t#u b # c\nd: &e#f g\nh: *e#f # i\n", vec![" c", " i"]),
            (
                "%YAML 1.1 # a\n--- # b\nc: d\n... # e\n# f\n",
                vec![" a", " b", " e", " f"],
            ),
            ("# a\n", vec![" a"]),
            ("{\"a\": \"b # c\", \"#\":\t1}", vec![]),
            ("日本: 語 # 日本\n", vec![" 日本"]),
            ("a:\t# b\n\t# c\n\n  d\n", vec![" b", " c"]),
            // The parser's second try, with a bracket further left than the mapping around it.
            ("a:\n  b: [ # c\n'd # e'\n] # f\n", vec![" c", " f"]),
        ] {
            assert_eq!(comments(text), found, "{text}");
        }
    }

    #[test]
    fn a_comment_that_ends_a_block_scalar_stays_where_that_matters() {
        for (text, goes) in [
            ("a: |+\n  b\n# c\n\nd: e\n", false),
            ("a: |\n  b\n # c\n  # d\n", false),
            ("a: |\n  b\n# c\nd: e\n", true),
            ("a: |+\n  b\n# c\n", true),
            ("a: | # c\n  b\n\nd: e\n", true),
            ("a: b\n# c\n\nd: e\n", true),
        ] {
            let stream = Stream::of_text(text).unwrap();
            let comments = stream.comments();
            assert_eq!(stream.removal(comments[0].id()).is_ok(), goes, "{text}");
        }
    }

    #[test]
    fn a_comment_goes_with_its_line_or_with_the_blanks_before_it() {
        for (text, without) in [
            ("a: b\n  # c\nd: e\n", "a: b\nd: e\n"),
            ("a: b \t # c\r\nd: e\r\n", "a: b\r\nd: e\r\n"),
            ("a: b\r# c\rd: e", "a: b\rd: e"),
            ("a: b\n# c", "a: b\n"),
            ("\u{feff}# c\na: b", "\u{feff}a: b"),
            ("- # c\n  a: b\n", "-\n  a: b\n"),
        ] {
            let stream = Stream::of_text(text).unwrap();
            let comments = stream.comments();
            let [comment] = comments.as_slice() else {
                panic!("{text}")
            };
            let mut edited = text.to_owned();
            edited.replace_range(stream.removal(comment.id()).unwrap().range(), "");
            assert_eq!(edited, without);
        }
    }

    #[test]
    fn a_part_of_a_text_has_a_copy_without_its_comments() {
        for (text, without) in [
            ("a: # b\n  # c\n  d # e\n", ":\n  d"),
            ("a: 'b # c' # d\n", ": 'b # c'"),
            ("a: | # b\n  c\n", ": |\n  c"),
            (
                "a:\n  # b\n  c: d # e\n\n  # f\n  g:\r\n    - h\n",
                ":\n  c: d\n\n  g:\r\n    - h",
            ),
            ("a: [ # b\n  c, # d\n  e\n  # f\n  ] # g\n", ": [\n  c,\n  e\n  ]"),
            ("a:\n  - |+\n    b\n  # c\n\n  - d\n", ":\n  - |+\n    b\n  #\n\n  - d"),
        ] {
            let stream = Stream::of_text(text).unwrap();
            let root = stream.documents().next().unwrap();
            let (key, value) = root.entries().next().unwrap();
            let part = Span::new(key.span().end(), value.span().end());
            assert_eq!(stream.uncommented(part, value.descendants()), without);
        }
    }
}
