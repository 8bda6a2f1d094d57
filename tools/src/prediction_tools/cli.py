# SPDX-License-Identifier: Apache-2.0
"""The command sagemaker-api. Each group of sub-commands is a module; this one only names them."""

from __future__ import annotations

import typer

from . import contract_commands, pipeline_commands, predict_command, urls_command

app = typer.Typer(
    name="sagemaker-api",
    help="From a trained model to a prediction API on SageMaker.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(contract_commands.app, name="contract")
app.add_typer(pipeline_commands.app, name="pipeline")
app.command("predict")(predict_command.command)
app.command("urls")(urls_command.command)


def main() -> None:
    """Run the command. Exits with the code that the sub-command sets."""
    app()
