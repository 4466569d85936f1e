use std::fmt;

/// The way from a document's root to one of its nodes, through aliases as if each were what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    /// The number of the document in its stream, from 0.
    pub document: usize,
    /// One step for each level.
    pub steps: Vec<Step>,
}

/// One level of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Into the entry of a mapping.
    Key(String),
    /// Into the item of a sequence, from 0.
    Index(usize),
}

impl Path {
    /// The path one entry further.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.with(Step::Key(key.to_owned()))
    }

    /// The path one item further.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    fn with(&self, step: Step) -> Self {
        let mut path = self.clone();
        path.steps.push(step);
        path
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key) if at == 0 => write!(f, "{key}")?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
