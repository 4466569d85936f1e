use std::collections::HashMap;

/// The IDs that loops make.
#[derive(Debug, Default)]
pub struct Repeats<'s>(HashMap<String, Repetition<'s>>);

/// An ID that a loop makes.
#[derive(Debug)]
pub struct Repetition<'s> {
    /// The ID as the loop writes it.
    pub id: &'s str,
    /// The loop variables as they are written in IDs, each with its value.
    pub replacements: Vec<(String, String)>,
}

impl<'s> Repeats<'s> {
    /// Adds an ID that a loop makes, unless another loop makes it too.
    pub fn add(&mut self, name: String, repetition: Repetition<'s>) {
        self.0.entry(name).or_insert(repetition);
    }

    /// Returns the ID, as its loop writes it, from which `name` is made.
    pub fn origin(&self, name: &str) -> Option<&'s str> {
        self.0.get(name).map(|repetition| repetition.id)
    }

    /// Expands `id` with the loop iteration that makes `name`.
    pub fn in_loop_of(&self, name: &str, id: &str) -> Option<String> {
        let repetition = self.0.get(name)?;
        let replace = |id: String, (variable, value): &(String, String)| id.replace(variable, value);
        Some(repetition.replacements.iter().fold(id.to_owned(), replace))
    }
}
