"""Checks of the JSON documents that a test sends to the sandbox: each member has a type, and unknown members are errors."""

from __future__ import annotations

import difflib
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True)
class Problem:
    """An error in a document: a JSON pointer to the member, and what it must be."""

    pointer: str
    detail: str

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.pointer}: {self.detail}" if self.pointer else self.detail


class DocumentError(ValueError):
    """A document is invalid; ``problems`` lists every error."""

    def __init__(self, *problems: Problem) -> None:
        """Raise the error about ``problems``."""
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Member:
    """A rule for a member, in words and as a function, and whether the member is required."""

    wanted: str
    holds: Callable[[Any], bool]
    is_required: bool = False


def parse(body: bytes) -> Any:
    """Parse JSON. Raises DocumentError."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DocumentError(Problem("", f"the body is not JSON: {error}")) from error


def checked(document: Any, members: Mapping[str, Member]) -> Any:
    """Return an object that has exactly these members. Raises DocumentError."""
    if found := list(problems(document, members)):
        raise DocumentError(*found)
    return document


def problems(document: object, members: Mapping[str, Member], pointer: str = "") -> Iterator[Problem]:
    """Yield every error in an object that may have exactly these members."""
    if not isinstance(document, dict):
        yield Problem(pointer, f"must be an object, not {shown(document)}")
        return
    for name, member in members.items():
        if name not in document:
            if member.is_required:
                yield Problem(f"{pointer}/{name}", f"is missing; it must be {member.wanted}")
        elif not member.holds(document[name]):
            yield Problem(f"{pointer}/{name}", f"must be {member.wanted}, not {shown(document[name])}")
    for name in document.keys() - members.keys():
        near = difflib.get_close_matches(name, members, 1)
        hint = f"did you mean {near[0]}?" if near else f"the members are {', '.join(members)}"
        yield Problem(f"{pointer}/{name}", f"is not a member here; {hint}")


def shown(value: object) -> str:
    """Return a value as JSON, shortened."""
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004


def text(*, is_required: bool = False) -> Member:
    """Return a member that is a string."""
    return Member("a string", lambda value: isinstance(value, str), is_required)


def number(wanted: str, holds: Callable[[float], bool], *, is_required: bool = False) -> Member:
    """Return a member that is a finite number of a range."""
    return Member(wanted, lambda value: _is_number(value) and holds(value), is_required)


def integer(wanted: str, holds: Callable[[int], bool]) -> Member:
    """Return a member that is a whole number of a range."""
    return Member(wanted, lambda value: isinstance(value, int) and _is_number(value) and holds(value))


def one_of(*values: str) -> Member:
    """Return a required member that is one of a few strings."""
    return Member(f"one of {', '.join(values)}", lambda value: isinstance(value, str) and value in values, is_required=True)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
