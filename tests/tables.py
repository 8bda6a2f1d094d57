"""Tables of cases: what a pure module is given, and the problems or the values that it must return.

tests/README.md describes the format. `read` returns the cases of a folder, `evaluate` the module's outputs for them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TREE = Path(__file__).resolve().parents[1]
FOLDERS = ("serving", "contract", "inputs", "written_contract", "written_inputs")
CHUNK = 70  # cases of one module call

_REPEATED = re.compile(r"\{(.)\*(\d+)\}")
_NUMBERED = re.compile(r"\{(\d+)\.\.(\d+)\}")
_DECLARED = re.compile(r'^(?:variable "(\w+)"|\s*(\w+)\s*=)', re.MULTILINE)
_MAP = re.compile(r'^\s*(\w+)\s*=\s*(?:optional\()?map\(|^variable "(\w+)" \{[^}]*?^  type += map\(', re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One row: the module's variables, the complete list of problems, and values of outputs by their path."""

    table: str
    sentence: str
    inputs: dict[str, Any]
    problems: list[str] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the name of the case, unique in all tables."""
        return f"{self.table}: {self.sentence}"

    def passes(self, values: dict[str, Any]) -> bool:
        """Whether a module's outputs are what the row says."""
        return values["problems"] == self.problems and same(self.found(values), self.outputs)

    def found(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return what a module's outputs hold at the paths that the row names."""
        return {path: output(values, path) for path in self.outputs}


def same(first: Any, second: Any) -> bool:
    """Whether two values are the same JSON, in which 1 and true differ."""
    return json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)


def read(folder: str, tests: Path = TREE / "tests") -> list[Case]:
    """Return the cases of tests/<folder>/*.yaml, in order. ValueError for a table of another form, or two cases of one name."""
    files = sorted((tests / folder).glob("*.yaml"))
    cases = [case for file in files for case in _cases(file, _parsed(file))]
    names = [case.name for case in cases]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"tests/{folder} has two cases of one name: {', '.join(twice)}")
    return cases


def _parsed(file: Path) -> dict[str, Any]:
    """Return a YAML file, parsed by libyaml: every worker reads all tables, and Python's own parser takes eight times as long."""
    document: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return document


def _cases(file: Path, document: dict[str, Any]) -> Iterator[Case]:
    table = file.stem
    base = document.pop("base", {})
    for section, row in _rows(file, document):
        problems = _problems(row)
        for sentence, inputs in row.get("rejects", {}).items():
            yield Case(table, f"rejects {sentence}", merged(base, expanded(inputs)), [expanded(text) for text in problems])
        for sentence, inputs in row.get("accepts", {}).items():
            yield Case(table, f"accepts {sentence}", merged(base, expanded(inputs)))
        if section == "values":
            yield Case(table, row["sentence"], merged(base, expanded(row["inputs"])), outputs=row["outputs"])


def _problems(row: dict[str, Any]) -> list[str]:
    return list(row.get("problems", [row["problem"]] if "problem" in row else []))


def _rows(file: Path, document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the rules and the values of a table. ValueError for a key that the format does not have, or a rule without both sides."""
    place = f"tests/{file.parent.name}/{file.name}"
    rows = [("rules", row) for row in document.pop("rules", [])]
    rows += [("values", {"sentence": sentence, **row}) for sentence, row in document.pop("values", {}).items()]
    known = {"rules": {"problem", "problems", "rejects", "accepts"}, "values": {"sentence", "inputs", "outputs"}}
    unknown = set(document) | {key for section, row in rows for key in set(row) - known[section]}
    if unknown:
        raise ValueError(f"{place}: unknown keys {sorted(unknown)}; tests/README.md describes the format")
    for section, row in rows:
        if section == "rules" and not row.get("rejects"):
            raise ValueError(f"{place}: no input is rejected with {_problems(row)}. Write one under rejects, after a sentence.")
        if section == "rules" and not row.get("accepts"):
            raise ValueError(f"{place}: no accepted neighbor of {_problems(row)}. Write the nearest input without it under accepts.")
    yield from rows


def merged(base: Any, inputs: Any) -> Any:
    """Return the inputs on top of the base: objects are merged, everything else is replaced, null included."""
    if isinstance(base, dict) and isinstance(inputs, dict):
        return base | {name: merged(base.get(name), value) for name, value in inputs.items()}
    return inputs


def expanded(value: Any) -> Any:
    """Return a value with `a{0*64}` written out as 64 zeros, and an item, its name or a key `v{0..9}` as ten of them."""
    if isinstance(value, str):
        return _REPEATED.sub(lambda found: found[1] * int(found[2]), value)
    if isinstance(value, list):
        return [expanded(each) for item in value for each in _numbered(item)]
    if isinstance(value, dict):
        return {expanded(each): expanded(item) for key, item in value.items() for each in _numbered(key)}
    return value


def _numbered(text: Any) -> list[Any]:
    if isinstance(text, dict) and "name" in text:
        return [{**text, "name": name} for name in _numbered(text["name"])]
    found = _NUMBERED.search(text) if isinstance(text, str) else None
    if not found:
        return [text]
    numbers = range(int(found[1]), int(found[2]) + 1)
    return [f"{text[: found.start()]}{number:0{len(found[1])}d}{text[found.end() :]}" for number in numbers]


def undeclared(module: Path, inputs: dict[str, Any]) -> list[str]:
    """Return the names in a case's inputs that no variable of the module declares; Terraform would drop them silently."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in sorted(module.glob("variables*.tf")))
    if re.search(r"^  type += any$", text, re.MULTILINE):  # whose keys the module checks itself
        return sorted(set(inputs) - set(re.findall(r'^variable "(\w+)"', text, re.MULTILINE)))
    declared = {name for found in _DECLARED.finditer(text) for name in found.groups() if name}
    maps = {name for found in _MAP.finditer(text) for name in found.groups() if name}
    return sorted(name for name in _names(inputs, maps) if name not in declared)


def _names(value: Any, maps: set[str], *, free: bool = False) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _names(item, maps)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from () if free else (name,)
            yield from _names(item, maps, free=name in maps and not free)


def evaluate(module: Path, cases: Iterable[Case], folder: Path, *, also: Iterable[str] = ()) -> dict[str, dict[str, Any]]:
    """Return the outputs of a pure module for each case, by the case's name: `problems`, those that a case names, and `also`.

    One plan in `folder`, which must not exist yet, evaluates all cases. AssertionError with Terraform's text if the plan fails.
    """
    cases = list(cases)
    outputs = sorted({"problems", *also} | {path.split(".")[0] for case in cases for path in case.outputs})
    shutil.copytree(module, folder / "module")
    sources = "".join(file.read_text(encoding="utf-8") for file in sorted(module.glob("*.tf")))
    variables = re.findall(r'^variable "(\w+)"', sources, re.MULTILINE)
    (folder / "cases.json").write_text(json.dumps([json.dumps(case.inputs) for case in cases]), encoding="utf-8")
    (folder / "main.tf").write_text(_root(len(cases), variables, outputs), encoding="utf-8")
    for arguments in (["init"], ["plan", "-input=false", "-out=cases.tfplan"]):
        _terraform(folder, *arguments)
    shown = json.loads(_terraform(folder, "show", "-json", "cases.tfplan"))
    values = shown["planned_values"]["outputs"]["cases"]["value"]
    return {case.name: json.loads(text) for case, text in zip(cases, values, strict=True)}


def _root(cases: int, variables: Iterable[str], outputs: Iterable[str]) -> str:
    """Return a root module that calls the module for each case. JSON text, because a list's values have one type; null is a default.

    Terraform compares the address of each output of a call with those of all instances of the same call, as texts: with a call for each
    chunk, and with numbers as keys, the 433 cases of serving need half the CPU that they need as one call with their names as keys.
    """
    returned = ", ".join(f"{name} = case.{name}" for name in outputs)
    starts = range(0, cases, CHUNK)
    calls = "".join(_call(start, min(CHUNK, cases - start), variables) for start in starts)
    return f"""
locals {{
  cases = jsondecode(file("${{path.module}}/cases.json"))
}}
{calls}
output "cases" {{
  value = [for case in concat({", ".join(f"module.from_{start}" for start in starts)}) : jsonencode({{ {returned} }})]
}}
"""


def _call(start: int, number: int, variables: Iterable[str]) -> str:
    given = "\n".join(f"  {name} = try(jsondecode(local.cases[{start} + count.index]).{name}, null)" for name in variables)
    return f"""
module "from_{start}" {{
  source = "./module"
  count  = {number}
{given}
}}
"""


def _terraform(folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    # a plan of hundreds of module calls collects garbage for a third of its time
    environment["GOGC"] = "400"
    done = subprocess.run(["terraform", *arguments, "-no-color"], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"terraform {arguments[0]}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
    return done.stdout


def output(values: dict[str, Any], path: str) -> Any:
    """Return what a case's outputs hold at a path such as settings.features.0.name. KeyError, IndexError if nothing is there."""
    value: Any = values
    for part in path.split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value
