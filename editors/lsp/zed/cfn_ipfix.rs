//! Starts the language server of cfn-ipfix in Zed.

use zed_extension_api::settings::LspSettings;
use zed_extension_api::{Command, Extension, LanguageServerId, Result, Worktree, register_extension, serde_json};

struct CfnIpfix;

impl Extension for CfnIpfix {
    fn new() -> Self {
        Self
    }

    fn language_server_command(&mut self, server: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let configured = LspSettings::for_worktree(server.as_ref(), worktree)?
            .binary
            .and_then(|binary| binary.path);
        let program = configured.or_else(|| worktree.which("cfn-ipfix"));
        Ok(Command {
            command: program.ok_or("cfn-ipfix is not on the PATH")?,
            args: vec!["--lsp".to_owned()],
            env: worktree.shell_env(),
        })
    }

    fn language_server_initialization_options(
        &mut self,
        server: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<serde_json::Value>> {
        Ok(LspSettings::for_worktree(server.as_ref(), worktree)?.initialization_options)
    }
}

register_extension!(CfnIpfix);
