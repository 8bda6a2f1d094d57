"""The commands of `make lint` that are our own, run on a small repository."""

from __future__ import annotations

import io
import runpy
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]

VARIABLES = """
variable "name" {
  description = "Name of the deployment."
  type        = string
}

variable "capacity" {
  description = <<-EOT
    Capacity of the endpoint.

    - `instances`: always on.
      - `type`, `count`: of the instances,
        for each variant.
    - `timeout_in_seconds`: of one call | at most 3600.

    Set one of them.
  EOT
  default     = { instances = {} }
  type = object({
    instances = optional(object({
      type  = optional(string, "ml.m5.large") # a comment
      count = number
      variants = optional(map(object({
        weights = optional(list(number), [1, 2])
      })), {})
    }))
    timeout_in_seconds = optional(number, 60)
  })
}
"""
OUTPUTS = """
output "api_key" {
  description = "Value of the API key."
  value       = 1
  sensitive   = true
}
"""
ROWS = """\
| `name` | `string` | required | Name of the deployment. |
| [`capacity`](#capacity) | `object` | `{ instances = {} }` | Capacity of the endpoint. |
| `instances` | `object` | `null` | always on. |
| `instances.type` | `string` | `"ml.m5.large"` | of the instances, for each variant. |
| `instances.count` | `number` | required | of the instances, for each variant. |
| `instances.variants` | `map(object)` | `{}` | |
| `instances.variants.<name>.weights` | `list(number)` | `[1, 2]` | |
| `timeout_in_seconds` | `number` | `60` | of one call \\| at most 3600. |
| `api_key` | Value of the API key. Sensitive. |
"""
PAGE = "# Reference\n\n<!-- BEGIN TABLE -->\n<!-- END TABLE -->\n\nAfter the tables.\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a repository with the checks, a module and the page for its tables."""
    shutil.copytree(TREE / "checks", tmp_path / "checks", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/reference.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "variables.tf").write_text(VARIABLES, encoding="utf-8")
    (tmp_path / "outputs.tf").write_text(OUTPUTS, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    return tmp_path


def run(tree: Path, command: str, *arguments: str) -> tuple[int, str]:
    """Return the exit code of a check and what it prints. Its libraries, such as the grammar of HCL, are loaded once for all tests."""
    printed = io.StringIO()
    file = str(tree / "checks" / command)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed), redirect_stderr(printed):
        patch.setattr(sys, "argv", [file, *arguments])
        patch.syspath_prepend(tree / "checks")
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(file, run_name="__main__")
    return int(ended.value.code or 0), printed.getvalue()


def test_tables_list_every_attribute_with_its_type_default_and_description(tree: Path) -> None:
    assert run(tree, "reference.py") == (0, "")
    page = (tree / "docs/reference.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith(("| `", "| ["))]
    assert rows == ROWS.splitlines()
    assert "Set one of them." in page


def test_text_outside_the_markers_is_kept(tree: Path) -> None:
    run(tree, "reference.py")
    page = (tree / "docs/reference.md").read_text(encoding="utf-8")
    assert page.startswith("# Reference\n\n<!-- BEGIN")
    assert page.endswith("END TABLE -->\n\nAfter the tables.\n")


def test_current_tables_pass_the_check(tree: Path) -> None:
    run(tree, "reference.py")
    assert run(tree, "reference.py", "--check") == (0, "")


@pytest.mark.parametrize(
    ("file", "old", "new", "row"),
    [
        ("variables.tf", 'variable "capacity"', 'variable "added" {\n  type = string\n}\n\nvariable "capacity"', "| `added` |"),
        ("variables.tf", "count = number", "count = number\n added = optional(bool)", "| `instances.added` |"),
        ("variables.tf", "[1, 2]", "[1, 3]", "`[1, 3]`"),
        ("variables.tf", "always on", "running", "running"),
        ("outputs.tf", 'output "api_key"', 'output "added" {\n  value = 1\n}\n\noutput "api_key"', "| `added` |"),
    ],
    ids=["an input", "an attribute", "a default", "a description", "an output"],
)
def test_a_change_without_its_row_fails_the_check(tree: Path, file: str, old: str, new: str, row: str) -> None:
    run(tree, "reference.py")
    text = (tree / file).read_text(encoding="utf-8")
    (tree / file).write_text(text.replace(old, new), encoding="utf-8")
    code, printed = run(tree, "reference.py", "--check")
    assert code == 1
    assert printed.startswith("docs/reference.md: the tables do not match the Terraform files; run `make docs`")
    assert row in printed


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [("of the deployment.", "of the", "name"), ("at most 3600.", "at most", "capacity.timeout_in_seconds"), ("API key.", "API", "api_key")],
)
def test_a_description_that_ends_in_the_middle_of_a_sentence_fails_the_check(tree: Path, old: str, new: str, path: str) -> None:
    for file in ("variables.tf", "outputs.tf"):
        (tree / file).write_text((tree / file).read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert run(tree, "reference.py") == (1, f".: the description of {path} ends without a full stop; finish its sentence\n")


def test_a_page_without_markers_fails_the_check(tree: Path) -> None:
    (tree / "docs/reference.md").write_text("# Reference\n", encoding="utf-8")
    code, printed = run(tree, "reference.py", "--check")
    assert code == 1
    assert "docs/reference.md: has no place for its tables" in printed


@pytest.mark.parametrize(
    ("line", "found", "write"),
    [
        ("The request was re" + "fused.", "re" + "fused", "reject"),
        ("def test_a_name_is_re" + "fused() -> None:", "re" + "fused", "reject"),
        ("Four ways to" + " serve a model.", "ways to" + " serve", "serving mode"),
        ("The models l" + "ie below the prefix.", "l" + "ie below", "is stored under"),
        ("It is listed, t" + "oo.", ", t" + "oo", "also"),
        ("W" + "hat is stored is listed.", "W" + "hat", "noun as its subject"),
        ('  description = "W' + 'hat the function may do"', "W" + "hat", "noun as its subject"),
        ("| `problems` | W" + "ho is concerned. |", "W" + "ho", "noun as its subject"),
    ],
    ids=["a word", "a word in a name", "a phrase", "a verb", "an ending", "a beginning", "a quoted beginning", "a beginning in a table"],
)
def test_a_banned_phrase_is_found_with_its_place(tree: Path, line: str, found: str, write: str) -> None:
    (tree / "page.md").write_text(f"# Page\n\n{line}\n", encoding="utf-8")
    code, printed = run(tree, "glossary.py")
    assert code == 1
    assert printed.startswith(f'page.md:3: "{found}": write ')
    assert write in printed
    assert len(printed.splitlines()) == 1


@pytest.mark.parametrize(
    "line",
    [
        "ConnectionRefusedError",
        "the code model_refused_values",
        "by default",
        "What does it cost?",
        'description = "What does it cost?"',
        "an injected fault",
        "too many requests",
    ],
)
def test_legitimate_uses_of_a_banned_word_pass(tree: Path, line: str) -> None:
    (tree / "page.md").write_text(f"# Page\n\n{line}\n", encoding="utf-8")
    assert run(tree, "glossary.py") == (0, "")


def test_a_banned_word_in_the_name_of_a_file_is_found(tree: Path) -> None:
    (tree / ("ca" + "lm.py")).write_text("", encoding="utf-8")
    assert run(tree, "glossary.py")[1].startswith("ca" + "lm.py (its name): ")


WIDE = "x" * 140


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (f"# {WIDE}", 1),
        (f'locals {{\n  name = upper("{WIDE}")\n}}', 2),
        (f'locals {{\n  name = "{WIDE}" # a comment\n}}', 2),
        (f'locals {{\n  names = ["{WIDE}"]\n}}', 2),
        (f'locals {{\n  name = local.short ? "x" : "{WIDE}"\n}}', 2),
        (f'locals {{\n  name = "x" == "{WIDE}"\n}}', 2),
        (f'locals {{\n  name = "$${{x" == "{WIDE}"\n}}', 2),
        (f"locals {{\n  text = <<-EOT\n    {WIDE}\n  EOT\n}}", 3),
        (f'locals {{\n  text = <<-EOT\n    "{WIDE}"\n  EOT\n}}', 3),
    ],
    ids=[
        "a comment",
        "a call",
        "a literal before a comment",
        "a list",
        "a condition",
        "two literals",
        "two, one of them escaped",
        "a heredoc",
        "a quote in a heredoc",
    ],
)
def test_a_line_of_terraform_that_is_too_wide_is_found_with_its_place(tree: Path, lines: str, number: int) -> None:
    (tree / "main.tf").write_text(f"{lines}\n", encoding="utf-8")
    width = len(lines.splitlines()[number - 1])
    assert run(tree, "terraform_width.py") == (1, f"main.tf:{number}: {width} columns; break the line so that it has at most 140\n")


@pytest.mark.parametrize(
    "line",
    [
        f"# {WIDE[2:]}",
        f'  message = "{WIDE}"',
        f'  "a key" = "{WIDE}"',
        f'    "{WIDE}",',
        f'  message = "\\"quoted\\" {WIDE}"',
        f'  message = "${{join(", ", [for name in local.names : name if name != "}}"])}} {WIDE}"',
        f'  message = "$${{not a template {WIDE}"',
    ],
    ids=["140 columns", "a literal", "a quoted key", "a place in a list", "an escaped quote", "a template", "an escaped template"],
)
def test_a_line_of_terraform_may_have_140_columns_or_be_one_string_literal(tree: Path, line: str) -> None:
    (tree / "main.tf").write_text(f"{line}\n", encoding="utf-8")
    assert run(tree, "terraform_width.py") == (0, "")


@pytest.mark.parametrize("file", ["modules/api/main.tf", "tests/api.tftest.hcl"])
def test_the_width_is_that_of_modules_and_of_their_tests(tree: Path, file: str) -> None:
    (tree / file).parent.mkdir(parents=True)
    (tree / file).write_text(f"# {WIDE}\n", encoding="utf-8")
    assert run(tree, "terraform_width.py")[1].startswith(f"{file}:1: ")


def test_the_line_after_a_heredoc_may_be_a_string_literal(tree: Path) -> None:
    (tree / "main.tf").write_text(f'locals {{\n  text = <<-EOT\n    short\n  EOT\n  name = "{WIDE}"\n}}\n', encoding="utf-8")
    assert run(tree, "terraform_width.py") == (0, "")
