"""Finds blocks and arguments in HCL, for edits of its source. Shares no code with cfn-ipfix."""

import re
from dataclasses import dataclass

START = re.compile(r'#|//|/\*|<<-?([\w-]+)\r?\n|"')


@dataclass(frozen=True)
class Block:
    """A block with the range of its body, without the braces, and that of the whole block."""

    labels: tuple
    start: int
    body: int
    end: int


class Hcl:
    """The source of a file, and two copies of the same length: without comments, and without strings too."""

    def __init__(self, source):
        self.source = source
        self.code, self.bare = masked(source)

    def resources(self):
        """Yields the blocks of resources."""
        for found in re.finditer(r'^resource[ \t]+"([\w-]+)"[ \t]+"([\w-]+)"[ \t]*\{', self.code, re.M):
            if body := self.body(found.end()):
                yield Block(found.groups(), found.start(), *body)

    def blocks(self, name, block):
        """Yields the blocks with this name in another block."""
        for found in re.finditer(rf"(?<![\w.-]){name}[ \t]*\{{", self.bare[block.body : block.end]):
            if body := self.body(block.body + found.end()):
                yield Block((name,), block.body + found.start(), *body)

    def body(self, start):
        """Returns the end of the body that begins after a brace, as a pair with its start."""
        depth = 1
        for found in re.compile(r"[{}]").finditer(self.bare, start):
            depth += 1 if found[0] == "{" else -1
            if depth == 0:
                return start, found.start()
        return None

    def argument(self, name, block):
        """Returns the range of an argument's value, if the block itself has the argument."""
        for found in re.compile(rf"(?<![\w.-]){name}[ \t]*=(?!=)[ \t]*").finditer(self.bare, block.body, block.end):
            inside = self.bare[block.body : found.start()]
            if inside.count("{") == inside.count("}"):
                return found.end(), self.value_end(found.end())
        return None

    def value_end(self, start):
        """Returns the end of an expression: of its line, or of a later one if brackets are open."""
        depth = 0
        for found in re.compile(r"[\[{(\]})\n]").finditer(self.bare, start):
            if found[0] in "[{(":
                depth += 1
            elif depth == 0:
                return start + len(self.code[start : found.start()].rstrip())
            elif found[0] != "\n":
                depth -= 1
        return len(self.bare)

    def text(self, span):
        return self.source[slice(*span)]


def masked(source):
    """Returns the source without comments and heredocs, and the same without strings."""
    code, bare = list(source), list(source)
    at = 0
    while found := START.search(source, at):
        start, kind = found.start(), found[0]
        if kind == '"':
            at = string_end(source, start)
            blank(bare, start + 1, at - 1)
            continue
        if kind.startswith("<<"):
            close = re.compile(rf"^[ \t]*{re.escape(found[1])}(?=\r?$)", re.M).search(source, found.end())
            at = close.end() if close else len(source)
        elif kind == "/*":
            at = source.find("*/", start) + 2 or len(source)
        else:
            at = source.find("\n", start) % (len(source) + 1)
        blank(code, start, at)
        blank(bare, start, at)
    return "".join(code), "".join(bare)


def blank(characters, start, end):
    for at in range(start, end):
        if characters[at] not in "\r\n":
            characters[at] = " "


def string_end(source, start):
    """Returns the end of a string, with the strings in its templates."""
    stack, at = ['"'], start + 1
    while stack and at < len(source):
        two = source[at : at + 2]
        if stack[-1] == '"':
            if two[:1] == "\\" or two in ("$$", "%%") and source[at + 2 : at + 3] == "{":
                at += 2 if two[:1] == "\\" else 3
                continue
            if two in ("${", "%{"):
                stack.append("}")
                at += 2
                continue
            if two[:1] == '"':
                stack.pop()
        elif two[:1] == '"':
            stack.append('"')
        elif two[:1] == "{":
            stack.append("}")
        elif two[:1] == "}":
            stack.pop()
        at += 1
    return at
