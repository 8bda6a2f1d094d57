"""Pages of the reference that are generated from the code: the contract, the metrics, and the command line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from prediction_api import metrics
from prediction_api.drift import LEAST_ROWS, MOST_ROWS
from prediction_tools.cli import app
from prediction_tools.contract import schema


def pages(root: Path) -> dict[str, str]:
    """Return the text of each page by its name."""
    return {
        "contract.md": "\n".join(_contract(root)) + "\n",
        "metrics.md": "\n".join(_metrics()) + "\n",
        "command-line.md": "\n".join(_command_line()) + "\n",
    }


def _contract(root: Path) -> Iterator[str]:
    yield from ("# Contract", "", "Every key of `contract.yaml`, from the JSON Schema that `sagemaker-api contract schema` prints.", "")
    yield from _table(("key", "type", "required", "meaning"), _keys(schema.schema(), ""))
    yield from (
        "",
        "The [input `contract`](../docs/reference.md#contract) describes the steps of columns and of the output. An example:",
        "",
    )
    yield from ("```yaml", (root / "examples/penguins/contract.yaml").read_text(encoding="utf-8").strip(), "```")


def _keys(node: dict[str, Any], path: str) -> Iterator[tuple[str, ...]]:
    for name, member in node.get("properties", {}).items():
        inner = member["items"] if member.get("type") == "array" or "array" in member.get("type", ()) else member
        kind = "list" if inner is not member else _kind(member)
        yield f"`{path}{name}`", kind, "yes" if name in node.get("required", ()) else "", member.get("description", "")
        yield from _keys(inner, f"{path}{name}{'[]' if inner is not member else ''}.")


def _kind(member: dict[str, Any]) -> str:
    if "enum" in member:
        return "true or false" if True in member["enum"] else ", ".join(f"`{value}`" for value in member["enum"] if value is not None)
    if "anyOf" in member:
        return "number"
    named = member.get("type", "")
    kinds = [named] if isinstance(named, str) else [kind for kind in named if kind != "null"]
    return " or ".join("text" if kind == "string" else kind for kind in kinds if kinds != ["string", "number"] or kind == "string")


def _metrics() -> Iterator[str]:
    yield from ("# Metrics and log lines", "")
    yield "Each invocation of the function writes one line, which CloudWatch Logs turns into metrics"
    yield "([why](../docs/decisions/0003-metrics-as-log-lines.md)). The namespace is the input `handler.metrics_namespace`,"
    yield from ("by default `SageMakerApi/<name>`.", "")
    meanings = {
        "Requests": "1 for each invocation",
        "Faults": "1 if the response is a problem document; with the dimension `Code`, by its code",
        "Rows": "rows of the request",
        "Latency": "from the start of the invocation to its response",
        "ModelLatency": "of it, the time spent in calls of the endpoint; for predictions alone",
    }
    units = {**metrics.UNITS, "ModelLatency": "Milliseconds"}
    dimensions = {"Faults": "`EndpointName`; `EndpointName` and `Code`"}
    yield from _table(
        ("metric", "unit", "dimensions", "meaning"),
        [(f"`{name}`", unit, dimensions.get(name, "`EndpointName`"), meanings[name]) for name, unit in units.items()],
    )
    yield from ("", "The line has these further members. None of them holds a value of a payload:", "")
    notes = {
        "request_id": "ID of the request, which its response and a problem document name",
        "inference_id": "ID of the inference: the caller's own, or the request's",
        "variant": "the variant that the request named",
        "model": "the model that the request named",
        "request_bytes": "size of the request's body",
        "response_bytes": "size of the response's body",
        "decode_ms": "from the start of the invocation until the payloads are ready",
        "invoke_ms": "calls of the endpoint",
        "encode_ms": "the rest: reading the model's answer, and writing the response",
    }
    yield from _table(("member", "meaning"), [(f"`{name}`", notes[name]) for name in metrics.NOTES])
    yield from (
        "",
        "SageMaker, Lambda and API Gateway publish metrics of their own; [the runbook](../docs/runbook.md) says which alarms use them.",
    )
    yield from _drift_metrics()


def _drift_metrics() -> Iterator[str]:
    yield from ("", "## Drift", "")
    yield f"With `monitoring.drift`, the function counts at most {MOST_ROWS} rows of each sampled request. About once a minute, when it has"
    yield f"counted at least {LEAST_ROWS} rows, it writes lines with these metrics, whose unit is `Count`."
    yield from ("[Operations](../docs/operations.md#drift) explains the numbers.", "")
    subjects = "`EndpointName` and `Feature`; `EndpointName` and `Output`"
    yield from _table(
        ("metric", "dimensions", "meaning"),
        [
            ("`CountedRows`", "`EndpointName`; `EndpointName` and `Output`", "rows that were counted: of features, and of predictions"),
            ("`Shift`", subjects, "sum over the rows, each from -1, below all training data, to 1, above it; 0 in sum for training data"),
            ("`Spread`", subjects, "sum over the rows of the distance from the middle, less its mean in training"),
            ("`Outside`", subjects, "values that training did not have"),
            ("`Predictions`", "`EndpointName`, `Output` and `Band`", "predictions in a band of those for the training data"),
        ],
    )


def _command_line() -> Iterator[str]:
    yield from (
        "# Command line",
        "",
        "Every command and option of `sagemaker-api`, from its own help. [The tool](../docs/tool.md) explains them.",
    )
    yield from _commands(typer.main.get_command(app), "sagemaker-api")


def _commands(command: Any, name: str) -> Iterator[str]:
    if hasattr(command, "commands"):
        for inner, found in command.commands.items():
            yield from _commands(found, f"{name} {inner}")
        return
    parameters = [parameter for parameter in command.params if parameter.name != "help"]
    arguments = [parameter for parameter in parameters if parameter.param_type_name == "argument"]
    options = [parameter for parameter in parameters if parameter.param_type_name == "option"]
    yield from ("", f"## {name}", "", " ".join((command.help or "").split()), "")
    yield from ("```text", " ".join([name, *[f"{one.name.upper()}" for one in arguments], "[OPTIONS]"]), "```")
    for title, listed in (("argument", arguments), ("option", options)):
        if listed:
            yield ""
            yield from _table(
                (title, "meaning", "default"), [(_spelling(one), getattr(one, "help", "") or "", _default(one)) for one in listed]
            )


def _spelling(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{(parameter.name or '').upper()}`"
    return ", ".join(f"`{spelling}`" for spelling in [*parameter.opts, *parameter.secondary_opts])


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    variable = getattr(parameter, "envvar", None)
    default = parameter.default
    shown = "" if default in (None, False, "") or callable(default) else f"`{default}`"
    return f"`${variable}`" if variable else shown


def _table(header: tuple[str, ...], rows: Any) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{' --- |' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(' '.join(str(cell).split()).replace('|', '\\|') for cell in row)} |"
