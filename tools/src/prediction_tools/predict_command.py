# SPDX-License-Identifier: Apache-2.0
"""sagemaker-api predict: predict a file of rows through an API."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from .predict.errors import PredictError
from .predict.exchange import StoppedError
from .predict.run import Job, predict
from .predict.transport import Credentials
from .progress import shown

if TYPE_CHECKING:
    from .predict.run import Summary

STOPPED = 1
SOME_REJECTED = 3
INTERRUPTED = 130  # 128 + SIGINT, as shells count

TARGET = "URL of the API, or the name or ARN of its Lambda function."
KEY = "API key. On the command line, other users of the machine can see it: the variable or --key-file is safer."


def command(  # noqa: PLR0913, PLR0917 - the options of a command
    target: Annotated[str, typer.Argument(help=TARGET)],
    data: Annotated[Path, typer.Argument(help="Rows to predict: .csv, .parquet or .jsonl.", exists=True, dir_okay=False)],
    output: Annotated[Path, typer.Option("--output", "-o", help="Predictions: .csv, .parquet or .jsonl.", dir_okay=False)],
    ids: Annotated[list[str] | None, typer.Option("--id", help="Column to pass through to the output. Repeat it for more.")] = None,
    missing: Annotated[
        list[str] | None, typer.Option(help="Field of a CSV that means a missing value, such as NA. Repeat it for more.")
    ] = None,
    rejected: Annotated[
        Path | None, typer.Option(help="Rows that were rejected, with their errors. [default: OUTPUT.rejected.jsonl]")
    ] = None,
    key: Annotated[str, typer.Option(envvar="PREDICTION_API_KEY", help=KEY, show_default=False)] = "",
    key_file: Annotated[Path | None, typer.Option(help="File that contains the API key.", exists=True, dir_okay=False)] = None,
    token: Annotated[str, typer.Option(envvar="PREDICTION_API_TOKEN", help="Bearer token.", show_default=False)] = "",
    token_file: Annotated[Path | None, typer.Option(help="File that contains the bearer token.", exists=True, dir_okay=False)] = None,
    iam: Annotated[bool, typer.Option("--iam", help="Sign requests with AWS credentials (Signature Version 4).")] = False,
    profile: Annotated[str | None, typer.Option(help="Profile of the AWS credentials.")] = None,
    region: Annotated[str | None, typer.Option(help="Region to sign for, or of the function.")] = None,
    contract: Annotated[Path | None, typer.Option(help="Contract, where the API's document cannot be read.", exists=True)] = None,
    rows: Annotated[int | None, typer.Option(min=1, help="Rows of a request. [default: 500, or what the API allows]")] = None,
    connections: Annotated[int, typer.Option(min=1, max=100, help="Requests at a time.")] = 4,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait for a response.")] = 60,
    patience: Annotated[float, typer.Option(min=0, help="Seconds to retry a request that is throttled or fails.")] = 600,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Start over: replace the output, and forget an unfinished run.")] = False,
) -> None:
    """Predict every row of a file.

    The output has one line per row, in the same order. Rows that the API rejects are in a second file, with line numbers and errors.
    A run that was stopped continues where it was: repeat the command. Exit codes: 0 complete, 1 stopped, 2 wrong command line,
    3 complete with rejected rows, 130 interrupted.
    """
    from .predict.http_access import connect  # httpx, 0.1 s, which the other commands do not need

    console = Console(stderr=True)
    job = Job(data, output, target, tuple(ids or ()), rejected, contract, rows, connections, patience, overwrite, tuple(missing or ()))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end as after Ctrl-C: keep what arrived
    try:
        credentials = Credentials(_secret(key, key_file, "key"), _secret(token, token_file, "token"), iam, profile, region)
        transport = connect(target, credentials, timeout, connections)
        with shown(console) as report:
            summary = predict(job, transport, report, lambda sentence: console.print(sentence, markup=False, highlight=False))
    except PredictError as error:
        console.print(f"predict: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(STOPPED) from None
    except (KeyboardInterrupt, StoppedError):
        console.print("predict: interrupted. Repeat the command to continue.")
        raise typer.Exit(INTERRUPTED) from None
    _conclude(console, job, summary)


def _secret(given: str, file: Path | None, name: str) -> str:
    """Return the secret that was given, directly or in a file. Raises PredictError if it cannot be a header."""
    try:
        secret = file.read_text(encoding="utf-8").strip() if file else given.strip()
    except (OSError, UnicodeDecodeError):
        raise PredictError(f"The file of the {name} cannot be read.") from None
    if not secret.isascii() or (secret and not secret.isprintable()):
        raise PredictError(f"The {name} contains characters that are not allowed in an HTTP header.")
    return secret


def _conclude(console: Console, job: Job, summary: Summary) -> None:
    if not summary.requested:
        console.print(f"{job.output} was complete already: {summary.predicted:,} predictions", highlight=False, soft_wrap=True)
    else:
        console.print(f"{job.output}: {summary.predicted:,} predictions", highlight=False, soft_wrap=True)
    if summary.rejected:
        console.print(f"{job.side_file}: {summary.rejected:,} rejected rows", highlight=False, soft_wrap=True)
        sys.stderr.flush()
        raise typer.Exit(SOME_REJECTED)
