# SPDX-License-Identifier: Apache-2.0
"""sagemaker-api pipeline: plan, cost, store, fetch and smoke."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .pipeline.cost_note import note
from .pipeline.errors import PipelineError
from .pipeline.planned import plan as make
from .stack import StackError, apis

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(help="Steps of a deployment pipeline, besides Terraform's own.", no_args_is_help=True)

FAILED = 1

PlanFile = Annotated[Path, typer.Argument(help="The plan.", dir_okay=False)]
Store = Annotated[str, typer.Option(envvar="PLANS", help="Folder of a bucket in which plans wait, such as s3://bucket/plans.")]
Outputs = Annotated[
    Path | None,
    typer.Option(envvar=["GITHUB_OUTPUT", "PIPELINE_OUTPUT"], help="File to append results to, as lines of NAME=VALUE.", dir_okay=False),
]
VarFiles = Annotated[
    list[str] | None,  # of texts: click splits a variable at white space, but a variable of paths at colons
    typer.Option(envvar="VAR_FILES", help="A file of variables. Repeat the option for several. VAR_FILES: separated by spaces."),
]


@app.callback()
def commands() -> None:
    """Plan, cost, store, fetch and smoke."""


@app.command()
def plan(
    file: PlanFile = Path("planned.tfplan"),
    *,
    document: Annotated[Path, typer.Option("--json", help="File to write the plan to as JSON.", dir_okay=False)] = Path("plan.json"),
    var_file: VarFiles = None,
    lock: Annotated[bool, typer.Option(envvar="PLAN_LOCK", help="Lock the state. A role that only plans cannot.")] = True,
    outputs: Outputs = None,
) -> None:
    """Plan the configuration in this folder. Writes PLAN_CHANGES=true or PLAN_CHANGES=false. Both files contain secrets."""
    with _failing("plan"):
        changes = make(file, document, [Path(one) for one in var_file or []], lock=lock)
        _append(outputs, f"PLAN_CHANGES={str(changes).lower()}\n")


@app.command()
def cost(
    document: Annotated[Path, typer.Argument(help="The plan as JSON.", exists=True, dir_okay=False)] = Path("plan.json"),
    *,
    summary: Annotated[
        Path | None,
        typer.Option(envvar=["GITHUB_STEP_SUMMARY", "PIPELINE_SUMMARY"], help="File to append the note to, in Markdown.", dir_okay=False),
    ] = None,
) -> None:
    """Print which billed resources a plan creates, changes and destroys."""
    with _failing("cost"):
        text = note(_json(document))
        typer.echo(text, nl=False)
        _append(summary, text)


@app.command()
def store(
    file: PlanFile = Path("planned.tfplan"),
    *,
    plans: Store,
    kms_key: Annotated[str, typer.Option(envvar="PLANS_KMS_KEY", help="KMS key to encrypt it by: an ID, an ARN or an alias.")],
    outputs: Outputs = None,
) -> None:
    """Store a plan until it is approved. Writes PLAN_DIGEST=SHA256, by which it is fetched."""
    from .pipeline.plan_store import PlanStore  # botocore, 0.4 s

    with _failing("store"):
        digest = PlanStore.at(plans).store(file, kms_key)
        typer.echo(f"stored the plan {digest}")
        _append(outputs, f"PLAN_DIGEST={digest}\n")


@app.command()
def fetch(
    digest: Annotated[str, typer.Argument(envvar="PLAN_DIGEST", help="The digest that storing the plan has written.")],
    file: PlanFile = Path("planned.tfplan"),
    *,
    plans: Store,
) -> None:
    """Fetch the plan with a digest, and fail if it is any other."""
    from .pipeline.plan_store import PlanStore  # botocore, 0.4 s

    with _failing("fetch"):
        PlanStore.at(plans).fetch(digest, file)
        typer.echo(f"{file} is the plan {digest}")


@app.command()
def smoke(
    folder: Annotated[Path, typer.Argument(help="Folder of the root module.", exists=True, file_okay=False)] = Path(),
    *,
    name: Annotated[str | None, typer.Option(envvar="SMOKE_NAME", help="Output that holds the API. [default: each API]")] = None,
    token: Annotated[str, typer.Option(envvar="PREDICTION_API_TOKEN", help="Bearer token.", show_default=False)] = "",
    patience: Annotated[float, typer.Option(envvar="SMOKE_SECONDS", min=0, help="Seconds to retry.")] = 60,
    endpoint_url: Annotated[str | None, typer.Option(envvar="AWS_ENDPOINT_URL", help="Address of the sandbox.")] = None,
) -> None:
    """Request a prediction of the contract's sample request from each API of an applied stack, with its key or signed."""
    from .pipeline.smoke import predict_sample  # httpx, 0.1 s

    with _failing("smoke"):
        found = {one: api for one, api in apis(folder, endpoint_url).items() if name in (None, "", one)}
        if not found:
            typer.echo(f"smoke: no output of {folder} named {name} holds an API", err=True)
            raise typer.Exit(FAILED)
        for one, api in found.items():
            typer.echo(f"{one}: {api.url} returned {predict_sample(api, token, patience)} prediction(s)")


@contextmanager
def _failing(step: str) -> Iterator[None]:
    """Print what went wrong, and exit with 1."""
    try:
        yield
    except (PipelineError, StackError, OSError) as error:
        typer.echo(f"{step}: {error}", err=True)
        raise typer.Exit(FAILED) from None


def _json(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise PipelineError(f"{path}: not JSON ({error}). Write it with: terraform show -json planned.tfplan") from None
    return found if isinstance(found, dict) else {}


def _append(path: Path | None, text: str) -> None:
    if path:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
