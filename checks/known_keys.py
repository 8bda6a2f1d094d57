"""Writes the keys of the root module's inputs from their types into modules/written_inputs, or checks that they are current.

`--check` changes nothing, and exits with 1 if modules/written_inputs/keys.json is out of date.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from reference import TREE, declared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reference import Type

MODULE = TREE / "modules/written_inputs"
LEVELS = 7
"""How many levels of nesting keys.tf reads: as many as it has steps."""


def known(kind: Type, path: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the keys of an object by its path, then those of the objects in it. ValueError for a type that keys.tf cannot read."""
    if not kind.attributes:
        if kind.name == "object":
            yield path, []
        return
    path += {"": "", ".<name>": ".*"}.get(kind.suffix, kind.suffix)
    if "[" in path or path.count(".") >= LEVELS:
        message = f"{path}: modules/written_inputs/keys.tf reads no objects in lists, and {LEVELS} levels; extend it"
        raise ValueError(message)
    yield path, list(kind.attributes)
    for name, attribute in kind.attributes.items():
        yield from known(attribute.type, f"{path}.{name}")


def text() -> str:
    """Return the file: one line for each object."""
    found = dict(each for variable in declared(MODULE, "variable") for each in known(variable.type, variable.name))
    return "{\n" + ",\n".join(f"  {json.dumps(path)}: {json.dumps(keys)}" for path, keys in found.items()) + "\n}\n"


def main(arguments: list[str]) -> int:
    """Write the file, or check it. Return the exit code."""
    path, current = MODULE / "keys.json", text()
    if "--check" not in arguments:
        path.write_text(current, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != current:
        print(f"{path.relative_to(TREE)}: the keys are not those of the types; run `make docs`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
