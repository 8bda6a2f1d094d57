# SPDX-License-Identifier: Apache-2.0
"""sagemaker-api contract: infer, check, schema and diff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from .contract import difference, report, rules
from .contract import schema as contract_schema
from .contract.check_run import CheckRun
from .contract.images import Image, parse_image
from .file_error import FileError

app = typer.Typer(help="Create and check the contract of a model.", no_args_is_help=True)

INVALID = 1  # the exit code for a contract that has problems
USAGE = 2  # typer's own, for a wrong command line

ContractFile = Annotated[Path, typer.Argument(help="The contract, a YAML file.", exists=True, dir_okay=False)]
ImageOption = Annotated[
    str,
    typer.Option(
        "--image",
        metavar="ALGORITHM[:VERSION]",
        help="The built-in image that serves the model, such as xgboost:1.7-1; or `own` for a container of your own.",
    ),
]


@app.callback()
def commands() -> None:
    """Create and check the contract of a model."""


@app.command()
def check(  # noqa: PLR0913 - one parameter per option
    contract: ContractFile,
    *,
    model: Annotated[
        Path | None, typer.Option(help="The model: a model.tar.gz, or a file of XGBoost.", exists=True, dir_okay=False)
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Rows to predict: CSV, Parquet or JSON Lines.", exists=True, dir_okay=False)] = None,
    predictions: Annotated[Path | None, typer.Option(help="The predictions expected for --data.", exists=True, dir_okay=False)] = None,
    tolerance: Annotated[float, typer.Option(help="The relative difference that is accepted; 0 compares the last digit.", min=0.0)] = 0.0,
    image: ImageOption = "xgboost",
    outputs: Annotated[
        str | None, typer.Option(help="SAGEMAKER_INFERENCE_OUTPUT of the built-in XGBoost image, as model.environment sets it.")
    ] = None,
    one_variant: Annotated[bool, typer.Option("--one-variant", help="The endpoint is serverless or asynchronous.")] = False,
    multi_model: Annotated[bool, typer.Option("--multi-model", help="The endpoint serves several models.")] = False,
    adapter: Annotated[bool, typer.Option("--adapter", help="An adapter creates the model's rows and the predictions.")] = False,
    drift: Annotated[bool, typer.Option("--drift", help="The deployment sets monitoring.drift, which needs summaries.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the problems as JSON.")] = False,
    junit: Annotated[Path | None, typer.Option(help="Write a JUnit report to this file.")] = None,
) -> None:
    """Report every problem of a contract, as the plan would, with line and column; with --model, also where the model disagrees with it.

    With --data and --predictions, the handler and the model predict the rows here, and every prediction must be the expected one.
    Exits with 0 if there is no problem, with 1 if there is one, and with 2 if the command line is wrong.
    """
    if (data is None) != (predictions is None) or (data and not model):
        raise typer.BadParameter("--data needs --predictions and --model.")
    parsed = parsed_image(image)
    checks = CheckRun(contract, rules.Serving(parsed.algorithm, outputs, not one_variant, multi_model, adapter, drift), parsed)
    if model:
        checks.compare_model(model)
    if data and predictions:
        checks.compare_predictions(data, predictions, tolerance)
    if junit:
        junit.write_text(report.as_junit(checks.parts, checks.findings), encoding="utf-8")
    if as_json:
        typer.echo(report.as_json(checks.parts, checks.findings))
    else:
        typer.echo("\n".join(map(str, checks.findings)) or f"{contract}: no problems")
    if checks.findings:
        raise typer.Exit(INVALID)


def parsed_image(text: str) -> Image:
    """Return the image that an option names. Raises typer's BadParameter."""
    try:
        return parse_image(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--image") from None


@app.command()
def infer(  # noqa: PLR0913 - one parameter per option
    data: Annotated[Path, typer.Argument(help="The training data: CSV, Parquet or JSON Lines.", exists=True, dir_okay=False)],
    *,
    target: Annotated[str, typer.Option(help="The column that the model predicts.")],
    model: Annotated[
        Path | None, typer.Option(help="The model: a model.tar.gz, or a file of XGBoost.", exists=True, dir_okay=False)
    ] = None,
    pipeline: Annotated[
        Path | None,
        typer.Option(
            help="A fitted pipeline of scikit-learn, by joblib or pickle. Loading it runs code from the file: only load your own.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    datetime: Annotated[list[str] | None, typer.Option(help="A column that is a date or a time. Repeat the option for several.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="A column that is not a feature. Repeat the option for several.")] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The contract to write.", dir_okay=False)] = Path("contract.yaml"),
    artifact: Annotated[
        Path | None, typer.Option(help="Write the pipeline's booster as a model.tar.gz for SageMaker.", dir_okay=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing contract.")] = False,
) -> None:
    """Draft a contract from training data, and from the model or the pipeline if one is given.

    Exits with 0 if a draft was written, with 1 if none can be made, and with 2 if the command line is wrong.
    """
    from .draft.command import DraftRun  # 0.25 s, most of it polars, which the other commands do not need

    if model and pipeline:
        raise typer.BadParameter("--model and --pipeline: a pipeline contains its model. Set one of them.")
    if output.exists() and not force:
        raise typer.BadParameter(f"{output} exists. Set another --output, or --force to replace it.")
    run = DraftRun(data, target, datetime or [], ignore or [])
    try:
        draft = run.from_pipeline(pipeline, artifact) if pipeline else run.from_model(model)
    except ValueError as error:
        typer.echo(f"{error.path if isinstance(error, FileError) else data}: {error}", err=True)
        raise typer.Exit(INVALID) from None
    output.write_text(draft, encoding="utf-8")
    typer.echo(f"wrote {output}. Review its comments, then run: sagemaker-api contract check {output}")


@app.command()
def schema(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the schema to this file.", dir_okay=False)] = None,
) -> None:
    """Print the JSON Schema of a contract, for editors."""
    text = json.dumps(contract_schema.schema(), indent=2) + "\n"
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        typer.echo(text, nl=False)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The contract that clients use.", exists=True, dir_okay=False)],
    new: Annotated[Path, typer.Argument(help="The contract that will replace it.", exists=True, dir_okay=False)],
    *,
    image: ImageOption = "xgboost",
    adapter: Annotated[bool, typer.Option("--adapter", help="An adapter creates the model's rows and the predictions.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the changes as JSON.")] = False,
) -> None:
    """Report which clients break with a new contract, by semantic versioning: major, minor or patch.

    Exits with 0 if no client breaks, with 1 if the change is major, and with 2 if a contract has problems.
    """
    serving = rules.Serving(parsed_image(image).algorithm, adapter=adapter)
    before, after = _valid(old, serving), _valid(new, serving)
    found = difference.changes(before.settings or {}, after.settings or {})
    level = difference.level(found)
    if as_json:
        changes = [{"level": change.level, "line": after.document.place(change.path).line, "message": change.message} for change in found]
        typer.echo(json.dumps({"level": level, "changes": changes}, indent=2, ensure_ascii=False))
    else:
        for change in found:
            place = after.document.place(change.path)
            typer.echo(f"{new}:{place.line}:{place.column}: {change.level}: {change.message}")
        typer.echo(level)
    if level == difference.MAJOR:
        raise typer.Exit(INVALID)


def _valid(path: Path, serving: rules.Serving) -> rules.Checked:
    """Return a contract. Exits with 2 if it has problems."""
    checked = rules.check_file(path, serving)
    for problem in checked.problems:
        typer.echo(f"{path}:{problem.place.line}:{problem.place.column}: {problem.message}", err=True)
    if checked.problems:
        raise typer.Exit(USAGE)
    return checked
