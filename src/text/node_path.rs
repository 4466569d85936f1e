use std::fmt;

/// The path from a document's root to one of its nodes.
///
/// It leads through an alias as if the aliased node were in its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct NodePath {
    /// The number of the document in its file, from 0.
    pub document: usize,
    /// The segments, one for each level.
    pub steps: Vec<PathSegment>,
}

/// One level of a [`NodePath`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PathSegment {
    /// The key of a mapping's entry.
    Key(String),
    /// The index of a sequence's item, from 0.
    Index(usize),
}

impl NodePath {
    /// Returns the path to the entry `key` of this node.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.with(PathSegment::Key(key.to_owned()))
    }

    /// Returns the path to the item `index` of this node.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(PathSegment::Index(index))
    }

    /// Returns the path from the node at `outer`, which must be on this path.
    #[must_use]
    pub fn relative_to(&self, outer: &Self) -> Self {
        Self {
            document: self.document - outer.document.min(self.document),
            steps: self.steps.get(outer.steps.len()..).unwrap_or_default().to_vec(),
        }
    }

    fn with(&self, segment: PathSegment) -> Self {
        let mut path = self.clone();
        path.steps.push(segment);
        path
    }
}

impl fmt::Display for NodePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.steps.iter().enumerate() {
            match segment {
                PathSegment::Key(key) if at == 0 => write!(f, "{key}")?,
                PathSegment::Key(key) => write!(f, ".{key}")?,
                PathSegment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
