# SPDX-License-Identifier: Apache-2.0
"""sagemaker-api urls: addresses, keys and commands of an applied Terraform configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from .stack import Api, StackError, apis

FAILED = 1


def command(
    folder: Annotated[Path, typer.Argument(help="Folder of the root module.", exists=True, file_okay=False)] = Path(),
    name: Annotated[str | None, typer.Option(help="Output that holds the API, if there are several.")] = None,
    shell: Annotated[bool, typer.Option("--shell", help='Print variables for a shell: eval "$(sagemaker-api urls --shell)".')] = False,
    document: Annotated[
        Path | None, typer.Option(dir_okay=False, help="File to save the OpenAPI document in, with the API's address as its server.")
    ] = None,
    endpoint_url: Annotated[str | None, typer.Option(envvar="AWS_ENDPOINT_URL", help="Address of the sandbox.")] = None,
) -> None:
    """Print addresses, keys and ready commands of the APIs of a stack, from Terraform's outputs. It prints secrets."""
    try:
        found = apis(folder, endpoint_url)
    except StackError as error:
        typer.echo(f"urls: {error}", err=True)
        raise typer.Exit(FAILED) from None
    chosen = {one: api for one, api in found.items() if name in (None, one)}
    if not chosen or ((shell or document) and len(chosen) > 1):
        typer.echo(f"urls: choose one with --name: {', '.join(found)}", err=True)
        raise typer.Exit(FAILED)
    if document:
        _save(next(iter(chosen.values())), document)
        return
    for one, api in chosen.items():
        typer.echo("\n".join(api.exports()) if shell else _page(one, api))


def _save(api: Api, path: Path) -> None:
    try:
        path.write_text(json.dumps(api.document(), indent=2) + "\n", encoding="utf-8")
    except (StackError, OSError) as error:
        typer.echo(f"urls: {error}", err=True)
        raise typer.Exit(FAILED) from None


def _page(name: str, api: Api) -> str:
    """Return what a person reads."""
    facts = {
        "predictions": f"{api.url}/predictions",
        "document": f"{api.url}/openapi.json",
        "key": api.key or "none: sign requests (Signature Version 4)",
        "function": api.outputs.get("function_alias_arn"),
        "endpoint": api.outputs.get("endpoint_name"),
    }
    lines = [name, *(f"  {label:<12} {value}" for label, value in facts.items() if value)]
    for purpose, text in api.commands().items():
        lines += ["", f"  # {purpose}", f"  {text}"]
    return "\n".join(lines)
