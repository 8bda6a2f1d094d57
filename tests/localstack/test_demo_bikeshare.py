"""The bikeshare example in the sandbox: the demo, every client, rejected requests, and destroy.

``extensive`` has other training data and permissions that drifted, ``interrupted`` a demo that was interrupted.
"""

import json
import math
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bikeshare import COLUMNS, OBSERVATIONS, TOLERANCE, Example, ask_booster, post, predictions_in, request
from botocore.exceptions import ClientError
from deployments import inventory
from notebooks import program
from sagemaker_sandbox.host.control import Sandbox

type RootModule = Any  # defined in conftest.py, which cannot be imported

REPOSITORY = Path(__file__).parents[2]
CLIENTS_PYTHON = REPOSITORY / ".venv-clients" / "bin" / "python"
CSV = "\n".join(",".join(map(str, row)) for row in COLUMNS)

# Terraform's record of the account that it last applied to
STATE_OF_A_REAL_ACCOUNT = {
    "version": 4,
    "terraform_version": "1.11.4",
    "serial": 1,
    "lineage": "real",
    "outputs": {},
    "resources": [
        {
            "mode": "data",
            "type": "aws_caller_identity",
            "name": "current",
            "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
            "instances": [{"schema_version": 0, "attributes": {"account_id": "123456789012", "id": "123456789012"}}],
        }
    ],
}


@pytest.fixture(scope="module")
def copied(sandbox: Sandbox, terraform: Callable[..., RootModule]) -> Example:
    return Example.copied(terraform, sandbox)


@pytest.fixture(scope="module")
def printed(copied: Example) -> str:
    return copied.demo()


@pytest.fixture(scope="module")
def example(copied: Example, printed: str) -> Example:  # noqa: ARG001  the demo has applied it
    return copied


@pytest.fixture(scope="module")
def booster_says(example: Example) -> list[float]:
    return ask_booster(example.artifact)


def test_the_demo_does_not_touch_the_state_of_a_real_account(copied: Example) -> None:
    state = copied.module.folder / "terraform.tfstate"
    state.write_text(json.dumps(STATE_OF_A_REAL_ACCOUNT))
    before = state.read_bytes()
    with pytest.raises(AssertionError, match="describes resources in AWS account 123456789012"):
        copied.demo()
    after = state.read_bytes()
    state.unlink()
    assert after == before


def test_the_demo_prints_the_boosters_predictions(printed: str, booster_says: list[float]) -> None:
    assert predictions_in(printed) == pytest.approx(booster_says, abs=TOLERANCE, rel=0)


def test_the_curl_line_of_the_demo_works_as_pasted(printed: str, booster_says: list[float]) -> None:
    line = next(line for line in printed.splitlines() if line.lstrip().startswith("curl "))
    words = shlex.split(line)
    headers = dict(words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H")
    answer = post(words[-1], headers, words[words.index("-d") + 1])
    assert answer.document["predictions"] == pytest.approx(booster_says[:1], abs=TOLERANCE, rel=0)


def test_a_second_demo_changes_nothing(example: Example) -> None:
    assert "0 added, 0 changed, 0 destroyed" in example.demo()


def test_the_urls_are_those_of_the_sandbox_that_the_example_is_applied_in(example: Example, booster_says: list[float]) -> None:
    urls = f'eval "$({sys.executable} examples/urls.py)"'
    call = 'curl --silent -H "x-api-key: $KEY" -H "content-type: application/json" -d "$BODY" "$URL/predictions"'
    printed = example.run("sh", "-c", f"{urls} && {call}")
    assert json.loads(printed)["predictions"] == pytest.approx(booster_says[:1], abs=TOLERANCE, rel=0)


@pytest.mark.parametrize("program", ["http_api", "lambda_invoke", "boto3_csv", "boto3_json", "sagemaker_sdk"])
def test_every_client_prints_the_boosters_predictions(example: Example, booster_says: list[float], program: str) -> None:
    python = CLIENTS_PYTHON if program == "sagemaker_sdk" else sys.executable
    printed = example.run(python, f"examples/clients/{program}.py").split()
    assert [float(number) for number in printed] == pytest.approx(booster_says, abs=TOLERANCE, rel=0)


def test_one_observation_gets_one_prediction(example: Example, booster_says: list[float]) -> None:
    answer = example.post(request(OBSERVATIONS[1]))
    assert answer.document["predictions"] == pytest.approx(booster_says[1:2], abs=TOLERANCE, rel=0)


def test_a_post_without_a_key_is_rejected_before_the_model(example: Example) -> None:
    before = example.reached()
    answer = example.post(request(), key="")
    assert (answer.status, example.reached()) == (403, before)


def test_the_gateway_rejects_a_body_without_instances(example: Example) -> None:
    before = example.reached()
    answer = example.post('{"rows": []}')
    assert (answer.status, example.reached()) == (400, before)


def test_the_handler_rejects_a_malformed_instance_and_names_it(example: Example) -> None:
    before = example.reached()
    answer = example.post('{"instances":[{"features":["hi there",0,2]}]}')
    pointers = [error["pointer"] for error in answer.document["errors"]]
    assert (answer.status, pointers, example.reached()) == (400, ["/instances/0/features"], before)


def test_the_endpoint_returns_the_containers_bytes_for_csv(example: Example, client: Callable[..., Any], booster_says: list[float]) -> None:
    endpoint = example.outputs["endpoint_name"]
    answer = client("sagemaker-runtime").invoke_endpoint(EndpointName=endpoint, ContentType="text/csv", Body=CSV)
    lines = answer["Body"].read().decode().split("\n")
    assert [*map(math.expm1, map(float, lines[:-1])), lines[-1]] == [*booster_says, ""]


def test_the_endpoint_rejects_json_as_the_container_does(example: Example, client: Callable[..., Any]) -> None:
    endpoint = example.outputs["endpoint_name"]
    with pytest.raises(ClientError) as rejected:
        client("sagemaker-runtime").invoke_endpoint(EndpointName=endpoint, ContentType="application/json", Body=request())
    answer: dict[str, Any] = dict(rejected.value.response)
    assert (answer["Error"]["Code"], answer["OriginalStatusCode"]) == ("ModelError", 415)


def test_the_notebook_deploys_its_model_and_gets_its_predictions(example: Example) -> None:
    urls = f'eval "$({sys.executable} ../urls.py)"'
    code = program(example.module.folder / "bike_rental.ipynb")
    example.run("sh", "-c", f'cd examples/bikeshare && {urls} && exec "$0" -c "$1"', sys.executable, code)


def test_destroy_leaves_nothing(example: Example, client: Callable[..., Any]) -> None:
    known = example.outputs
    example.module.destroy()
    listed = inventory(client)
    assert [word for word in ("bikeshare", known["rest_api_id"]) if word in listed] == []
