# SPDX-License-Identifier: Apache-2.0
"""A contract's YAML as Terraform's ``yamldecode`` reads it, with the line and column of every value."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from prediction_tools.contract_file import Loader
from prediction_tools.terraform.values import exact

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]


class DocumentError(ValueError):
    """The text is not YAML that Terraform can read."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True)
class Place:
    """A position in a file; both numbers begin at 1."""

    line: int = 1
    column: int = 1


@dataclass
class Document:
    """A parsed contract."""

    value: Any
    places: dict[Path, Place] = field(default_factory=dict)
    """Where each value begins."""
    keys: dict[Path, Place] = field(default_factory=dict)
    """Where the key of each member of an object begins."""

    def place(self, path: Path) -> Place:
        """Return where a value begins, or the nearest value around it."""
        while path not in self.places and path:
            path = path[:-1]
        return self.places.get(path, Place())


class _Loader(Loader):
    """Reads numbers exactly."""


def parse(text: str) -> Document:
    """Return a document. Raises DocumentError."""
    try:
        loader = _Loader(text)
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise DocumentError(f"not valid YAML: U+{error.character:04X} is not allowed. Remove it.", *place) from None
    try:
        node = loader.get_single_node()
        if node is None:
            raise DocumentError("the file is empty. Write a contract: docs/reference.md describes its keys.", 1, 1)
        document = Document(loader.construct_document(node))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise DocumentError(f"not valid YAML: {error.problem or error.context}.", *place) from None
    except RecursionError:
        raise DocumentError("nested too deeply. Write a contract: docs/reference.md describes its keys.", 1, 1) from None
    except yaml.YAMLError as error:
        raise DocumentError(f"not valid YAML: {str(error).splitlines()[0]}.", 1, 1) from None
    finally:
        loader.dispose()
    for path, key, value in _nodes(node, ()):
        document.places.setdefault(path, _place(value))
        if key is not None:
            document.keys.setdefault(path, _place(key))
    return document


def _place(node: yaml.Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)


def _nodes(node: yaml.Node, path: Path) -> Iterator[tuple[Path, yaml.Node | None, yaml.Node]]:
    """Return every value with its path, and the key of a member."""
    yield path, None, node
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _nodes(item, (*path, index))
    elif isinstance(node, yaml.MappingNode):
        for key, item in node.value:
            inner = (*path, str(key.value))
            yield inner, key, item
            yield from _nodes(item, inner)


def _float(_loader: _Loader, node: yaml.ScalarNode) -> int | Decimal:
    if node.value.strip("+-.").lower() in ("inf", "nan"):
        message = f"contract: {node.value.lstrip('+-').lower()} is not a finite number. Write a number, or remove the key."
        raise DocumentError(message, _place(node).line, _place(node).column)
    return exact(Decimal(node.value))


_Loader.add_constructor("tag:yaml.org,2002:float", _float)
