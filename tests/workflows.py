"""GitHub's workflows as they are written, and a runner of their `run` steps on this machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FOLDER = Path(__file__).resolve().parents[1] / ".github/workflows"

type Json = dict[str, Any]

_TOKEN = re.compile(
    r"(?P<text>'[^']*')|(?P<name>(?:inputs|needs|jobs|steps|github|secrets|env)(?:\.[\w-]+)+)|(?P<operator>&&|\|\||!(?!=))"
    r"|(?P<word>true|false)|(?P<rest>[^'!&|\w]+|\w+|!=|.)"
)
_PYTHON = {"&&": " and ", "||": " or ", "!": " not ", "true": "True", "false": "False"}


def read(name: str) -> Json:
    """Return a workflow. YAML 1.1, which PyYAML reads, takes the key `on` for a boolean."""
    found: Json = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in found.items()}


def evaluate(expression: str, context: Mapping[str, Any], **functions: Callable[..., Any]) -> Any:
    """Return the value of an expression without its braces; a name that the context lacks is an empty text."""

    def translated(found: re.Match[str]) -> str:
        if found["name"]:
            return f"value({found['name']!r})"
        return _PYTHON.get(found[0], found[0])

    def formatted(text: str, *values: Any) -> str:
        return text.format(*values)

    names = {"value": lambda name: context.get(name, ""), "format": formatted, **functions}
    return eval(_TOKEN.sub(translated, expression), {"__builtins__": {}}, names)  # noqa: S307 - this repository's own workflows


def substituted(text: Any, context: Mapping[str, Any]) -> str:
    """Return a text with the values of its expressions, as the runner writes them."""
    if isinstance(text, bool):
        return str(text).lower()
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: _written(evaluate(found[1].strip(), context, cancelled=lambda: False)), str(text))


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def working_directory(document: Json, job: str) -> str:
    """Return the folder of a job's steps, as it is written: its own default, or that of the workflow."""
    defaults = [one.get("defaults", {}).get("run", {}) for one in (document["jobs"][job], document)]
    return next((str(one["working-directory"]) for one in defaults if "working-directory" in one), ".")


def with_python(version: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment whose first python3 is the interpreter of the tests, as actions/setup-python has it: outside of its venv."""
    assert version == f"{sys.version_info.major}.{sys.version_info.minor}", f"the workflow asks for Python {version}"
    return {**environment, "PATH": os.pathsep.join([str(Path(sys.base_prefix) / "bin"), environment["PATH"]])}


@dataclass
class Ran:
    """A job that has ended: its result, the step that failed, its outputs and everything that it printed."""

    result: str = "success"
    failed: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""


@dataclass
class Runner:
    """Runs jobs in clones of a repository, with the credentials and the tools of an environment."""

    repository: Path
    folder: Path
    environment: dict[str, str]
    between: Callable[[str, Path], None] = lambda _step, _workspace: None

    def run(self, workflow: str, job: str, inputs: Mapping[str, Any]) -> Ran:
        """Run the steps of a job until one fails. Actions of others do nothing, except for the checkout and Python."""
        document = read(workflow)
        self.folder.mkdir()
        tools = self.environment
        ran, context = Ran(), {f"inputs.{name}": value for name, value in inputs.items()}
        workspace = context["github.workspace"] = str(self.folder / "work")
        folder = Path(workspace) / substituted(working_directory(document, job), context)
        for number, step in enumerate(document["jobs"][job]["steps"]):
            if "actions/checkout" in step.get("uses", ""):
                context["steps.checkout.outputs.commit"] = self._checked_out(substituted(step["with"]["ref"], context))
            elif "actions/setup-python" in step.get("uses", ""):
                tools = with_python(step["with"]["python-version"], tools)
            elif "run" in step:
                name = step.get("name", step["run"])
                variables = {key: substituted(value, context) for key, value in {**document["env"], **step.get("env", {})}.items()}
                code, outputs = self._step(number, step, folder, tools | variables, ran)
                context |= {f"steps.{step.get('id')}.outputs.{key}": value for key, value in outputs.items()}
                if code:
                    ran.result, ran.failed = "failure", name
                    break
                self.between(name, folder)
        ran.outputs = {name: substituted(text, context) for name, text in document["jobs"][job].get("outputs", {}).items()}
        return ran

    def _checked_out(self, ref: str) -> str:
        git = partial(subprocess.run, check=True, capture_output=True, text=True)
        git(["git", "clone", "--quiet", "--shared", self.repository, self.folder / "work"])
        git(["git", "-C", self.folder / "work", "checkout", "--quiet", "--detach", ref or "origin/HEAD"])
        return git(["git", "-C", self.folder / "work", "rev-parse", "HEAD"]).stdout.strip()

    def _step(self, number: int, step: Json, folder: Path, environment: dict[str, str], ran: Ran) -> tuple[int, dict[str, str]]:
        script, output, summary = (self.folder / f"{number}.{kind}" for kind in ("sh", "output", "summary"))
        script.write_text(step["run"], encoding="utf-8")
        output.touch()
        summary.touch()
        done = subprocess.run(
            # https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#jobsjob_idstepsshell
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=folder,
            env=environment | {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        ran.log += f"$ {step['run']}\n{done.stdout}"
        ran.summary += summary.read_text(encoding="utf-8")
        return done.returncode, dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())


@dataclass
class Deployment:
    """The jobs of deploy.yml that ran, by name; those of the plan are `plan` and `rollback-plan`, with `check` before each."""

    ran: dict[str, Ran] = field(default_factory=dict)

    @property
    def order(self) -> list[str]:
        return [f"{name}: {one.result}" for name, one in self.ran.items()]


def deploy(runner: Callable[[str], Runner], inputs: Mapping[str, Any]) -> Deployment:
    """Run deploy.yml: each of its jobs, if its condition holds, by the workflow that it calls."""
    document = read("deploy")
    declared = document["on"]["workflow_call"]["inputs"]
    given = {f"inputs.{name}": inputs.get(name, one.get("default")) for name, one in declared.items()}
    done, results = Deployment(), dict(given)
    for name, job in document["jobs"].items():
        needed = [results[f"needs.{one}.result"] for one in [job["needs"]] if one] if "needs" in job else []
        failed = any(results[key] == "failure" for key in results if key.endswith(".result"))
        condition = job.get("if", "${{ success() }}").removeprefix("${{").removesuffix("}}").strip()
        functions = {"failure": lambda: failed, "cancelled": lambda: False, "success": lambda: not failed}  # noqa: B023
        holds = bool(evaluate(condition, results, **functions))
        if not re.search(r"(failure|cancelled|success)\(\)", condition):
            holds = holds and not failed and all(result == "success" for result in needed)
        results[f"needs.{name}.result"] = "skipped"
        if holds:
            values = {key: _typed(value, results) for key, value in job["with"].items()}
            called = _called(runner, name, Path(job["uses"]).stem, values, done)
            results[f"needs.{name}.result"] = called.result
            results |= {f"needs.{name}.outputs.{key}": value for key, value in called.outputs.items()}
    return done


def _typed(value: Any, context: Mapping[str, Any]) -> Any:
    """Return an input with the type that a single expression has."""
    single = re.fullmatch(r"\$\{\{(.*)\}\}", value) if isinstance(value, str) else None
    return evaluate(single[1].strip(), context) if single else value


def _called(runner: Callable[[str], Runner], name: str, workflow: str, inputs: Json, done: Deployment) -> Ran:
    """Run the jobs of a called workflow in order until one fails. `report` only uploads; its action needs GitHub.

    The outputs of a workflow that failed are passed on: https://github.com/actions/runner/issues/2495 prints those of one.
    """
    declared = read(workflow)["on"]["workflow_call"]
    defaults = {key: one.get("default") for key, one in declared["inputs"].items()}
    called, context = Ran(), dict[str, str]()
    for job in read(workflow)["jobs"]:
        if job == "report":
            continue
        key = name if job in {"plan", "apply"} else f"{name} ({job})"
        ran = done.ran[key] = runner(key).run(workflow, job, defaults | inputs)
        context |= {f"jobs.{job}.outputs.{output}": value for output, value in ran.outputs.items()}
        called.result = ran.result
        if ran.result == "failure":
            break
    called.outputs = {output: substituted(one["value"], context) for output, one in declared.get("outputs", {}).items()}
    return called
