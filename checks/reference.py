"""Writes the tables of inputs and outputs from the Terraform files into the documentation, or checks that they are current.

    python checks/reference.py            write docs/reference.md and the READMEs of the modules
    python checks/reference.py --check    change nothing; exit 1 and name each page that is out of date

A page opts in with a pair of markers, and everything between them is generated. The text comes from the descriptions of variables and
outputs: a bullet that begins with an attribute's name in backticks (or several, separated by commas) is the text of that attribute's row,
indented bullets belong to the attribute above them, and the remaining paragraphs introduce the table.
"""

from __future__ import annotations

import re
import sys
import textwrap
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hcl2

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TREE = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- BEGIN TABLE -->", "<!-- END TABLE -->"
REQUIRED = "required"
TYPED = ("contract", "serving", "inputs")  # modules that read the root's inputs with their types


@dataclass
class Type:
    """A parsed type constraint: how a table names it, and the attributes of the object in it."""

    name: str
    attributes: dict[str, Attribute] = field(default_factory=dict)
    suffix: str = ""
    """Stands between the name of a value and an attribute of the object in it: `[]` for a list, `.<name>` for a map."""


@dataclass
class Attribute:
    """An attribute of an object type; its default as HCL, or `required`."""

    type: Type
    default: str


@dataclass
class Variable:
    """A variable or an output of a module. Outputs have no type and no default."""

    name: str
    description: str
    type: Type
    default: str
    sensitive: bool


class TypeParser:
    """Parses a type constraint as python-hcl2 prints it: on one line and without comments."""

    def __init__(self, text: str) -> None:
        """Split the text into tokens: strings, names and numbers, and single signs."""
        self.tokens = re.findall(r'"(?:[^"\\]|\\.)*"|[\w.-]+|[^\s\w]', text)

    def take(self, expected: str | None = None) -> str:
        """Return the next token. ValueError if it is not the expected one."""
        token = self.tokens.pop(0)
        if expected not in (None, token):
            message = f"expected {expected} but found {token} before {' '.join(self.tokens[:5])}"
            raise ValueError(message)
        return str(token)

    def type(self) -> Type:
        """Return the type that the next tokens describe."""
        name = self.take()
        if not self.tokens or self.tokens[0] != "(":
            return Type(name)
        self.take("(")
        if name == "object":
            parsed = Type(name, self.attributes())
        else:
            inner = self.type()
            suffix = ".<name>" if name == "map" else "[]"
            parsed = Type(f"{name}({inner.name})", inner.attributes, suffix + inner.suffix)
        self.take(")")
        return parsed

    def attributes(self) -> dict[str, Attribute]:
        """Return the attributes between the braces of an object type."""
        found = {}
        self.take("{")
        while self.tokens[0] != "}":
            name = self.take()
            self.take("=")
            found[name] = self.attribute()
            if self.tokens[0] == ",":
                self.take()
        self.take("}")
        return found

    def attribute(self) -> Attribute:
        """Return an attribute's type and default: null if it is optional and has no other."""
        if self.tokens[0] != "optional":
            return Attribute(self.type(), REQUIRED)
        self.take("optional")
        self.take("(")
        inner = self.type()
        default = "null"
        if self.tokens[0] == ",":
            self.take()
            default = self.expression()
        self.take(")")
        return Attribute(inner, default)

    def expression(self) -> str:
        """Return the text of an expression up to the parenthesis that closes around it."""
        depth, written = 0, ""
        while depth or self.tokens[0] != ")":
            token = self.take()
            depth += (token in {"(", "[", "{"}) - (token in {")", "]", "}"})
            written += {",": ", ", "=": " = "}.get(token, token)
        return written


def hcl_value(value: Any) -> str:
    """Return a parsed default as HCL on one line."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case dict():
            return "{ " + ", ".join(f"{name} = {hcl_value(each)}" for name, each in value.items()) + " }" if value else "{}"
        case list():
            return "[" + ", ".join(map(hcl_value, value)) + "]"
        case _:
            return str(value)


def plain(text: str) -> str:
    """Return a string literal or heredoc, as python-hcl2 returns it, as the text that it stands for."""
    text = text[1:-1] if text.startswith('"') else text
    if heredoc := re.fullmatch(r"<<-?(\w+)\n(.*)\n\s*\1\s*", text, re.DOTALL):
        return textwrap.dedent(heredoc[2]).strip()
    return text.replace('\\"', '"').replace("$${", "${")


@cache
def type_of(name: str) -> Type:
    """Return the type that a module with types declares for a variable, which has any type where unknown keys are looked for."""
    found = [variable.type for module in TYPED for variable in declared(TREE / "modules" / module, "variable") if variable.name == name]
    if len(found) != 1:
        message = f"{len(found)} of the modules {', '.join(TYPED)} declare a variable {name}; its type must stand once"
        raise ValueError(message)
    return found[0]


@cache
def blocks(file: Path, kind: str) -> dict[str, Any]:
    """Return the bodies of a file's blocks of a kind, by name. Parsing takes seconds; a file without such blocks is not parsed."""
    text = file.read_text(encoding="utf-8")
    found = hcl2.loads(text)[kind] if re.search(f'^{kind} "', text, re.MULTILINE) else []
    return {name.strip('"'): body for each in found for name, body in each.items()}


def declared(folder: Path, block: str) -> list[Variable]:
    """Return a module's variables or outputs: those of the root in the order of its files, a file's in its own order."""
    found = []
    for file in sorted(folder.glob("*.tf"), key=lambda file: (file.stem != "variables", file.name)):
        for name, body in blocks(file, block).items():
            written = str(body.get("type", "")).removeprefix("${").removesuffix("}") if body.get("type") else ""
            found.append(
                Variable(
                    name=name,
                    description=plain(body.get("description", '""')),
                    type=type_of(name) if written == "any" else TypeParser(written).type() if written else Type(""),
                    default=hcl_value(body["default"]) if "default" in body else REQUIRED,
                    sensitive=bool(body.get("sensitive", False)),
                )
            )
    return found


BULLET = re.compile(r"^(?P<indent> *)- (?P<names>`[\w.]+`(?:(?:, | and )`[\w.]+`)*)(?: \((?P<note>[^)]*)\))?: (?P<text>.*)$")


def split_description(description: str) -> tuple[str, dict[str, str]]:
    """Return the paragraphs of a description without the bullets about attributes, and the bullets' texts by the attribute's path."""
    rest: list[str] = []
    texts: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    current: list[str] = []
    for line in description.splitlines():
        if bullet := BULLET.match(line):
            indent = len(bullet["indent"])
            above = [(depth, path) for depth, path in above if depth < indent]
            names = re.findall(r"`([\w.]+)`", bullet["names"])
            current = [f"{above[-1][1]}.{name}" if above else name for name in names]
            above.append((indent, current[0]))
            texts.update(dict.fromkeys(current, bullet["text"]))
        elif current and line.startswith(" "):
            for path in current:
                texts[path] += " " + line.strip()
        else:
            current, above = [], []
            rest.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rest)).strip(), texts


def attribute_rows(parent: Type, path: str, plain_path: str, texts: dict[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield a row for each attribute of an object type and for the attributes below it."""
    for name, attribute in parent.attributes.items():
        text = texts.get(f"{plain_path}.{name}".removeprefix("."), "")
        yield f"{path}{name}", attribute.type.name, attribute.default, text
        yield from attribute_rows(attribute.type, f"{path}{name}{attribute.type.suffix}.", f"{plain_path}.{name}".removeprefix("."), texts)


def table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return the lines of a Markdown table."""
    escaped = [[re.sub(r"\s+", " ", cell).replace("|", "\\|") for cell in row] for row in rows]
    return [f"| {' | '.join(row)} |".replace("|  |", "| |") for row in (header, ["---"] * len(header), *escaped)]


def code(text: str) -> str:
    """Return the text as inline code, or nothing if it is empty or no code."""
    return text if text in ("", REQUIRED) else f"`{text}`"


def input_lines(variables: list[Variable], level: str) -> Iterator[str]:
    """Yield the table of all inputs, then for each object its text and the table of its attributes."""
    parts = {variable.name: split_description(variable.description) for variable in variables}
    rows = []
    for variable in variables:
        name = f"[`{variable.name}`](#{variable.name})" if variable.type.attributes else f"`{variable.name}`"
        summary = parts[variable.name][0].split("\n\n")[0]
        rows.append((name, code(variable.type.name), code(variable.default), summary))
    yield from table(("input", "type", "default", "description"), rows)
    for variable in variables:
        if variable.type.attributes:
            text, texts = parts[variable.name]
            yield from ("", f"{level}# {variable.name}", "", *(text or variable.name).splitlines(), "")
            yield from table(
                ("attribute", "type", "default", "description"),
                [
                    (code(path), code(kind), code(default), about)
                    for path, kind, default, about in attribute_rows(variable.type, variable.type.suffix.lstrip("."), "", texts)
                ],
            )


def reference(folder: Path, level: str) -> str:
    """Return the generated part of a module's page; its headings begin at the level."""
    lines = []
    if variables := declared(folder, "variable"):
        lines += ["", f"{level} Inputs", "", *input_lines(variables, level)]
    if outputs := declared(folder, "output"):
        rows = [(code(each.name), each.description + (" Sensitive." if each.sensitive else "")) for each in outputs]
        lines += ["", f"{level} Outputs", "", *table(("output", "description"), rows)]
    return "\n".join(lines) + "\n\n"


def pages() -> dict[Path, Path]:
    """Return the pages with generated tables, each with the module's folder."""
    return {TREE / "docs/reference.md": TREE} | {page: page.parent for page in sorted(TREE.glob("modules/*/README.md"))}


def problem(page: Path, folder: Path, *, write: bool) -> str | None:
    """Bring a page up to date, or return why it is not."""
    name = page.relative_to(TREE)
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    if not re.search(f"{BEGIN}\n.*{END}", text, re.DOTALL):
        return f"{name}: has no place for its tables; write a line {BEGIN} and below it a line {END}"
    before, _, rest = text.partition(BEGIN + "\n")
    _, _, after = rest.partition(END)
    current = f"{before}{BEGIN}\n{reference(folder, '##')}{END}{after}"
    if current == text:
        return None
    if write:
        page.write_text(current, encoding="utf-8")
        return None
    old = set(text.splitlines())
    new = next((line for line in current.splitlines() if line not in old), "")
    return f"{name}: the tables do not match the Terraform files; run `make docs`" + (f". First new line: {new}" if new else "")


def unfinished(folder: Path) -> Iterator[str]:
    """Yield a problem for each description, or text of an attribute in one, that ends in the middle of a sentence."""
    for variable in [*declared(folder, "variable"), *declared(folder, "output")]:
        text, texts = split_description(variable.description)
        for path, written in {variable.name: text, **{f"{variable.name}.{path}": each for path, each in texts.items()}}.items():
            if written and not written.endswith("."):
                yield f"{folder.relative_to(TREE)}: the description of {path} ends without a full stop; finish its sentence"


def main(arguments: list[str]) -> int:
    """Write the tables, or check them. Return the exit code."""
    problems = [found for page, folder in pages().items() if (found := problem(page, folder, write="--check" not in arguments))]
    problems += [found for folder in pages().values() for found in unfinished(folder)]
    print(*problems, sep="\n", end="\n" if problems else "")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
