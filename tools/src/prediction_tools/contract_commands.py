"""sagemaker-api contract: infer, check, schema and diff."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .contract import report, rules
from .contract.images import Image, parse_image

app = typer.Typer(help="Create and check the contract of a model.", no_args_is_help=True)

INVALID = 1  # the exit code for a contract that has problems; typer exits with 2 for a wrong command line

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
    image: ImageOption = "xgboost",
    outputs: Annotated[
        str | None, typer.Option(help="SAGEMAKER_INFERENCE_OUTPUT of the built-in XGBoost image, as model.environment sets it.")
    ] = None,
    one_variant: Annotated[bool, typer.Option("--one-variant", help="The endpoint is serverless or asynchronous.")] = False,
    multi_model: Annotated[bool, typer.Option("--multi-model", help="The endpoint serves several models.")] = False,
    adapter: Annotated[bool, typer.Option("--adapter", help="An adapter creates the model's rows and the predictions.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the problems as JSON.")] = False,
    junit: Annotated[Path | None, typer.Option(help="Write a JUnit report to this file.")] = None,
) -> None:
    """Report every problem of a contract, as the plan would, with line and column.

    Exits with 0 if there is none, with 1 if there are problems, and with 2 if the command line is wrong.
    """
    serving = rules.Serving(parsed_image(image).algorithm, outputs, not one_variant, multi_model, adapter)
    checked = rules.check(contract.read_text(encoding="utf-8"), serving)
    parts = ["rules"]
    findings = [
        report.Finding("rules", str(contract), problem.message, problem.place.line, problem.place.column) for problem in checked.problems
    ]
    if junit:
        junit.write_text(report.as_junit(parts, findings), encoding="utf-8")
    if as_json:
        typer.echo(report.as_json(parts, findings))
    else:
        typer.echo("\n".join(map(str, findings)) or f"{contract}: no problems")
    if findings:
        raise typer.Exit(INVALID)


def parsed_image(text: str) -> Image:
    """Return the image that an option names. Raises typer's BadParameter."""
    try:
        return parse_image(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--image") from None
