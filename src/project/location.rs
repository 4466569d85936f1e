//! Finds the files that the location of a nested stack's template may mean.

use std::collections::HashMap;

use super::links::TemplateLocation;

/// The paths of the files of a project, for looking up the locations of templates.
///
/// Files outside of the project are never found.
#[derive(Debug)]
pub struct ProjectPaths {
    /// The names of each path, without `.` and `..`.
    names: Vec<Vec<String>>,
    /// The files by the last name of their paths.
    by_name: HashMap<String, Vec<usize>>,
}

/// The limit of files that a location may mean.
const MAX_CANDIDATES: usize = 64;

impl ProjectPaths {
    /// Indexes paths, which have `/` between names and are relative to the same folder.
    pub fn of<'p>(paths: impl IntoIterator<Item = &'p str>) -> Self {
        let names: Vec<_> = paths
            .into_iter()
            .map(|path| resolved(&[], path).unwrap_or_default())
            .collect();
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, names) in names.iter().enumerate() {
            if let Some(last) = names.last() {
                by_name.entry(last.clone()).or_default().push(at);
            }
        }
        Self { names, by_name }
    }

    /// Returns the files that `location` may mean in the template with the index `from`, in ascending order.
    ///
    /// There are several if the paths of several files end like the URL. There are none if too many do.
    pub fn candidates(&self, from: usize, location: &TemplateLocation) -> Vec<usize> {
        match location {
            TemplateLocation::Path(path) => self.at_path(from, path).into_iter().collect(),
            TemplateLocation::UrlEnd { end, is_literal } => self.ending_in(end, *is_literal),
            TemplateLocation::Unknown => Vec::new(),
        }
    }

    /// Returns the number of names that both paths have in common, from the first one.
    pub fn common_folders(&self, one: usize, other: usize) -> usize {
        let folders = |at: usize| {
            self.names
                .get(at)
                .and_then(|names| names.split_last())
                .map(|(_, folders)| folders)
        };
        let pairs = folders(one)
            .unwrap_or_default()
            .iter()
            .zip(folders(other).unwrap_or_default());
        pairs.take_while(|(one, other)| one == other).count()
    }

    /// Returns the number of names in which a path ends like the end of a URL.
    pub fn common_end(&self, at: usize, end: &str) -> usize {
        let names = self.names.get(at).into_iter().flatten().rev();
        let end = end.rsplit('/').filter(|name| !name.is_empty());
        names.zip(end).take_while(|(own, other)| own.as_str() == *other).count()
    }

    /// Returns whether a URL ends in a whole path.
    pub fn is_whole(&self, at: usize, location: &TemplateLocation) -> bool {
        match location {
            TemplateLocation::UrlEnd { end, .. } => self.names.get(at).map(Vec::len) == Some(self.common_end(at, end)),
            TemplateLocation::Path(_) | TemplateLocation::Unknown => true,
        }
    }

    fn at_path(&self, from: usize, path: &str) -> Option<usize> {
        let (_, folder) = self.names.get(from)?.split_last()?;
        let names = resolved(folder, path)?;
        self.by_name
            .get(names.last()?)?
            .iter()
            .copied()
            .find(|&at| self.names.get(at) == Some(&names))
    }

    fn ending_in(&self, end: &str, is_literal: bool) -> Vec<usize> {
        let end: Vec<_> = end.split('/').filter(|name| !name.is_empty()).collect();
        let Some(named) = end.last().and_then(|last| self.by_name.get(*last)) else {
            return Vec::new();
        };
        if named.len() > MAX_CANDIDATES {
            return Vec::new();
        }
        let ends_in = |at: &&usize, end: &[&str]| {
            let names = self.names.get(**at).map_or(&[][..], Vec::as_slice);
            let start = names.len().checked_sub(end.len());
            start.and_then(|start| names.get(start..)).is_some_and(|own| own == end)
        };
        // A bucket may have folders above those of the project, so a literal URL may end in a part of the path.
        let shortest = if is_literal { 1 } else { end.len() };
        (shortest..=end.len())
            .rev()
            .filter_map(|length| end.get(end.len() - length..))
            .map(|end| named.iter().filter(|at| ends_in(at, end)).copied().collect::<Vec<_>>())
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }
}

/// Resolves a path from a folder; returns `None` if it leaves the project or is absolute.
fn resolved(folder: &[String], path: &str) -> Option<Vec<String>> {
    if path.starts_with('/') {
        return None;
    }
    let mut names = folder.to_vec();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()?),
            name => names.push(name.to_owned()),
        }
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_location_may_mean() {
        let paths = ["main.yaml", "a/x.yaml", "b/a/x.yaml", "c/x.yaml", "./y.yaml"];
        let index = ProjectPaths::of(paths);
        let path = |from, path: &str| index.candidates(from, &TemplateLocation::Path(path.to_owned()));
        assert_eq!(path(0, "a/x.yaml"), [1]);
        assert_eq!(path(0, "./a/../c/x.yaml"), [3]);
        assert_eq!(path(1, "../y.yaml"), [4]);
        assert!(path(1, "../../etc/y.yaml").is_empty());
        assert!(path(0, "/a/x.yaml").is_empty());
        let url = |end: &str, is_literal| {
            let end = end.to_owned();
            index.candidates(0, &TemplateLocation::UrlEnd { end, is_literal })
        };
        assert_eq!(url("x.yaml", false), [1, 2, 3]);
        assert_eq!(url("a/x.yaml", false), [1, 2]);
        assert_eq!(url("bucket/b/a/x.yaml", true), [2]);
        assert!(url("bucket/b/a/x.yaml", false).is_empty());
        assert!(url("aa/x.yaml", false).is_empty());
        assert_eq!(index.common_end(2, "bucket/a/x.yaml"), 2);
        assert_eq!(index.common_folders(1, 2), 0);
        assert_eq!(index.common_folders(1, 1), 1);
    }
}
