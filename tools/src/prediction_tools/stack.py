# SPDX-License-Identifier: Apache-2.0
"""The APIs of an applied Terraform configuration: addresses, keys and commands, from its outputs. Standard library only.

An API in the sandbox answers at the sandbox's address, although Terraform's outputs contain the one that AWS would give it.
"""

from __future__ import annotations

import json
import shlex
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any

SANDBOX_ACCOUNT = ":000000000000:"  # in ARNs; no AWS account has this ID


class StackError(Exception):
    """There is no API to show. The message says why, and what to do."""


@dataclass(frozen=True)
class Api:
    """The outputs of one call of the module; ``url`` is the address of the stage where the API answers."""

    outputs: Mapping[str, Any]
    url: str

    @property
    def key(self) -> str:
        """The API key, or an empty text if requests are signed."""
        return self.outputs.get("api_key") or ""

    @property
    def sample(self) -> str:
        """A valid request, or an empty text if the configuration does not pass it on."""
        return self.outputs.get("sample_request") or ""

    def document(self) -> dict[str, Any]:
        """Return the OpenAPI document with the address of its server, so that it can be saved anywhere. Raises StackError.

        Terraform's output, which is known while the API is planned, gives the address relative to it (OpenAPI 3.0.3, Server Object).
        The API itself puts the address of each request in the document.
        """
        text = self.outputs.get("openapi")
        if not text:
            raise StackError("the configuration does not pass on the output openapi of the module")
        document: dict[str, Any] = json.loads(text)
        return document | {"servers": [{"url": self.url}]}

    def exports(self) -> list[str]:
        """Return the lines that a POSIX shell evaluates. PREDICTION_API_KEY is where sagemaker-api predict finds the key."""
        values = {"URL": self.url, "KEY": self.key, "BODY": self.sample, "PREDICTION_API_KEY": self.key}
        return [f"export {name}={shlex.quote(value)}" for name, value in values.items() if value]

    def commands(self) -> dict[str, str]:
        """Return commands to paste, by what they do."""
        body = shlex.quote(self.sample or '{"instances": []}')
        region = self.outputs["predictions_url"].split(".")[2] if "execute-api" in self.outputs["predictions_url"] else "REGION"
        shown = (
            f"-H {shlex.quote(f'x-api-key: {self.key}')}"
            if self.key
            else f'--aws-sigv4 aws:amz:{region}:execute-api --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"'
            ' -H "x-amz-security-token: $AWS_SESSION_TOKEN"'
        )
        access = f"--key {shlex.quote(self.key)}" if self.key else "--iam"
        found = {
            "request a prediction": f'curl {shown} -H "content-type: application/json" -d {body} {shlex.quote(f"{self.url}/predictions")}',
            "predict a file": f"sagemaker-api predict {shlex.quote(self.url)} data.csv -o predictions.csv {access}",
        }
        if function := self.outputs.get("function_alias_arn"):
            invoke = f"aws lambda invoke --function-name {function} --cli-binary-format raw-in-base64-out --payload {body} /dev/stdout"
            found["invoke the function"] = invoke
        return found


def apis(folder: Path, sandbox: str | None) -> dict[str, Api]:
    """Return the APIs of the configuration in a folder, by the name of the output that holds them (or the folder's name).

    ``sandbox`` is the address of a running sandbox, if there is one. Raises StackError.
    """
    outputs = {name: output["value"] for name, output in json.loads(_terraform(folder, "output", "-json")).items()}
    found = dict(_described(folder.resolve().name, outputs))
    if not found:
        raise StackError(f"{folder} is not applied, or none of its outputs is predictions_url. Apply it: terraform -chdir={folder} apply")
    if SANDBOX_ACCOUNT not in _terraform(folder, "state", "pull"):
        return {name: Api(one, one["predictions_url"].removesuffix("/predictions")) for name, one in found.items()}
    if not sandbox:
        raise StackError(f"{folder} is applied in the sandbox, which is not running, or its environment is not set: . .sandbox/env")
    stage = f"{sandbox}/_aws/execute-api"
    return {name: Api(one, f"{stage}/{one['rest_api_id']}/{one['stage_name']}") for name, one in found.items()}


def _described(name: str, outputs: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Find the outputs of the module: at the top, or all of them in one output."""
    if outputs.get("predictions_url"):
        yield name, outputs
    for inner, value in outputs.items():
        if isinstance(value, dict) and value.get("predictions_url"):
            yield inner, value


def _terraform(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["terraform", f"-chdir={folder}", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise StackError(f"terraform {arguments[0]} failed in {folder}:\n{done.stderr.strip()}")
    return done.stdout
