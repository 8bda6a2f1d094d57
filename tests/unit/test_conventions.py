"""The rules of this repository that a machine can check."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path, PurePath

import pytest
from prediction_api.settings import Settings, SettingsError

TREE = Path(__file__).resolve().parents[2]


@cache
def texts() -> dict[str, str]:
    """Return the tree's files by their path, without this one and what is hidden, installed or built."""
    found = {}
    for folder, below, names in TREE.walk():
        below[:] = [name for name in below if name in {".ci", ".github"} or not (name.startswith((".", "__")) or ".egg" in name)]
        for name in names:
            if folder / name != Path(__file__) and name != ".git":  # a worktree has a file of this name
                path = (folder / name).relative_to(TREE).as_posix()
                found[path] = (folder / name).read_text(encoding="utf-8", errors="replace")
    return found


def lines_with(fault: str, pattern: str = "**") -> list[str]:
    """Return the lines that match the regular expression, in the files that match the pattern."""
    return [
        f"{path}:{number}: {line.strip()}"
        for path, text in texts().items()
        if PurePath(path).full_match(pattern)
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(fault, line)
    ]


def blocks(kind: str) -> dict[str, str]:
    """Return every Terraform block of a kind by file and name. Formatted, no line in it begins with a brace."""
    declared = re.compile(rf'^{kind} "(\w+)" \{{\n(.*?)^\}}', re.MULTILINE | re.DOTALL)
    return {
        f"{path}: {kind} {name}": body for path, text in texts().items() if path.endswith(".tf") for name, body in declared.findall(text)
    }


@pytest.mark.parametrize("kind", ["variable", "output"])
def test_every_variable_and_output_says_what_it_is(kind: str) -> None:
    declared = blocks(kind)
    assert declared
    assert [name for name, body in declared.items() if not re.search(r'^  description *= *("[^"]|<<)', body, re.MULTILINE)] == []


def test_every_variable_has_a_type_that_says_what_is_accepted() -> None:
    typed = re.compile(r"^  type += (?!any$)", re.MULTILINE)
    assert [name for name, body in blocks("variable").items() if not typed.search(body)] == []


def test_the_module_leaves_providers_to_its_caller() -> None:
    assert lines_with(r'^provider "', "*.tf") + lines_with(r'^provider "', "modules/**") == []


def test_only_the_aws_provider_is_required() -> None:
    addresses = lines_with(r'^ +source += "[\w-]+/[\w-]+"$', "**/*.tf")
    assert addresses
    assert [line for line in addresses if not line.endswith('"hashicorp/aws"')] == []


def test_names_and_values_do_not_depend_on_the_time_of_day() -> None:
    assert lines_with(r"\b(plantimestamp|timestamp|uuid|bcrypt)\(", "**/*.tf") == []


def test_nothing_is_left_for_later() -> None:
    assert lines_with(r"\b(TODO|FIXME|XXX)\b") == []


def test_no_test_is_skipped() -> None:
    assert lines_with(r"pytest\.(skip|xfail|importorskip)|mark\.(skip|xfail)", "tests/**") == []


def test_no_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    assert lines_with(r"(?<![\w.~])/(work|root|home|Users)/[\w.]|[/]opt/(?!(python|ml)\b)\w") == []


def test_requirements_are_pins_and_name_no_registry() -> None:
    assert lines_with("==", "requirements/*.txt")
    pin = r"[\w.-]+(\[[a-z,-]+\])?==[\w.!+]+( ; .+)?"
    assert lines_with(rf"^(?!#|{pin}$)", "requirements/*.txt") == []


def test_the_handler_reads_exactly_the_variables_that_terraform_writes() -> None:
    read = set()

    class Environment(dict[str, str]):
        def get(self, name: str, _: object = None) -> str:  # type: ignore[override]
            read.add(name)
            return ""

    with pytest.raises(SettingsError):
        Settings(Environment(), lambda *_: b"")
    assignment = r"\b([A-Z][A-Z_]+) += "  # nothing else in the module is written in capitals
    written = lines_with(assignment, "modules/handler/*.tf")
    assert {name for line in written for name in re.findall(assignment, line)} == read


def test_every_process_collects_the_same_tests() -> None:
    def collected(seed: str) -> list[str]:
        command = [sys.executable, "-m", "pytest", "tests", "--collect-only", "--quiet", "--no-header"]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run(command, cwd=TREE, env=environment, capture_output=True, text=True, check=True)
        return [line for line in done.stdout.splitlines() if "::" in line]

    assert collected("1") == collected("2")
