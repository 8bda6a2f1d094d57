"""Print the URL, key and sample request of an example's API as shell variables, for the place where it is applied.

    eval "$(make urls)"                       of examples/bikeshare
    eval "$(make urls EXAMPLE=asynchronous)"

An API in the sandbox answers at the sandbox's address, although Terraform's outputs contain the one that AWS would give it.
"""

import argparse
import json
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sagemaker_sandbox.host import control

HERE = Path(__file__).resolve().parent
SANDBOX = HERE.parent / ".sandbox"
SANDBOX_ACCOUNT = ":000000000000:"  # in ARNs; no AWS account has this ID


class UrlError(Exception):
    """There is no API to print the URL of. The message says why, and what to do."""


def main() -> int:
    """Print the variables. Return 0, or 1 after printing the error."""
    parser = argparse.ArgumentParser(description="Print the URL, key and sample request of an example's API as shell variables.")
    parser.add_argument("example", nargs="?", default="bikeshare", help="folder in examples (default: %(default)s)")
    example = parser.parse_args().example
    try:
        print("\n".join(exports(variables(example))))
    except UrlError as error:
        print(f"urls: {error}", file=sys.stderr)
        return 1
    return 0


def api(example: str) -> dict[str, Any]:
    """Return the outputs of an example that describe its API. Raises UrlError."""
    outputs = {name: output["value"] for name, output in json.loads(terraform(example, "output", "-json")).items()}
    # Some examples give all outputs of the module in one.
    for found in (outputs, *outputs.values()):
        if isinstance(found, dict) and found.get("predictions_url"):
            return found
    hint = "make demo" if example == "bikeshare" else f"terraform -chdir=examples/{example} apply"
    raise UrlError(f"examples/{example} is not applied. Apply it first: {hint}")


def variables(example: str) -> dict[str, str | None]:
    """Return the variables by name. Raises UrlError, also if the API is in a sandbox that is not running."""
    outputs = api(example)
    url = outputs["predictions_url"].removesuffix("/predictions")
    if SANDBOX_ACCOUNT in terraform(example, "state", "pull"):
        running = control.find(SANDBOX)
        if not running:
            raise UrlError(f"examples/{example} is applied in the sandbox, which is not running. Start over: make demo")
        url = f"{running.url}/_aws/execute-api/{outputs['rest_api_id']}/{outputs['stage_name']}"
    return {"URL": url, "KEY": outputs.get("api_key"), "BODY": outputs.get("sample_request")}


def terraform(example: str, *arguments: str) -> str:
    """Return what Terraform prints. Raises UrlError."""
    done = subprocess.run(["terraform", f"-chdir={HERE / example}", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise UrlError(f"terraform {arguments[0]} failed in examples/{example}:\n{done.stderr.strip()}")
    return done.stdout


def exports(values: Mapping[str, str | None]) -> Iterable[str]:
    """Return the lines that a POSIX shell evaluates."""
    return (f"export {name}={shlex.quote(value)}" for name, value in values.items() if value)


if __name__ == "__main__":
    sys.exit(main())
