//! The commands that actions of the server run.

use gen_lsp_types::{ExecuteCommandParams, LspAny};

use super::responses::{Answer, invalid_params};

/// A command of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// Shows the page of a rule; its argument is the code.
    Explain,
    /// Sends an edit to the client, for clients that know no actions with edits; its argument is the edit.
    ApplyEdit,
}

impl Command {
    pub(super) const ALL: [Self; 2] = [Self::Explain, Self::ApplyEdit];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Explain => "cfn-ipfix.explain",
            Self::ApplyEdit => "cfn-ipfix.applyEdit",
        }
    }

    /// Returns the command as an action names it.
    pub(super) fn call(self, title: &str, argument: LspAny) -> gen_lsp_types::Command {
        gen_lsp_types::Command {
            title: title.to_owned(),
            tooltip: None,
            command: self.name().to_owned(),
            arguments: Some(vec![argument]),
        }
    }

    /// Returns the command that a client runs, with its argument.
    ///
    /// # Errors
    ///
    /// If there is no such command.
    pub(super) fn read(params: ExecuteCommandParams) -> Answer<(Self, LspAny)> {
        let command = Self::ALL.into_iter().find(|command| command.name() == params.command);
        let command =
            command.ok_or_else(|| invalid_params(format_args!("there is no command `{}`", params.command)))?;
        let argument = params.arguments.unwrap_or_default().into_iter().next();
        Ok((command, argument.unwrap_or_default()))
    }
}
