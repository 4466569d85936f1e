"""Edits the source of a template like its author."""

import json
import re

import yaml


class Editor:
    """Makes edits in the style of a template. An edit is the start, the end and the replacement of a range."""

    def __init__(self, template):
        self.template = template
        self.newline = "\r\n" if "\r\n" in template.source else "\n"

    def extent(self, path):
        """Returns the start and the end of a value."""
        node = self.template.node(path)
        return node.start_mark.index, end_of(node)

    def replace(self, path, value, inline=False):
        """Replaces a value by one on one line; a function in block style keeps that style unless `inline`."""
        key, node = self.template.nodes(path)[-1]
        start, end = self.extent(path)
        if is_block(node):
            if not inline and is_function(value) and is_function(plain_keys(node)):
                ((name, argument),) = value.items()
                return start, end, f"{name}: {json.dumps(argument)}"
            if key is not None:
                # Moves a value from the following lines to the line of its key.
                start = self.template.source.index(":", end_of(key)) + 1
                return start, end, " " + self.write(value, node)
        return start, end, self.write(value, node)

    def replace_below(self, path, name):
        """Moves a value to the next line, under a new key."""
        key, node = self.template.nodes(path)[-1]
        if key is None or self.is_in_flow(path) or is_block(node):
            return None
        start, end = self.extent(path)
        value = self.template.source[start:end]
        start = self.template.source.index(":", end_of(key)) + 1
        indent = " " * (key.start_mark.column + 2)
        return [(start, end, f"{self.newline}{indent}{name}: {value}")]

    def rename(self, path, name):
        """Renames a key."""
        key = self.template.nodes(path)[-1][0]
        start, end = key.start_mark.index, end_of(key)
        return start, end, self.template.source[start:end].replace(key.value, name)

    def add(self, path, name, value):
        """Inserts an entry before another one."""
        key, node = self.template.nodes(path)[-1]
        start, written = key.start_mark.index, self.write(value, node)
        if self.is_in_flow(path):
            return start, start, f'"{name}": {written}, '
        return start, start, f"{name}: {written}{self.newline}{' ' * key.start_mark.column}"

    def delete(self, path):
        """Deletes an entry: its lines in block style, otherwise the entry and its comma."""
        source, mapping = self.template.source, self.template.node(path[:-1])
        at = next(at for at, entry in enumerate(mapping.value) if entry[0].value == path[-1])
        start, end = mapping.value[at][0].start_mark.index, end_of(mapping.value[at][1])
        if is_block(mapping):
            start, end = source.rindex("\n", 0, start) + 1, source.find("\n", end) + 1 or len(source)
        elif at + 1 < len(mapping.value):
            end = mapping.value[at + 1][0].start_mark.index
        else:
            start = end_of(mapping.value[at - 1][1])
        return start, end, ""

    def is_in_flow(self, path):
        around = [node for _, node in self.template.nodes(path)[:-1] if isinstance(node, yaml.CollectionNode)]
        return any(node.flow_style for node in around)

    def write(self, value, node):
        """Formats a value on one line, with functions in short form if the replaced node uses it."""
        return short(value) if any(inner.tag.startswith("!") for inner in inner_nodes(node)) else json.dumps(value)


def short(value):
    if is_function(value):
        ((name, argument),) = value.items()
        argument = ".".join(argument) if name == "Fn::GetAtt" else short(argument)
        return f"!{name.removeprefix('Fn::')} {argument}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {short(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(short, value)) + "]"
    return value if isinstance(value, str) and re.fullmatch(r"[\w:/.-]+\w", value) else json.dumps(value)


def is_function(value):
    match value:
        case {**entries} if len(entries) == 1:
            return all(key == "Ref" or key.startswith("Fn::") for key in entries)
    return False


def plain_keys(node):
    return {key.value: None for key, _ in node.value} if isinstance(node, yaml.MappingNode) else {}


def is_block(node):
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def end_of(node):
    """Returns the end of a node. PyYAML extends a block to the next token, so this uses its last value."""
    if not is_block(node) or not node.value:
        return node.end_mark.index
    last = node.value[-1]
    return end_of(last[1] if isinstance(node, yaml.MappingNode) else last)


def inner_nodes(node):
    yield node
    for item in node.value if isinstance(node, yaml.CollectionNode) else ():
        for inner in item if isinstance(item, tuple) else (item,):
            yield from inner_nodes(inner)
