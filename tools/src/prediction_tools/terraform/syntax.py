# SPDX-License-Identifier: Apache-2.0
"""Reads the text of a Terraform file: blocks, attributes and expressions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from .expressions import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Current,
    Element,
    Expression,
    For,
    Items,
    Literal,
    Name,
    Object,
    Splat,
    Template,
    Unary,
)
from .values import exact

if TYPE_CHECKING:
    from collections.abc import Iterator

BLANKS = re.compile(r"(?:[ \t\r]|(?:#|//)[^\n]*|/\*.*?\*/)*", re.DOTALL)
BLANKS_AND_LINES = re.compile(r"(?:\s|(?:#|//)[^\n]*|/\*.*?\*/)*", re.DOTALL)
TOKEN = re.compile(r"[A-Za-z_][\w-]*|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|\.\.\.|=>|==|!=|<=|>=|&&|\|\||<<-?\w+|\S|\n|$")
TEXT = re.compile(r'(?:[^"\\$%]|\\.|\$\$\{|%%\{|\$(?!\{)|%(?!\{))+')
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|\$\$\{|%%\{")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
PRECEDENCE = (("||",), ("&&",), ("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%"))
WORDS = {"true": True, "false": False, "null": None}


class TerraformSyntaxError(ValueError):
    """The text is not of this language, or uses a part of it that is not supported here."""


@dataclass
class Block:
    """A block with its labels: `variable "name" { ... }`. The file itself is a block without a type."""

    kind: str
    labels: list[str] = field(default_factory=list)
    attributes: dict[str, Expression] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)


def parse(text: str) -> Block:
    """Return the blocks of a file. Raises TerraformSyntaxError."""
    return Parser(text).body("", "")


class Parser:
    """Reads one text from its beginning to its end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._lines = [True]  # whether the end of a line is a token, for each bracket that is open

    def body(self, kind: str, end: str) -> Block:
        """Return a block's content, up to and including its end."""
        block = Block(kind)
        while (piece := self._take()) != end:
            if piece == "\n":
                continue
            if self._accept("="):
                block.attributes[piece] = self.expression()
            else:
                labels = [self._label(found) for found in iter(self._take, "{")]
                block.blocks.append(inner := self.body(piece, "}"))
                inner.labels = labels
        return block

    def _label(self, piece: str) -> str:
        if piece != '"':
            return piece
        label = TEXT.match(self._text, self._place)
        self._place = label.end() if label else self._place
        self._expect('"')
        return label[0] if label else ""

    def expression(self) -> Expression:
        """Return the expression that begins here."""
        condition = self._binary(0)
        if not self._accept("?"):
            return condition
        self._skip_lines()
        first = self.expression()
        self._skip_lines()
        self._expect(":")
        self._skip_lines()
        return Conditional(condition, first, self.expression())

    def _binary(self, level: int) -> Expression:
        if level == len(PRECEDENCE):
            return self._unary()
        found = self._binary(level + 1)
        while self._peek() in PRECEDENCE[level]:
            operator = self._take()
            self._skip_lines()
            found = Binary(operator, found, self._binary(level + 1))
        return found

    def _unary(self) -> Expression:
        if self._peek() in ("!", "-"):
            return Unary(self._take(), self._unary())
        found = self._primary()
        while self._peek() in (".", "["):
            found, splat = self._step(found)
            if splat:
                each: Expression = Current()
                while self._peek() in (".", "["):
                    each, _ = self._step(each)
                found = Splat(found, each)
        return found

    def _step(self, owner: Expression) -> tuple[Expression, bool]:
        """Return an attribute or an element of the owner; or the owner itself, and that a splat follows."""
        if self._take() == ".":
            name = self._take()
            if name == "*":
                return owner, True
            return (Element(owner, Literal(int(name))) if name.isdigit() else Attribute(owner, name)), False
        with_lines = self._open(lines=False)
        if self._accept("*"):
            self._close("]", with_lines)
            return owner, True
        key = self.expression()
        self._close("]", with_lines)
        return Element(owner, key), False

    def _primary(self) -> Expression:
        piece = self._take()
        if piece == '"':
            return self._template()
        if piece[0].isdigit():
            return Literal(exact(Decimal(piece)))
        if piece.startswith("<<"):
            return self._heredoc(piece.lstrip("<-"))
        if piece in WORDS:
            return Literal(WORDS[piece])
        if piece in ("(", "[", "{"):
            return self._bracketed(piece)
        if not (piece[0].isalpha() or piece[0] == "_"):
            raise self._error(piece)
        return self._call(piece) if self._peek() == "(" else Name(piece)

    def _bracketed(self, piece: str) -> Expression:
        depth = self._open(lines=False)
        if piece == "(":
            found = self.expression()
            self._close(")", depth)
        elif self._peek() == "for":
            found = self._for("]" if piece == "[" else "}", depth)
        elif piece == "[":
            found = Items(tuple(self._separated("]")))
            self._close("]", depth)
        else:
            found = self._object(depth)
        return found

    def _call(self, name: str) -> Expression:
        self._expect("(")
        depth = self._open(lines=False)
        arguments = tuple(self._separated(")"))
        expanded = self._accept("...")
        self._close(")", depth)
        return Call(name, arguments, expanded)

    def _separated(self, end: str) -> Iterator[Expression]:
        while self._peek() not in (end, "..."):
            yield self.expression()
            if not self._accept(","):
                break

    def _object(self, depth: int) -> Expression:
        items = []
        while not self._accept("}"):
            key = self._key()
            if not self._accept("="):
                self._expect(":")
            self._lines.append(True)
            items.append((key, self.expression()))
            self._lines.pop()
            self._accept(",")
        del self._lines[depth:]
        return Object(tuple(items))

    def _key(self) -> Expression:
        piece = self._peek()
        if piece[0].isalpha() or piece[0] == "_":
            return Literal(self._take())
        return self.expression()

    def _for(self, end: str, depth: int) -> Expression:
        self._expect("for")
        names = [self._take()]
        if self._accept(","):
            names.append(self._take())
        self._expect("in")
        values = self.expression()
        self._expect(":")
        key, value = None, self.expression()
        if self._accept("=>"):
            key, value = value, self.expression()
        grouped = self._accept("...")
        condition = self.expression() if self._accept("if") else None
        self._close(end, depth)
        return For(tuple(names), values, key, value, condition, grouped)

    def _template(self) -> Expression:
        parts: list[Expression] = []
        while not self._text.startswith('"', self._place):
            if self._text.startswith("${", self._place):
                self._place += 2
                depth = self._open(lines=False)
                parts.append(self.expression())
                self._close("}", depth)
            elif found := TEXT.match(self._text, self._place):
                self._place = found.end()
                parts.append(Literal(ESCAPE.sub(_unescaped, found[0])))
            else:
                raise self._error(self._text[self._place : self._place + 1])
        self._place += 1
        if all(isinstance(part, Literal) for part in parts):
            return Literal("".join(part.evaluate({}) for part in parts))
        return parts[0] if len(parts) == 1 else Template(tuple(parts))

    def _heredoc(self, word: str) -> Expression:
        """Return the text of a heredoc; only descriptions are written as one, so references in it are not evaluated."""
        end = re.compile(rf"^\s*{word}$", re.MULTILINE).search(self._text, self._place)
        if not end:
            raise self._error(word)
        text = self._text[self._place + 1 : end.start()]
        self._place = end.end()
        return Literal(text)

    def _open(self, *, lines: bool) -> int:
        """Note that a bracket is open; return how many were."""
        self._lines.append(lines)
        return len(self._lines) - 1

    def _close(self, end: str, depth: int) -> None:
        self._expect(end)
        del self._lines[depth:]

    def _skip_lines(self) -> None:
        while self._accept("\n"):
            pass

    def _start(self) -> int:
        blanks = BLANKS if self._lines[-1] else BLANKS_AND_LINES
        found = blanks.match(self._text, self._place)
        return found.end() if found else self._place

    def _peek(self) -> str:
        found = TOKEN.match(self._text, self._start())
        return found[0] if found else ""

    def _take(self) -> str:
        found = TOKEN.match(self._text, self._start())
        self._place = found.end() if found else self._place
        return found[0] if found else ""

    def _accept(self, piece: str) -> bool:
        if self._peek() != piece:
            return False
        self._take()
        return True

    def _expect(self, piece: str) -> None:
        if (found := self._take()) != piece:
            raise self._error(found)

    def _error(self, piece: str) -> TerraformSyntaxError:
        line = self._text.count("\n", 0, self._place) + 1
        return TerraformSyntaxError(f"line {line}: {piece!r} is not expected")


def _unescaped(found: re.Match[str]) -> str:
    if found[0] in ("$${", "%%{"):
        return found[0][1:]
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else ESCAPES[found[3]]
