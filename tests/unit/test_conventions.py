"""The conventions of this repository that a test can check. Style, types and words are checked by `make lint`."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path, PurePath

import pytest
from prediction_api.settings import Settings, SettingsError

TREE = Path(__file__).resolve().parents[2]
# docs/decisions/0022-inputs-of-any-type.md
AS_WRITTEN = ["modules/written_contract/variables.tf", "modules/written_inputs/variables.tf"]


@cache
def texts() -> dict[str, str]:
    """Return the text of all files by path, except for this file, pictures, archives and files that are hidden, installed or built."""
    found = {}
    for folder, below, names in TREE.walk():
        below[:] = [name for name in below if name in {".ci", ".github"} or not (name.startswith((".", "__")) or ".egg" in name)]
        for name in names:
            # a worktree has a file named .git
            if folder / name != Path(__file__) and name != ".git" and not name.endswith((".png", ".zip")):
                path = (folder / name).relative_to(TREE).as_posix()
                found[path] = (folder / name).read_text(encoding="utf-8", errors="replace")
    return found


def lines_with(expression: str, pattern: str = "**") -> list[str]:
    """Return the lines that match the regular expression in files that match the pattern."""
    return [
        f"{path}:{number}: {line.strip()}"
        for path, text in texts().items()
        if PurePath(path).full_match(pattern)
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(expression, line)
    ]


def blocks(kind: str) -> dict[str, str]:
    """Return all Terraform blocks of a type by file and name. In formatted files, only their last line begins with a brace."""
    declared = re.compile(rf'^{kind} "(\w+)" \{{\n(.*?)^\}}', re.MULTILINE | re.DOTALL)
    return {
        f"{path}: {kind} {name}": body for path, text in texts().items() if path.endswith(".tf") for name, body in declared.findall(text)
    }


def resources(kind: str) -> dict[str, str]:
    """Return all resources of a type by file and name."""
    declared = re.compile(rf'^resource "{kind}" "(\w+)" \{{\n(.*?)^\}}', re.MULTILINE | re.DOTALL)
    return {f"{path}: {name}": body for path, text in texts().items() if path.endswith(".tf") for name, body in declared.findall(text)}


PARTS = re.compile(r"(Service|Endpoint|Encoder|Output|FastPath)$")


def test_the_parts_of_the_handlers_pipeline_change_nothing_of_themselves() -> None:
    """Health keeps its last status, and is not among them."""
    classes = [
        each
        for path in (TREE / "lambda/src/prediction_api").glob("*.py")
        for each in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(each, ast.ClassDef) and PARTS.search(each.name)
    ]
    assigned = [
        f"{made.name}.{method.name}: {ast.unparse(node)}"
        for made in classes
        for method in made.body
        if isinstance(method, ast.FunctionDef) and method.name != "__init__"
        for node in ast.walk(method)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "self"
    ]
    assert {"Service", "RealTimeEndpoint", "CountingEncoder", "AdapterOutput"} < {made.name for made in classes}
    assert assigned == []


def test_an_import_from_an_upper_layer_is_noticed_even_if_only_types_need_it(tmp_path: Path) -> None:
    shutil.copytree(TREE / "lambda/src", tmp_path / "src")
    problems = tmp_path / "src/prediction_api/problems.py"
    problems.write_text(problems.read_text(encoding="utf-8") + "\nif TYPE_CHECKING:\n    from .service import Service\n", encoding="utf-8")
    command = [Path(sys.executable).with_name("lint-imports"), "--config", TREE / "pyproject.toml", "--no-cache"]
    environment = os.environ | {"PYTHONPATH": f"{tmp_path / 'src'}:{TREE / 'tools/src'}"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "prediction_api.problems is not allowed to import prediction_api.service" in done.stdout


def late_imports(path: str) -> list[int]:
    """Return the lines of a file's imports inside functions that have no reason on them or on the line before their block."""
    lines = ["", *texts()[path].splitlines()]
    functions = [node for node in ast.walk(ast.parse(texts()[path])) if isinstance(node, ast.FunctionDef)]
    late = {each.lineno for node in functions for each in ast.walk(node) if isinstance(each, ast.Import | ast.ImportFrom)}
    starts = {line: max(before for before in range(line + 1) if before not in late) for line in late}
    return sorted(line for line, before in starts.items() if "#" not in lines[line] and not lines[before].strip().startswith("#"))


def test_an_import_inside_a_function_has_its_reason_beside_it() -> None:
    plugins = "sandbox/src/sagemaker_sandbox/plugins.py"  # at the top of the file
    files = [path for path in texts() if re.match(r"(lambda|tools|sandbox)/src/.*\.py$", path) and path != plugins]
    assert {path: found for path in files if (found := late_imports(path))} == {}


@pytest.mark.parametrize("kind", ["variable", "output"])
def test_every_variable_and_output_has_a_description(kind: str) -> None:
    declared = blocks(kind)
    assert declared
    assert [name for name, body in declared.items() if not re.search(r'^  description *= *("[^"]|<<)', body, re.MULTILINE)] == []


def test_only_inputs_whose_keys_are_checked_have_the_type_any() -> None:
    typed = re.compile(r"^  type += (?!any$)", re.MULTILINE)
    untyped = [tuple(name.split(": variable ")) for name, body in blocks("variable").items() if not typed.search(body)]
    checked = sorted(name for file, name in untyped if file in AS_WRITTEN)
    assert checked == ["api", "capacity", "contract", "handler", "model", "monitoring", "network"]
    assert sorted(name for file, name in untyped if "/" not in file) == checked
    assert [file for file, _ in untyped if "/" in file and file not in AS_WRITTEN] == []


def test_no_module_configures_a_provider() -> None:
    assert lines_with(r'^provider "', "*.tf") + lines_with(r'^provider "', "modules/**") == []


def test_only_the_aws_provider_is_required() -> None:
    addresses = lines_with(r'^ +source += "[\w-]+/[\w-]+"$', "**/*.tf")
    assert addresses
    assert [line for line in addresses if not line.endswith('"hashicorp/aws"')] == []


def test_only_a_name_that_its_resource_keeps_takes_the_time_of_the_plan() -> None:
    lines = [
        line for line in lines_with(r"\b(plantimestamp|timestamp|uuid|bcrypt)\(", "**/*.tf") if not line.endswith(" == plantimestamp()")
    ]
    # An argument of a resource may record when it was created, if the resource ignores later values. Plans compare it with their own time.
    named = [re.search(r"^(\S+?):\d+: (name|alarm_name|bucket|key|input) += .*plantimestamp\(\)", line) for line in lines]
    recorded = [(match[1], match[2]) for match in named if match]
    assert len(recorded) == len(lines)
    assert [
        (file, argument)
        for file, argument in recorded
        if len(re.findall(rf"ignore_changes += \[{argument}\]", texts()[file])) < recorded.count((file, argument))
    ] == []


def test_resources_that_are_created_before_they_are_destroyed_have_names_of_their_own() -> None:
    # Otherwise -replace or a taint would create a resource under the name of the old one, and then delete that.
    resources = [
        (match[1], match[2])
        for file, text in texts().items()
        if file.startswith("modules/") and file.endswith(".tf")
        for match in re.finditer(r'^resource "([\w-]+)" "\w+" \{\n(.*?)^\}', text, re.MULTILINE | re.DOTALL)
        if "create_before_destroy = true" in match[2]
    ]
    assert resources
    # Neither a deployment nor a client certificate has a name: API Gateway assigns an ID.
    nameless = {"aws_api_gateway_client_certificate", "aws_api_gateway_deployment"}
    assert [kind for kind, body in resources if "plantimestamp()" not in body and kind not in nameless] == []


def test_no_object_in_s3_gets_the_default_tags_of_a_provider() -> None:
    # An object may have 10 tags, and any other resource 50.
    objects = {name: body for name, body in resources("aws_s3_object").items() if re.search("^(modules|examples)/", name)}
    assert objects
    override = re.compile(r"override_provider \{\s+default_tags \{\s+tags = \{\}\n")
    assert [name for name, body in objects.items() if not override.search(body)] == []


def test_no_file_contains_a_to_do_note() -> None:
    assert lines_with(r"\b(TODO|FIXME|XXX)\b") == []


def test_no_test_is_skipped() -> None:
    assert lines_with(r"pytest\.(skip|xfail|importorskip)|mark\.(skip|xfail)", "tests/**") == []


def test_no_file_names_a_folder_of_a_development_machine() -> None:
    assert lines_with(r"(?<![\w.~])/(work|root|home|Users)/[\w.]|[/]opt/(?!(python|ml)\b)\w") == []


LOCKED = ["requirements/*.txt", "lambda/layers/*.txt"]


@pytest.mark.parametrize("pattern", LOCKED)
def test_requirements_are_pinned_with_hashes_and_name_no_registry(pattern: str) -> None:
    pin = r"[\w.-]+(\[[a-z,-]+\])?==[\w.!+]+( ; .+)? \\"
    digest = r"    --hash=sha256:[0-9a-f]{64}( \\)?"
    assert lines_with("==", pattern)
    assert lines_with(rf"^(?!#|({pin}|{digest})$)", pattern) == []


@pytest.mark.parametrize("pattern", LOCKED)
def test_every_pin_is_followed_by_a_hash(pattern: str) -> None:
    lists = [text for path, text in texts().items() if PurePath(path).full_match(pattern)]
    assert [text for text in lists if re.search(r"\\\n(?!    --hash=)", text)] == []


def test_the_test_environment_contains_the_sandbox_s_as_it_is() -> None:
    sandbox, tests = (set(texts()[f"requirements/{name}.txt"].splitlines()) for name in ("sandbox", "test"))
    assert sandbox - tests == set()


CODE = (".py", ".js", ".mts", ".java", ".go", ".sh", ".tf", ".hcl", ".feature")


def test_every_folder_with_code_has_a_readme() -> None:
    code = {PurePath(path).parent.as_posix() for path in texts() if path.endswith(CODE) or path.startswith("pipeline/")}
    covered = ("compliance/fixtures/", "examples/bikeshare/")  # by the README of the folder above
    missing = [
        folder for folder in sorted(code) if f"{folder}/README.md".removeprefix("./") not in texts() and not folder.startswith(covered)
    ]
    assert missing == []


def test_links_in_the_documentation_lead_to_files() -> None:
    links = [
        (path, target.partition("#")[0])
        for path, text in texts().items()
        if path.endswith(".md")
        for target in re.findall(r"\]\(([^)\s]+)\)", text)
        if not target.startswith(("https:", "http:", "mailto:", "#"))
    ]
    assert links
    assert [f"{path}: {target}" for path, target in links if not (TREE / path).parent.joinpath(target).exists()] == []


def test_the_navigation_of_the_site_names_every_page_of_the_documentation() -> None:
    named = set(re.findall(r": (\S+\.md)$", texts()["website/mkdocs.yml"], re.MULTILINE))
    pages = {path for path in texts() if path.startswith("docs/") and path.endswith(".md")}
    assert {path for path in pages if not path.startswith("docs/decisions/0")} - named == set()


def test_decisions_are_numbered_in_one_sequence_and_indexed() -> None:
    pages = sorted((TREE / "docs/decisions").glob("[0-9]*.md"))
    index = re.findall(r"^\| \[(\d{4})\]\((\S+)\)", texts()["docs/decisions/README.md"], re.MULTILINE)
    assert index == [(f"{number:04}", page.name) for number, page in enumerate(pages, 1)]


def test_the_index_of_decisions_has_the_titles_of_the_pages() -> None:
    index = re.findall(r"^\| \[\d{4}\]\((\S+)\) \| (.+) \| .+ \|$", texts()["docs/decisions/README.md"], re.MULTILINE)
    titles = {page.name: page.read_text(encoding="utf-8").splitlines()[0] for page in (TREE / "docs/decisions").glob("[0-9]*.md")}
    assert {page: f"# {int(page[:4])}. {title}" for page, title in index} == titles


def test_a_decision_is_cited_by_its_four_digits() -> None:
    assert lines_with(r"\[\d{1,3}\]\([\w./]*\d{4}-[\w-]+\.md\)", "**/*.md") == []


@pytest.mark.parametrize("page", sorted((TREE / "docs/decisions").glob("[0-9]*.md")), ids=lambda page: page.stem)
def test_a_decision_has_status_date_context_decision_and_consequences(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.match(r"# \d+\. .+\n\n(Accepted|Superseded by \[\d{4}\]\(\S+\)), 20\d\d-\d\d-\d\d\n\n## Context\n", text)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE)[:3] == ["Context", "Decision", "Consequences"]


def test_the_state_of_an_example_on_aws_is_encrypted_and_locked_as_the_guide_shows() -> None:
    backend = re.sub(r"^#.*\n", "", texts()["examples/backend.tf.example"], flags=re.MULTILINE)
    assert re.findall(r"^    (encrypt|kms_key_id|use_lockfile) += (\S+)$", backend, re.MULTILINE) == [
        ("encrypt", "true"),
        ("kms_key_id", '"alias/terraform-state"'),
        ("use_lockfile", "true"),
    ]
    assert f"```tf\n{backend}```" in texts()["docs/operations.md"]


def test_the_handler_reads_exactly_the_variables_that_terraform_writes() -> None:
    read = set()

    class Environment(dict[str, str]):
        def get(self, name: str, _: object = None) -> str:  # type: ignore[override]
            read.add(name)
            return ""

    with pytest.raises(SettingsError):
        Settings(Environment(), lambda *_: b"")
    assignment = r"\b([A-Z][A-Z_]+) += "  # nothing else in the module is in capitals
    written = lines_with(assignment, "modules/handler/*.tf")
    assert {name for line in written for name in re.findall(assignment, line)} == read
