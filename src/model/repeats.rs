use std::collections::HashMap;

/// The IDs that loops create.
#[derive(Debug, Default)]
pub struct Repeats<'s>(HashMap<String, Repetition<'s>>);

/// An ID that a loop creates.
#[derive(Debug)]
pub struct Repetition<'s> {
    /// The ID as the loop writes it.
    pub id: &'s str,
    /// The loop variables, as written in IDs, with their values.
    pub replacements: Vec<(String, String)>,
}

impl<'s> Repeats<'s> {
    /// Adds an ID that a loop creates.
    ///
    /// An ID that another loop creates too is not replaced.
    pub fn add(&mut self, name: String, repetition: Repetition<'s>) {
        self.0.entry(name).or_insert(repetition);
    }

    /// Returns the ID in the source that a loop expands to `name`.
    pub fn origin(&self, name: &str) -> Option<&'s str> {
        self.0.get(name).map(|repetition| repetition.id)
    }

    /// Expands `id` with the loop iteration that creates `name`.
    pub fn in_loop_of(&self, name: &str, id: &str) -> Option<String> {
        let repetition = self.0.get(name)?;
        let replace = |id: String, (variable, value): &(String, String)| id.replace(variable, value);
        Some(repetition.replacements.iter().fold(id.to_owned(), replace))
    }
}
