"""sagemaker-api contract: infer, check, schema and diff."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from prediction_api import contract_file
from prediction_api.contract import ContractError

app = typer.Typer(help="Create and check the contract of a model.", no_args_is_help=True)

INVALID = 1  # the exit code for a contract that has problems; typer exits with 2 for a wrong command line


@app.callback()
def commands() -> None:
    """Create and check the contract of a model."""


@app.command()
def check(contract: Annotated[Path, typer.Argument(help="The contract, a YAML file.", exists=True, dir_okay=False)]) -> None:
    """Report every problem of a contract. Exits with 0 if it has none, and with 1 otherwise."""
    try:
        contract_file.read(contract)
    except ContractError as error:
        for problem in error.problems:
            typer.echo(f"{contract}: {problem}")
        raise typer.Exit(INVALID) from None
    typer.echo(f"{contract}: no problems")
