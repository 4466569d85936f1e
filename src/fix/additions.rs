//! The additions of fixes without their other changes, for files that are written one after another.

use std::collections::BTreeSet;

use super::apply::{SourceMaps, apply};
use crate::model::{Applicability, Fix, Language};
use crate::text::{File, FileId, FileRange, ProofError};

/// The changes of all rounds, if the files can refer to each other.
pub(super) struct Additions<C> {
    /// The changes that add declarations, each with the number of rounds before it.
    added: Vec<(usize, C)>,
    /// The files with other changes.
    referring: BTreeSet<FileId>,
}

impl<C> Default for Additions<C> {
    fn default() -> Self {
        Self {
            added: Vec::new(),
            referring: BTreeSet::new(),
        }
    }
}

impl<C> Additions<C> {
    /// Splits the changes of the first round.
    pub(super) fn of_round<L: Language<Change = C>>(changes: &[&C]) -> Self
    where
        C: Clone,
    {
        let (added, others): (Vec<&C>, Vec<&C>) = changes.iter().partition(|change| L::adds(change));
        Self {
            added: added.into_iter().map(|change| (0, change.clone())).collect(),
            referring: others.into_iter().map(|change| L::changed(change).0).collect(),
        }
    }

    /// Adds those of another round, which has `rounds` before it.
    pub(super) fn extend(&mut self, later: Self, rounds: usize) {
        self.added
            .extend(later.added.into_iter().map(|(_, change)| (rounds, change)));
        self.referring.extend(later.referring);
    }

    /// Returns each file to which something was added, with nothing but these additions.
    ///
    /// `maps` are those of all rounds. Only files with other changes too are rendered and proven again.
    ///
    /// # Errors
    ///
    /// If the additions of a file cannot be proven without its other changes.
    pub(super) fn alone<L: Language<Change = C>>(
        &self,
        language: &L,
        files: &[File],
        fixed: &[File],
        maps: &[SourceMaps],
    ) -> Result<Vec<File>, ProofError>
    where
        C: Clone,
    {
        let file_of = |change: &C| L::changed(change).0;
        let adding: BTreeSet<_> = self.added.iter().map(|(_, change)| file_of(change)).collect();
        let is_mixed = |id: FileId| adding.contains(&id) && self.referring.contains(&id);
        let mixed = files.iter().map(|file| match is_mixed(file.id) {
            true => file.clone(),
            false => File::new(file.id, ""),
        });
        let mixed: Vec<_> = mixed.collect();
        let added = self.added.iter().filter(|(_, change)| is_mixed(file_of(change)));
        let added: Vec<_> = added.map(|(round, change)| (*round, change)).collect();
        let proven = match added.is_empty() {
            true => mixed,
            false => prove_alone(language, &mixed, &added, maps)?,
        };
        let pairs = proven.into_iter().zip(fixed);
        let files = pairs.filter(|(file, _)| adding.contains(&file.id));
        let files = files.map(|(proven, fixed)| match is_mixed(fixed.id) {
            true => proven,
            false => fixed.clone(),
        });
        Ok(files.collect())
    }
}

/// Makes changes of several rounds in the original files, and proves the result.
fn prove_alone<L: Language>(
    language: &L,
    files: &[File],
    added: &[(usize, &L::Change)],
    maps: &[SourceMaps],
) -> Result<Vec<File>, ProofError> {
    let before = |round: usize, place: FileRange| {
        let maps = maps.get(..round).unwrap_or_default();
        maps.iter().rev().fold(place, |place, map| map.before(place))
    };
    let original = language.read(files);
    let unplanned = || ProofError::UnplannedChange {
        place: "additions".to_owned(),
    };
    let planned = language.additions(&original, added, &before).ok_or_else(unplanned)?;
    let fixes = planned.into_iter().map(|(change, edits)| Fix {
        title: String::new(),
        applicability: Applicability::Safe,
        changes: vec![change],
        edits,
    });
    let fixes: Vec<_> = fixes.collect();
    let applied = apply::<L>(files, &fixes);
    if applied.changes.len() < fixes.len() {
        return Err(unplanned());
    }
    language.prove(original, &applied.files, &applied.changes, |_| ())?;
    Ok(applied.files)
}
