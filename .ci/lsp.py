"""Tests that the language server gives each editor what that editor can take. Run by `.ci/lsp`.

The capabilities are those that the editors sent in reality; pytest-lsp has a file of them for each editor. The results
are compared with those of the command line.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from importlib import resources
from pathlib import Path

from lsprotocol import types as lsp
from pytest_lsp import client_capabilities, make_test_lsp_client

TOOL = os.environ["TOOL"]
# Seconds, far more than any step takes; only failures reach it.
PATIENCE = 30
FIX_ALL = "source.fixAll.cfn-ipfix"
# The edit follows characters whose length differs in each encoding, and one comment suppresses nothing.
TEMPLATE = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}
  Server: {Type: AWS::EC2::Instance, Metadata: {"é😀日本": x}, Properties: {IamInstanceProfile: !Ref Role}}
  Bucket: {Type: AWS::S3::Bucket} # cfn-ipfix: ignore[IPF001]
"""


def units(character, encoding):
    """Returns the length of a character in a position."""
    if encoding == "utf-8":
        return len(character.encode())
    return len(character.encode("utf-16-le")) // 2 if encoding == "utf-16" else 1


def offset(text, position, encoding):
    """Returns the index of a position."""
    at = sum(len(line) for line in text.splitlines(keepends=True)[: position.line])
    left = position.character
    while left > 0:
        left -= units(text[at], encoding)
        at += 1
    assert left == 0, f"{position} is within a character"
    return at


def applied(text, edits, encoding):
    """Returns the text after edits, which refer to it before all of them."""
    spans = [(offset(text, edit.range.start, encoding), offset(text, edit.range.end, encoding)) for edit in edits]
    for (start, end), edit in sorted(zip(spans, edits, strict=True), key=lambda pair: pair[0], reverse=True):
        text = text[:start] + edit.new_text + text[end:]
    return text


def command(text, *arguments, file="template.yaml"):
    """Returns the output of the command for a text."""
    line = [TOOL, *arguments, "--stdin-filename", file, "-"]
    return subprocess.run(line, input=text, capture_output=True, text=True).stdout


def findings(text):
    """Returns the code and the line of each finding of the command, as the language server counts lines."""
    report = json.loads(command(text, "--check", "--output-format", "json"))
    return sorted((found["rule"]["code"], found["span"]["start"]["line"] - 1) for found in report["findings"])


def get(capabilities, path):
    """Returns a capability, or `None` if it or a part of its path is missing."""
    for name in path.split("."):
        capabilities = getattr(capabilities, name, None)
    return capabilities


class Editor:
    """A client with the capabilities of an editor, and an open template."""

    def __init__(self, capabilities, folder):
        self.capabilities = capabilities
        self.folder = Path(folder)
        self.uri = (self.folder / "template.yaml").as_uri()
        self.client = make_test_lsp_client()
        self.published = asyncio.Queue()
        self.client.feature("client/registerCapability")(lambda _: None)
        # pytest-lsp keeps only the last diagnostics, without their version.
        del self.client.protocol.fm.features["textDocument/publishDiagnostics"]
        self.client.feature("textDocument/publishDiagnostics")(lambda params: self.published.put_nowait(params))

    async def start(self):
        await self.client.start_io(TOOL, "--lsp")
        folder = lsp.WorkspaceFolder(uri=self.folder.as_uri(), name="folder")
        parameters = lsp.InitializeParams(
            capabilities=self.capabilities, root_uri=folder.uri, workspace_folders=[folder]
        )
        result = await self.client.initialize_session(parameters)
        self.server = result.capabilities
        self.encoding = self.server.position_encoding or "utf-16"

    def open(self, text):
        item = lsp.TextDocumentItem(uri=self.uri, language_id="yaml", version=1, text=text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(text_document=item))

    def replace(self, text, version):
        document = lsp.VersionedTextDocumentIdentifier(uri=self.uri, version=version)
        changes = [lsp.TextDocumentContentChangeWholeDocument(text=text)]
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(text_document=document, content_changes=changes)
        )

    async def diagnostics(self, version):
        """Returns the diagnostics of a version, in the way that the editor gets them."""
        if self.pulls:
            parameters = lsp.DocumentDiagnosticParams(text_document=lsp.TextDocumentIdentifier(uri=self.uri))
            return (await self.client.text_document_diagnostic_async(parameters)).items
        while True:
            published = await self.published.get()
            assert published.uri == self.uri, published
            if published.version == version:
                return published.diagnostics

    @property
    def pulls(self):
        return get(self.capabilities, "text_document.diagnostic") is not None

    async def actions(self, only, range):
        context = lsp.CodeActionContext(diagnostics=[], only=[only])
        document = lsp.TextDocumentIdentifier(uri=self.uri)
        parameters = lsp.CodeActionParams(text_document=document, range=range, context=context)
        return await self.client.text_document_code_action_async(parameters)

    def edits(self, edit, version):
        """Returns the edits of the template, from the form that the editor understands."""
        if get(self.capabilities, "workspace.workspace_edit.document_changes"):
            assert edit.changes is None
            (change,) = edit.document_changes
            equal("the document", (change.text_document.uri, change.text_document.version), (self.uri, version))
            return change.edits
        assert edit.document_changes is None
        (uri,) = edit.changes
        equal("the document", uri, self.uri)
        return edit.changes[uri]


async def session(capabilities):
    """Opens a template, fixes it by the action for all findings, and ends the server."""
    with tempfile.TemporaryDirectory() as folder:
        editor = Editor(capabilities, folder)
        await editor.start()
        check_capabilities(editor)
        editor.open(TEMPLATE)
        found = await editor.diagnostics(1)
        check_diagnostics(editor, found)
        top = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
        actions = await editor.actions(FIX_ALL, top)
        equal("the kinds of actions", [action.kind for action in actions], [FIX_ALL])
        fixed = applied(TEMPLATE, editor.edits(actions[0].edit, 1), editor.encoding)
        equal("the fixed template", fixed, command(TEMPLATE, "--write"))
        await check_quick_fixes(editor, found)
        editor.replace(fixed, 2)
        equal("what is left", places(await editor.diagnostics(2)), findings(fixed))
        await editor.client.shutdown_session()
        equal("the exit status", editor.client._server.returncode, 0)
        assert editor.published.empty() or not editor.pulls, "diagnostics are sent to an editor that requests them"


def check_capabilities(editor):
    offered = get(editor.capabilities, "general.position_encodings") or ["utf-16"]
    assert editor.encoding in offered, editor.encoding
    equal("a provider of diagnostics", editor.server.diagnostic_provider is not None, editor.pulls)


def check_diagnostics(editor, found):
    """Checks that the findings are those of the command, with nothing that the editor does not know."""
    equal("the findings", places(found), findings(TEMPLATE))
    (wrong,) = [one for one in found if one.code == "IPF001"]
    (unused,) = [one for one in found if one.code == "IPF011"]
    start = offset(TEMPLATE, wrong.range.start, editor.encoding)
    end = offset(TEMPLATE, wrong.range.end, editor.encoding)
    equal("the place", TEMPLATE[start:end], "!Ref Role")
    # The properties are declared for each way to get diagnostics; some editors declare only one.
    declared = [get(editor.capabilities, f"text_document.{way}") for way in ["publish_diagnostics", "diagnostic"]]
    has_tags = any(lsp.DiagnosticTag.Unnecessary in (get(way, "tag_support.value_set") or ()) for way in declared)
    equal("the tags", list(unused.tags or ()), [lsp.DiagnosticTag.Unnecessary] if has_tags else [])
    has_places = any(get(way, "related_information") for way in declared)
    equal("whether there are related places", bool(wrong.related_information), has_places)
    has_links = any(get(way, "code_description_support") for way in declared)
    assert has_links or all(one.code_description is None for one in found), found


async def check_quick_fixes(editor, found):
    """Checks the actions at a finding: a preferred fix, a comment and an explanation."""
    (wrong,) = [one for one in found if one.code == "IPF001"]
    actions = await editor.actions(lsp.CodeActionKind.QuickFix, wrong.range)
    titles = [action.title for action in actions]
    fix, suppress, explain = actions
    assert fix.is_preferred and fix.edit, titles
    suppressed = applied(TEMPLATE, editor.edits(suppress.edit, 1), editor.encoding)
    assert ("IPF001", wrong.range.start.line) not in findings(suppressed), suppressed
    # lsprotocol reads an action with a command as the command, in an unspecified form.
    assert "cfn-ipfix.explain" in str(explain.command), explain


def places(diagnostics):
    return sorted((one.code, one.range.start.line) for one in diagnostics)


def equal(what, found, expected):
    assert found == expected, f"{what}: {found!r}, not {expected!r}"


def main():
    files = sorted(file.name for file in resources.files("pytest_lsp.clients").iterdir() if file.name.endswith(".json"))
    names = [name.removesuffix(".json").replace("_v", "@") for name in files]
    assert len(names) >= 8, names
    failed = 0
    for name in names:
        try:
            asyncio.run(asyncio.wait_for(session(client_capabilities(name)), PATIENCE))
            print(f"ok      {name}", flush=True)
        except Exception as problem:
            failed += 1
            print(f"FAILED  {name}: {type(problem).__name__} {problem}", flush=True)
    print(f"{len(names) - failed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
