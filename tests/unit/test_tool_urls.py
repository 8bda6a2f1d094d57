"""`sagemaker-api urls`: what a stack's state says of its APIs, read by Terraform itself."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import pytest
from prediction_tools.cli import app
from typer.testing import CliRunner

if TYPE_CHECKING:
    from pathlib import Path

AWS = {
    "predictions_url": "https://0a1b2c3d4e.execute-api.eu-west-1.amazonaws.com/v1/predictions",
    "rest_api_id": "0a1b2c3d4e",
    "stage_name": "v1",
    "api_key": "it's a key",
    "function_alias_arn": "arn:aws:lambda:eu-west-1:111122223333:function:bikes:live",
    "sample_request": '{"instances": [[1]]}',
    "openapi": '{"openapi": "3.0.3", "servers": [{"url": "/v1"}]}',
}


def state(folder: Path, outputs: dict[str, Any]) -> Path:
    """Write the state of an applied configuration."""
    written = {name: {"value": value, "type": kind(value), "sensitive": True} for name, value in outputs.items()}
    document = {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "mine", "outputs": written, "resources": []}
    (folder / "terraform.tfstate").write_text(json.dumps(document))
    return folder


def kind(value: Any) -> Any:
    return ["object", {name: kind(one) for name, one in value.items()}] if isinstance(value, dict) else "string"


def urls(folder: Path, *options: str, **variables: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["urls", str(folder), *options], env={"AWS_ENDPOINT_URL": None, **variables})
    return done.exit_code, done.output


def test_the_variables_survive_a_shell(tmp_path: Path) -> None:
    code, printed = urls(state(tmp_path, AWS), "--shell")
    assert code == 0
    assert dict(shlex.split(line)[1].split("=", 1) for line in printed.splitlines()) == {
        "URL": "https://0a1b2c3d4e.execute-api.eu-west-1.amazonaws.com/v1",
        "KEY": "it's a key",
        "BODY": '{"instances": [[1]]}',
        "PREDICTION_API_KEY": "it's a key",
    }


def test_the_commands_contain_address_and_key(tmp_path: Path) -> None:
    _, printed = urls(state(tmp_path, {"bikes": AWS}))
    lines = [line.strip() for line in printed.splitlines()]
    curl, predict, invoke = (
        shlex.split(next(line for line in lines if line.startswith(program))) for program in ("curl ", "sagemaker-api ", "aws ")
    )
    assert (curl[2], curl[-1]) == ("x-api-key: it's a key", AWS["predictions_url"])
    assert predict[2:] == [AWS["predictions_url"].removesuffix("/predictions"), "data.csv", "-o", "predictions.csv", "--key", "it's a key"]
    assert AWS["function_alias_arn"] in invoke


def test_an_api_without_a_key_gets_commands_that_sign(tmp_path: Path) -> None:
    _, printed = urls(state(tmp_path, {name: value for name, value in AWS.items() if name != "api_key"}))
    assert "--aws-sigv4 aws:amz:eu-west-1:execute-api" in printed
    assert "predictions.csv --iam" in printed


def test_an_api_in_the_sandbox_has_the_sandboxes_address(tmp_path: Path) -> None:
    there = AWS | {"function_alias_arn": "arn:aws:lambda:us-east-1:000000000000:function:bikes:live"}
    _, printed = urls(state(tmp_path, there), "--shell", AWS_ENDPOINT_URL="http://127.0.0.1:4566")
    assert "export URL=http://127.0.0.1:4566/_aws/execute-api/0a1b2c3d4e/v1" in printed.splitlines()


def test_a_saved_document_names_the_apis_own_address(tmp_path: Path) -> None:
    code, printed = urls(state(tmp_path, AWS), "--document", str(tmp_path / "openapi.json"))
    assert (code, printed) == (0, "")
    assert json.loads((tmp_path / "openapi.json").read_text()) == {
        "openapi": "3.0.3",
        "servers": [{"url": "https://0a1b2c3d4e.execute-api.eu-west-1.amazonaws.com/v1"}],
    }


@pytest.mark.parametrize(
    ("outputs", "sentence"),
    [
        ({}, "is not applied"),
        ({"a": AWS, "b": AWS}, "choose one with --name: a, b"),
        (AWS | {"function_alias_arn": "arn:aws:lambda:us-east-1:000000000000:function:bikes:live"}, ". .sandbox/env"),
    ],
)
def test_a_stack_without_one_reachable_api_says_so(tmp_path: Path, outputs: dict[str, Any], sentence: str) -> None:
    code, printed = urls(state(tmp_path, outputs), "--shell")
    assert code == 1
    assert sentence in printed
