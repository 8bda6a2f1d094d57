"""Change random rules of the pure modules, one at a time, and report whether a row of the tables fails.

    make mutate                            ten mutations, another ten at each call
    make mutate ARGS='-n 20 --seed 1'      twenty, the same at each call
    make mutate ARGS='--all contract'      every mutation of one module

A mutation flips a comparison, a boolean or an arithmetic operator, moves a number (also one in a regular expression) by one and a
fraction by a hundredth, drops an operand of && or ||, drops a negation, sets a condition to true or false, exchanges min and max or
any and all, changes a text that is compared, or drops an item of a list or all of them. Rules are the lists of problems, and the
local values that they name. Exits with 1 if a mutation survives.
"""

from __future__ import annotations

import argparse
import random
import re
import secrets
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any, NamedTuple

import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(r"#[^\n]*|\n|[A-Za-z_][\w-]*|\d+(?:\.\d+)?|=>|==|!=|<=|>=|&&|\|\||\.\.\.|\S")
_SWAPS = {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "true": "false", "false": "true", "!": ""}
_ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*"}
_FUNCTIONS = {"min": "max", "max": "min", "anytrue": "alltrue", "alltrue": "anytrue"}
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_NEUTRAL = {"&&": "true", "||": "false"}
_ENDS = {",", "?", ":", "=", "=>", "\n", "if", "in", "||"}
_BOUNDS = re.compile(r"(?<!\$)\{(\d+)(?:,(\d+))?\}")
_VALUE = re.compile(r"[\w)\]]$")  # the end of one


class Token(NamedTuple):
    """A piece of Terraform's language, and where it begins."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Return where it ends."""
        return self.start + len(self.text)


class Mutation(NamedTuple):
    """A change of one place in one file."""

    file: Path
    start: int
    end: int
    text: str

    def applied(self, source: str) -> str:
        """Return the file's text with the change."""
        return source[: self.start] + self.text + source[self.end :]

    def __str__(self) -> str:
        """Return the place, and the line before and after."""
        source = self.file.read_text(encoding="utf-8")
        first = source.rfind("\n", 0, self.start) + 1
        number = source.count("\n", 0, self.start) + 1
        before, after = (source[max(first, self.start - 60) : self.start], source[self.end : self.end + 40].split("\n")[0])
        shown = f"…{before}[{source[self.start : self.end]} → {self.text or 'nothing'}]{after}…"
        return f"{self.file.relative_to(tables.TREE / 'modules')}:{number}: {' '.join(shown.split())}"


def mutations(module: str) -> list[Mutation]:
    """Return every mutation of a module's rules, in the order of the text."""
    files = [file for file in sorted((tables.TREE / "modules" / module).glob("*.tf")) if not file.stem.startswith("variables")]
    values = {file: list(_assignments(file.read_text(encoding="utf-8"))) for file in files}
    rules = "\n".join(text for file in files for name, _, text in values[file] if name.endswith("problems"))
    named = set(re.findall(r"local\.(\w+)", rules))
    return [
        Mutation(file, start + place, start + end, new)
        for file in files
        for name, start, text in values[file]
        if name.endswith("problems") or name in named
        for place, end, new in sorted(set(_changes(_tokens(text))))
    ]


def _assignments(source: str) -> Iterator[tuple[str, int, str]]:
    """Return name, place and text of each value in the locals blocks of a file."""
    starts = [*re.finditer(r"^  (\w+)\s+= ", source, re.MULTILINE)]
    blocks = [(found.start(), found.end()) for found in re.finditer(r"^locals \{.*?^\}", source, re.MULTILINE | re.DOTALL)]
    for first, last in blocks:
        inside = [found for found in starts if first < found.start() < last]
        ends = [*(found.start() for found in inside[1:]), last - 1]
        for found, end in zip(inside, ends, strict=True):
            yield found[1], found.end(), source[found.end() : end]


def _tokens(text: str) -> list[Token]:
    """Return the tokens of an expression without its comments and its messages; a line's end only where it separates values."""
    tokens: list[Token] = []
    brackets = [""]
    place = 0
    while found := _TOKEN.search(text, place):
        piece = _string(text, found.start()) if found[0] == '"' else found[0]
        place = found.start() + len(piece)
        if piece in _CLOSING.values() and len(brackets) > 1:
            brackets.pop()
        if not piece.startswith("#") and (piece != "\n" or brackets[-1] in ("", "{")):
            tokens.append(Token(piece, found.start()))
        if piece in _CLOSING:
            brackets.append(piece)
        if [each.text for each in tokens[-2:]] == ["message", "="]:
            place = _line_end(text, place)
    return tokens


def _line_end(text: str, place: int) -> int:
    """Return where the value that begins here ends: at the end of its line, or of the line that closes its brackets."""
    depth = 0
    while place < len(text) and (text[place] != "\n" or depth):
        step = len(_string(text, place)) if text[place] == '"' else 1
        depth += (text[place] in "([{") - (text[place] in ")]}")
        place += step
    return place


def _string(text: str, start: int) -> str:
    """Return the quoted text that begins here, with the expressions in it."""
    place, depth = start + 1, 0
    while depth or text[place] != '"':
        if text[place] == "\\":
            place += 2
        elif depth and text[place] == '"':
            place += len(_string(text, place))
        elif text.startswith("${", place):
            depth, place = depth + 1, place + 2
        else:
            depth += depth and (text[place] == "{") - (text[place] == "}")
            place += 1
    return text[start : place + 1]


def _changes(tokens: list[Token]) -> Iterator[tuple[int, int, str]]:
    """Return start, end and new text of each change of an expression."""
    for index, token in enumerate(tokens):
        before = tokens[index - 1].text if index else ""
        after = tokens[index + 1].text if index + 1 < len(tokens) else ""
        for text in _substitutes(token.text, before, after):
            yield token.start, token.end, text
        if token.text in ("if", "?"):
            yield from _condition(tokens, index)
        elif token.text in _NEUTRAL:
            yield from _operands(tokens, index)
        elif token.text == "[" and not re.fullmatch(r"[\])]|(?!(?:in|if)$)\w+", before):
            yield from _items(tokens, index)
        elif token.text.startswith('"'):
            yield from _pattern(token)


def _substitutes(text: str, before: str, after: str) -> list[str]:
    """Return the texts that take the place of a token alone, which stands between two others."""
    if text in _ARITHMETIC:
        return [_ARITHMETIC[text]] if _VALUE.search(before) else []
    if text in _FUNCTIONS:
        return [_FUNCTIONS[text]] if after == "(" else []
    if text.startswith('"'):
        return ['"another"'] if {before, after} & {"==", "!="} else []
    if text[0].isdigit():
        return [] if (before, after) == ("[", "]") else _moved(text)
    return [_SWAPS[text]] if text in _SWAPS else []


def _moved(number: str) -> list[str]:
    """Return the numbers on both sides of one."""
    if number.isdigit():
        return [str(int(number) + 1), str(int(number) - 1)]
    return [str(float(number) * 1.01), str(float(number) * 0.99)]


def _operands(tokens: list[Token], index: int) -> Iterator[tuple[int, int, str]]:
    """Return an operator's operands, each replaced by the value that changes nothing."""
    operator = tokens[index]
    ends = _ENDS | ({"&&"} if operator.text == "&&" else set())
    yield tokens[_end(tokens, index, -1, ends)].start, tokens[index - 1].end, _NEUTRAL[operator.text]
    yield tokens[index + 1].start, tokens[_end(tokens, index, 1, ends)].end, _NEUTRAL[operator.text]


def _condition(tokens: list[Token], index: int) -> Iterator[tuple[int, int, str]]:
    """Return the condition after an "if" or before a question mark, set to true and to false."""
    ends = _ENDS - {"||"}
    if tokens[index].text == "if":
        start, end = tokens[index + 1].start, tokens[_end(tokens, index, 1, ends)].end
    else:
        start, end = tokens[_end(tokens, index, -1, ends)].start, tokens[index - 1].end
    yield start, end, "true"
    yield start, end, "false"


def _end(tokens: list[Token], index: int, step: int, ends: set[str]) -> int:
    """Return the index of the last token of the expression beside a token, to its left (step -1) or to its right (step 1)."""
    last = index
    depth = 0
    while 0 <= last + step < len(tokens):
        text = tokens[last + step].text
        depth += step * ((text in _CLOSING) - (text in _CLOSING.values()))
        if depth < 0 or (depth == 0 and text in ends):
            break
        last += step
    return last


def _items(tokens: list[Token], index: int) -> Iterator[tuple[int, int, str]]:
    """Return a list of literals, emptied and without each of them."""
    inside: list[Token] = []
    for token in tokens[index + 1 :]:
        if token.text == "]":
            literals = [each for each in inside if each.text != ","]
            if literals and all(each.text.startswith('"') or each.text.isdigit() for each in literals):
                texts = [literal.text for literal in literals]
                yield tokens[index].start, token.end, "[]"
                for place in range(len(texts) if len(texts) > 1 else 0):
                    yield tokens[index].start, token.end, f"[{', '.join(texts[:place] + texts[place + 1 :])}]"
            return
        inside.append(token)


def _pattern(token: Token) -> Iterator[tuple[int, int, str]]:
    """Return the bounds of a regular expression, each moved by one."""
    for found in _BOUNDS.finditer(token.text):
        for group in (1, 2):
            if found[group] is not None:
                place = token.start + found.start(group)
                for number in {int(found[group]) - 1, int(found[group]) + 1} - {-1}:
                    yield place, place + len(found[group]), str(number)


def killer(mutation: Mutation, cases: list[tables.Case]) -> str | None:
    """Return the name of a case that a mutation fails, or None. The table named like the file is asked first."""
    module = mutation.file.parent
    own = [case for case in cases if case.table == mutation.file.stem]
    for asked in (own, [case for case in cases if case not in own]):
        with tempfile.TemporaryDirectory() as place:
            mutant = copytree(module, Path(place) / "mutant")
            source = mutation.file.read_text(encoding="utf-8")
            (mutant / mutation.file.name).write_text(mutation.applied(source), encoding="utf-8")
            try:
                values = tables.evaluate(mutant, asked, Path(place) / "root") if asked else {}
            except AssertionError:
                return "Terraform, which cannot evaluate it"
        if failed := [case.name for case in asked if _fails(case, values[case.name])]:
            return failed[0]
    return None


def _fails(case: tables.Case, values: dict[str, Any]) -> bool:
    try:
        return not case.passes(values)
    except KeyError:  # the mutation removed an output
        return True


def main() -> int:
    """Return the number of the process: 0 if every mutation was noticed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else None)
    parser.add_argument("modules", nargs="*", default=[], help="a folder of tables, like serving; all by default")
    parser.add_argument("-n", "--number", type=int, default=10, help="how many mutations (default: 10)")
    parser.add_argument("--all", action="store_true", help="every mutation, in order")
    parser.add_argument("--seed", type=int, default=None, help="what chance starts from (default: different at each call)")
    parser.add_argument("--jobs", type=int, default=2, help="mutations at once (default: 2)")
    parser.add_argument("--only", default="", help="only mutations of files whose name contains this")
    options = parser.parse_args()
    modules = options.modules or list(tables.FOLDERS)
    cases = {module: tables.read(module) for module in modules}
    found = [mutation for module in modules for mutation in mutations(module) if options.only in mutation.file.name]
    seed = options.seed if options.seed is not None else secrets.randbelow(10**6)
    chosen = found if options.all else random.Random(seed).sample(found, min(options.number, len(found)))  # noqa: S311 - repeatable
    print(f"{len(chosen)} of {len(found)} mutations, seed {seed}")
    survivors = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        killers = pool.map(lambda mutation: killer(mutation, cases[mutation.file.parent.name]), chosen)
        for mutation, name in zip(chosen, killers, strict=True):
            survivors += name is None
            print(f"{'SURVIVED' if name is None else 'killed'}  {mutation}" + (f"\n          by {name}" if name else ""), flush=True)
    print(f"{len(chosen) - survivors} killed, {survivors} survived")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
