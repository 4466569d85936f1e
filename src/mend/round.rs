use crate::fix::{Fix, apply};
use crate::rules::Finding;
use crate::template::Duplicate;
use crate::text::{File, Made};
use crate::yaml::{Change, Refusal, Stream, prove_and};

/// What a round came to.
pub(super) struct Round {
    /// What was done, if any fix stood the proof.
    pub(super) done: Option<Done>,
    /// The fixes that did not, by their numbers, each with why.
    pub(super) refused: Vec<(usize, Refusal)>,
}

/// A text with some fixes, proven.
pub(super) struct Done {
    pub(super) file: File,
    pub(super) made: Made,
    /// What is found in it.
    pub(super) left: Vec<Finding>,
    /// The file as it was read, if a finding in it has a fix.
    pub(super) stream: Option<Stream>,
}

/// Makes the fixes that do not touch one another, without those because of which the text would not stand the proof.
///
/// Each fix has a number, for the caller to know it by. Where all of them together are refused, they are tried by
/// halves, on top of those that are proven, as long as there are `splits` left.
pub(super) fn round<'f>(
    stream: Stream,
    fixes: &[(usize, &'f Fix)],
    find: &impl Fn(&Stream) -> Result<Vec<Finding>, Duplicate>,
    splits: &mut usize,
) -> Round {
    let mut round = Round {
        done: None,
        refused: Vec::new(),
    };
    let mut proven: Vec<&'f Fix> = Vec::new();
    let file = stream.file().clone();
    let mut read = Some(stream);
    let mut waiting = vec![fixes];
    while let Some(group) = waiting.pop() {
        let tried: Vec<_> = proven
            .iter()
            .copied()
            .chain(group.iter().map(|(_, fix)| *fix))
            .collect();
        // An attempt uses up what was read.
        let stream = read
            .take()
            .map_or_else(|| Stream::parse(&file).map_err(Refusal::Unreadable), Ok);
        match stream.and_then(|stream| attempt(stream, &tried, find)) {
            Ok(done) => {
                proven = tried;
                round.done = Some(done);
            }
            Err(refusal) if group.len() > 1 && *splits > 0 && !refusal.is_about_the_text() => {
                *splits -= 1;
                let (first, second) = group.split_at(group.len() / 2);
                waiting.extend([second, first]);
            }
            Err(refusal) => round
                .refused
                .extend(group.iter().map(|&(number, _)| (number, refusal.clone()))),
        }
    }
    round
}

fn attempt(
    stream: Stream,
    fixes: &[&Fix],
    find: &impl Fn(&Stream) -> Result<Vec<Finding>, Duplicate>,
) -> Result<Done, Refusal> {
    let applied = apply(stream.file(), fixes.iter().copied());
    let changes: &[&Change] = &applied.changes;
    let found = prove_and(stream, &applied.file, changes, |stream| {
        let left = find(&stream)?;
        let has_fix = left.iter().any(|finding| finding.fix().is_some());
        Ok((left, has_fix.then_some(stream)))
    })?;
    let (left, stream) = found.map_err(|_: Duplicate| Refusal::Remains)?;
    Ok(Done {
        file: applied.file,
        made: applied.made,
        left,
        stream,
    })
}
