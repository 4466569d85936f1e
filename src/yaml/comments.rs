use super::nodes::{NodeData, StreamId};
use super::{Node, ScalarStyle, YamlFile};
use crate::text::{EditObstacle, TextRange};
use crate::yaml::WHITESPACE;

/// A comment in a YAML file; JSON has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment<'t> {
    /// The parsed text of the comment.
    pub stream: StreamId,
    /// The range from its `#` to the end of its line.
    ///
    /// It does not include the newline.
    pub span: TextRange,
    /// The content after the `#`.
    pub text: &'t str,
    /// The number of its line, from 0.
    pub line: usize,
    /// True if only blanks appear before it on its line.
    pub is_alone: bool,
    /// True if the scalar before it is a block scalar.
    ///
    /// The comment may then end that scalar.
    pub follows_block: bool,
}

/// The identity of a comment in a [`Change`](super::Change).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CommentId {
    pub(super) stream: StreamId,
    span: TextRange,
    line: usize,
    is_alone: bool,
    follows_block: bool,
}

impl Comment<'_> {
    /// Returns the identity of the comment.
    pub fn id(&self) -> CommentId {
        CommentId {
            stream: self.stream,
            span: self.span,
            line: self.line,
            is_alone: self.is_alone,
            follows_block: self.follows_block,
        }
    }
}

impl CommentId {
    /// Returns the range of the comment's content, after its `#`.
    pub(super) fn text(self) -> TextRange {
        TextRange::new(self.span.start() + 1, self.span.end())
    }
}

impl YamlFile {
    /// Returns the comments, in the order of the file.
    ///
    /// The parser's events omit comments but give the range of every scalar. Outside scalars, a `#` after a blank
    /// begins a comment: <https://yaml.org/spec/1.2.2/#66-comments>.
    pub fn comments(&self) -> Vec<Comment<'_>> {
        self.comments_among(TextRange::new(0, self.text().len()), self.all())
    }

    /// Returns whether a part of the source has a comment.
    ///
    /// A `#` in a scalar begins none. Only the nodes of the part are visited, and only if it has a `#`.
    pub(super) fn has_comment(&self, part: TextRange) -> bool {
        part.slice(self.text()).contains('#') && !self.comments_among(part, self.nodes_in(part)).is_empty()
    }

    /// Returns the nodes that begin in a part of the source, after the scalar that may extend into it.
    fn nodes_in(&self, part: TextRange) -> impl Iterator<Item = Node<'_>> {
        let all = &self.nodes.all;
        let first = all.partition_point(|data| data.span().start() < part.start());
        let is_scalar = |data: &NodeData| data.collection_style().is_none();
        let before = all.iter().take(first).rposition(is_scalar).unwrap_or(first);
        let nodes = self.nodes.ids_from(before).map(|index| self.at(index));
        nodes.take_while(move |node| node.span().start() < part.end())
    }

    /// Returns the comments in a part of the source that contains `nodes`.
    fn comments_among<'s>(&'s self, part: TextRange, nodes: impl Iterator<Item = Node<'s>>) -> Vec<Comment<'s>> {
        let mut comments = Vec::new();
        let mut done = part.start();
        let mut follows_block = false;
        for scalar in nodes.filter(|node| node.collection_style().is_none()) {
            let gap = TextRange::new(done, scalar.span().start());
            self.comments_between(gap, follows_block, &mut comments);
            done = done.max(scalar.span().end());
            follows_block = scalar.scalar_style() == ScalarStyle::Block;
        }
        self.comments_between(TextRange::new(done, part.end()), follows_block, &mut comments);
        comments
    }

    fn comments_between<'s>(&'s self, gap: TextRange, follows_block: bool, comments: &mut Vec<Comment<'s>>) {
        let mut at = gap.start();
        while let Some(found) = TextRange::new(at, gap.end()).slice(self.text()).find('#') {
            let hash = at + found;
            let line = self.lines.number(hash);
            let before = TextRange::new(self.lines.span(line).start(), hash).slice(self.text());
            if !before.is_empty() && !before.ends_with([' ', '\t']) {
                at = hash + 1;
                continue;
            }
            let rest = TextRange::new(hash, self.lines.span(line).end()).slice(self.text());
            let rest = rest.trim_end_matches(['\r', '\n']);
            at = hash + rest.len();
            comments.push(Comment {
                stream: self.id(),
                span: TextRange::new(hash, at),
                text: rest.get(1..).unwrap_or_default(),
                line,
                is_alone: before.trim_matches(WHITESPACE).is_empty(),
                follows_block,
            });
        }
    }

    /// Returns the range to remove with a comment.
    ///
    /// It is the whole line if the comment is alone there, else the comment and the blanks before it.
    ///
    /// # Errors
    ///
    /// If lines below the comment could then become part of a block scalar above.
    pub(super) fn removal(&self, comment: CommentId) -> Result<TextRange, EditObstacle> {
        let line = self.lines.span(comment.line);
        if comment.is_alone {
            let below = self.lines.span(comment.line + 1);
            let below = below.slice(self.text()).trim_start_matches(WHITESPACE);
            let ends_block_scalar = comment.follows_block && (below.is_empty() || below.starts_with('#'));
            return match ends_block_scalar && line.end() < self.text().len() {
                true => Err(EditObstacle::CommentEndsBlockScalar),
                false => Ok(line),
            };
        }
        let before = TextRange::new(line.start(), comment.span.start()).slice(self.text());
        let start = line.start() + before.trim_end_matches([' ', '\t']).len();
        Ok(TextRange::new(start, comment.span.end()))
    }

    /// Returns a part of the source that contains `nodes`, without its comments.
    ///
    /// A comment that ends a block scalar is replaced by its `#`.
    pub fn uncommented<'s>(&'s self, part: TextRange, nodes: impl Iterator<Item = Node<'s>>) -> String {
        let mut rest = part.start();
        let mut kept = String::new();
        for comment in self.comments_among(part, nodes) {
            let comment = comment.id();
            let removed = self.removal(comment).unwrap_or_else(|_| comment.text());
            kept.push_str(TextRange::new(rest, removed.start()).slice(self.text()));
            rest = removed.end();
        }
        kept + TextRange::new(rest, part.end()).slice(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comments(text: &str) -> Vec<String> {
        let stream = YamlFile::of_text(text).unwrap();
        stream
            .comments()
            .iter()
            .map(|comment| comment.text.to_owned())
            .collect()
    }

    #[test]
    fn finds_the_comments_that_yaml_has() {
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
            // This needs the relaxed source: a bracket is indented less than the mapping around it.
            ("a:\n  b: [ # c\n'd # e'\n] # f\n", vec![" c", " f"]),
        ] {
            assert_eq!(comments(text), found, "{text}");
        }
    }

    #[test]
    fn finds_a_comment_in_a_part_of_a_file() {
        for (text, part, has_comment) in [
            ("a: 'b # c'\n", "'b # c'", false),
            ("a: [b#c, \"# d\"]\n", "[b#c, \"# d\"]", false),
            ("a: [b, # c\n  d]\n", "[b, # c\n  d]", true),
            ("a: # b\n  c\n", ": # b\n  c", true),
            ("a: &b#d e # c\n", "&b#d e # c", true),
            ("a: &b#d e\n", "&b#d e", false),
            ("a: !b#d e\n", "!b#d e", false),
            // The part begins inside a scalar.
            ("a: |\n  # b\n  c\n", "  # b\n", false),
            ("a: 'b\n  # c'\n# d\n", "  # c'\n", false),
            ("a: 'b\n  # c'\n# d\n", "  # c'\n# d\n", true),
            ("a: [[], {}, []]\nb: c # d\n", "[[], {}, []]\n", false),
            ("# a\n", "# a", true),
        ] {
            let stream = YamlFile::of_text(text).unwrap();
            let start = text.find(part).unwrap();
            let part = TextRange::new(start, start + part.len());
            assert_eq!(stream.has_comment(part), has_comment, "{text}");
        }
    }

    #[test]
    fn keeps_a_comment_that_ends_a_block_scalar() {
        for (text, is_removable) in [
            ("a: |+\n  b\n# c\n\nd: e\n", false),
            ("a: |\n  b\n # c\n  # d\n", false),
            ("a: |\n  b\n# c\nd: e\n", true),
            ("a: |+\n  b\n# c\n", true),
            ("a: | # c\n  b\n\nd: e\n", true),
            ("a: b\n# c\n\nd: e\n", true),
        ] {
            let stream = YamlFile::of_text(text).unwrap();
            let comments = stream.comments();
            assert_eq!(stream.removal(comments[0].id()).is_ok(), is_removable, "{text}");
        }
    }

    #[test]
    fn removes_a_comment_with_its_line_or_the_blanks_before_it() {
        for (text, without) in [
            ("a: b\n  # c\nd: e\n", "a: b\nd: e\n"),
            ("a: b \t # c\r\nd: e\r\n", "a: b\r\nd: e\r\n"),
            ("a: b\r# c\rd: e", "a: b\rd: e"),
            ("a: b\n# c", "a: b\n"),
            ("\u{feff}# c\na: b", "\u{feff}a: b"),
            ("- # c\n  a: b\n", "-\n  a: b\n"),
        ] {
            let stream = YamlFile::of_text(text).unwrap();
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
    fn copies_a_part_of_a_file_without_its_comments() {
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
            let stream = YamlFile::of_text(text).unwrap();
            let root = stream.documents().next().unwrap();
            let (key, value) = root.entries().next().unwrap();
            let part = TextRange::new(key.span().end(), value.span().end());
            assert_eq!(stream.uncommented(part, value.descendants()), without);
        }
    }
}
