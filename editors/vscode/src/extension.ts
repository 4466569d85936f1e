// Runs the language server of cfn-ipfix, and shows its state.

import {
  type ExtensionContext,
  type LanguageStatusItem,
  LanguageStatusSeverity,
  type OutputChannel,
  commands,
  languages,
  window,
  workspace,
} from "vscode";
import { type DocumentFilter, LanguageClient, State } from "vscode-languageclient/node";

import { type Program, findProgram } from "./program";

const NAME = "cfn-ipfix";

const LANGUAGES = ["yaml", "json", "jsonc", "cloudformation", "terraform", "opentofu"];

/** The documents that the server checks: by language, and by name if no extension knows the language. */
const DOCUMENTS: DocumentFilter[] = [
  ...["file", "untitled"].flatMap((scheme) => LANGUAGES.map((language) => ({ scheme, language }))),
  { scheme: "file", pattern: "**/*.{template,cfn,tf,tofu}" },
  { scheme: "file", pattern: "**/.ebextensions/*.config" },
];

let server: Server | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const current = new Server(context);
  server = current;
  context.subscriptions.push(
    current.log,
    current.status,
    commands.registerCommand(`${NAME}.restart`, () => current.restart()),
    commands.registerCommand(`${NAME}.showLog`, () => current.log.show()),
    workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration(`${NAME}.path`)) {
        await current.restart();
      }
    }),
  );
  await current.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

class Server {
  readonly log: OutputChannel = window.createOutputChannel(NAME);
  readonly status: LanguageStatusItem = languages.createLanguageStatusItem(NAME, DOCUMENTS);
  private client: LanguageClient | undefined;

  constructor(private readonly context: ExtensionContext) {
    this.status.name = NAME;
    this.status.command = { command: `${NAME}.showLog`, title: "Show log" };
  }

  async start(): Promise<void> {
    const program = this.findProgram();
    if (program === undefined) {
      await this.reportMissing();
      return;
    }
    this.log.appendLine(`Running ${program.path} (from the ${program.origin})`);
    const client = new LanguageClient(
      NAME,
      NAME,
      { command: program.path, args: ["--lsp"] },
      {
        documentSelector: DOCUMENTS,
        initializationOptions: workspace.getConfiguration(NAME),
        outputChannel: this.log,
        synchronize: { configurationSection: NAME },
      },
    );
    this.client = client;
    client.onDidChangeState(({ newState }) => {
      if (client === this.client) {
        this.show(newState, program);
      }
    });
    try {
      await client.start();
    } catch (error) {
      // The client reports the error itself.
      this.log.appendLine(String(error));
    }
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // A server that did not start cannot be stopped.
    await client?.dispose().catch(() => undefined);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  private findProgram(): Program | undefined {
    return findProgram({
      setting: workspace.getConfiguration(NAME).get("path", ""),
      workspaceFolder: workspace.workspaceFolders?.[0]?.uri.fsPath,
      extensionFolder: this.context.extensionPath,
      path: process.env.PATH ?? "",
      platform: process.platform,
    });
  }

  private async reportMissing(): Promise<void> {
    const setting = workspace.getConfiguration(NAME).get("path", "");
    const message =
      setting === ""
        ? "The program cfn-ipfix is not on the PATH. Install it, or name it in the setting `cfn-ipfix.path`."
        : `The setting \`cfn-ipfix.path\` names ${setting}, which does not exist.`;
    this.log.appendLine(message);
    this.status.severity = LanguageStatusSeverity.Error;
    this.status.text = "cfn-ipfix: not found";
    this.status.detail = message;
    if ((await window.showErrorMessage(message, "Open Setting")) === "Open Setting") {
      await commands.executeCommand("workbench.action.openSettings", `${NAME}.path`);
    }
  }

  private show(state: State, program: Program): void {
    const version = this.client?.initializeResult?.serverInfo?.version;
    this.status.busy = state === State.Starting;
    this.status.severity = state === State.Stopped ? LanguageStatusSeverity.Error : LanguageStatusSeverity.Information;
    this.status.text = state === State.Stopped ? "cfn-ipfix: stopped" : `cfn-ipfix ${version ?? ""}`.trim();
    this.status.detail = program.path;
  }
}
