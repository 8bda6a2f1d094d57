"""The bikeshare example in the sandbox: the demo, every client, rejected requests, and destroy."""

import http.client
import json
import math
import shlex
import subprocess
import sys
import tarfile
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import xgboost as xgb
from botocore.exceptions import ClientError
from deployments import inventory
from notebooks import program
from sagemaker_sandbox.host.control import Sandbox

type RootModule = Any  # defined in conftest.py, which cannot be imported

REPOSITORY = Path(__file__).parents[2]
CLIENTS_PYTHON = REPOSITORY / ".venv-clients" / "bin" / "python"
TOLERANCE = 1e-6

OBSERVATIONS = [
    ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027],
    ["2012-12-19 18:00:00", 4, 0, 1, 1, 15.58, 19.695, 50, 23.9994],
    ["2012-12-10 01:00:00", 4, 0, 1, 2, 14.76, 18.94, 100, 0],
]
COLUMNS = [
    [4, 0, 1, 1, 16.4, 20.455, 50, 26.0027, 2012, 12, 19, 2, 17],
    [4, 0, 1, 1, 15.58, 19.695, 50, 23.9994, 2012, 12, 19, 2, 18],
    [4, 0, 1, 2, 14.76, 18.94, 100, 0, 2012, 12, 10, 0, 1],
]
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


class Answer(NamedTuple):
    """An HTTP answer."""

    status: int
    document: Any


@dataclass
class Example:
    """The applied example: its folder, the sandbox, and the demo's output."""

    module: RootModule
    sandbox: Sandbox
    printed: str

    @property
    def tree(self) -> Path:
        return Path(self.module.folder).parents[1]

    def outputs(self) -> dict[str, Any]:
        found: dict[str, Any] = self.module.outputs()
        return found

    def demo(self, **variables: str) -> str:
        return self.run(sys.executable, "examples/bikeshare/demo.py", **variables)

    def run(self, *command: str | Path, **variables: str) -> str:
        module = self.module
        environment = module.environment | module.provider.variables(module.folder) | variables
        done = subprocess.run(command, cwd=self.tree, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def post(self, body: str, outputs: dict[str, Any] | None = None, key: str | None = None) -> Answer:
        known = outputs or self.outputs()
        path = f"/_aws/execute-api/{known['rest_api_id']}/{known['stage_name']}/predictions"
        return post(f"{self.sandbox.url}{path}", {"x-api-key": known["api_key"] if key is None else key}, body)

    def reached(self) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.sandbox.port, timeout=30)
        connection.request("GET", f"/_sandbox/endpoints/{self.module.output('endpoint_name')}/invocations")
        return int(json.load(connection.getresponse())["count"])


def post(url: str, headers: dict[str, str], body: str) -> Answer:
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    headers = {"Content-Type": "application/json"} | {name: value for name, value in headers.items() if value}
    connection.request("POST", parts.path, body, headers)
    answer = connection.getresponse()
    return Answer(answer.status, json.loads(answer.read()))


def request(*observations: list[Any]) -> str:
    return json.dumps({"instances": [{"features": observation} for observation in observations or OBSERVATIONS]})


@pytest.fixture(scope="module")
def copied(sandbox: Sandbox, terraform: Callable[..., RootModule]) -> Example:
    module = terraform("examples/bikeshare")
    tree = module.folder.parents[1]
    (tree / ".sandbox").symlink_to(sandbox.root)  # the demo uses the tests' sandbox as its own
    return Example(module, sandbox, "")


@pytest.fixture(scope="module")
def example(copied: Example) -> Example:
    return replace(copied, printed=copied.demo())


def ask_booster(artifact: Path) -> list[float]:
    """Load the booster itself and predict from the columns."""
    with tarfile.open(artifact) as archive:
        member = archive.extractfile("xgboost-model")
        assert member
        booster = xgb.Booster(model_file=bytearray(member.read()))
    return [math.expm1(float(value)) for value in booster.predict(xgb.DMatrix(np.array(COLUMNS, dtype=np.float32)))]


def predictions_in(printed: str) -> list[float]:
    return [float(line.split()[0]) for line in printed.splitlines() if " bikes for " in line]


@pytest.fixture(scope="module")
def booster_says(example: Example) -> list[float]:
    return ask_booster(example.module.folder / ".build" / "model.tar.gz")


def test_the_demo_does_not_touch_the_state_of_a_real_account(copied: Example) -> None:
    state = copied.module.folder / "terraform.tfstate"
    state.write_text(json.dumps(STATE_OF_A_REAL_ACCOUNT))
    before = state.read_bytes()
    with pytest.raises(AssertionError, match="describes resources in AWS account 123456789012"):
        copied.demo()
    after = state.read_bytes()
    state.unlink()
    assert after == before


def test_the_demo_prints_the_boosters_predictions(example: Example, booster_says: list[float]) -> None:
    assert predictions_in(example.printed) == pytest.approx(booster_says, abs=TOLERANCE, rel=0)


def test_the_curl_line_of_the_demo_works_as_pasted(example: Example, booster_says: list[float]) -> None:
    line = next(line for line in example.printed.splitlines() if line.lstrip().startswith("curl "))
    words = shlex.split(line)
    headers = dict(words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H")
    answer = post(words[-1], headers, words[words.index("-d") + 1])
    assert answer.document["predictions"] == pytest.approx(booster_says[:1], abs=TOLERANCE, rel=0)


def test_a_second_demo_changes_nothing(example: Example) -> None:
    assert "0 added, 0 changed, 0 destroyed" in example.demo()


def test_a_demo_imports_what_an_interrupted_one_has_created(example: Example) -> None:
    # Terraform was interrupted while it created these two, and noted the first.
    lost = ["module.bikeshare.module.handler.aws_lambda_function.this", "module.bikeshare.module.handler.aws_cloudwatch_log_group.this"]
    state = ("terraform", f"-chdir={example.module.folder}", "state")
    before = example.run(*state, "list")
    example.run(*state, "rm", *lost)
    (example.module.folder / ".build" / "unfinished.json").write_text(json.dumps(lost[:1]))
    printed = example.demo()
    assert [line.split(": ")[1] for line in printed.splitlines() if "importing" in line] == lost
    assert example.run(*state, "list") == before


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
    endpoint = example.module.output("endpoint_name")
    answer = client("sagemaker-runtime").invoke_endpoint(EndpointName=endpoint, ContentType="text/csv", Body=CSV)
    lines = answer["Body"].read().decode().split("\n")
    assert [*map(math.expm1, map(float, lines[:-1])), lines[-1]] == [*booster_says, ""]


def test_the_endpoint_rejects_json_as_the_container_does(example: Example, client: Callable[..., Any]) -> None:
    endpoint = example.module.output("endpoint_name")
    with pytest.raises(ClientError) as rejected:
        client("sagemaker-runtime").invoke_endpoint(EndpointName=endpoint, ContentType="application/json", Body=request())
    answer: dict[str, Any] = dict(rejected.value.response)
    assert (answer["Error"]["Code"], answer["OriginalStatusCode"]) == ("ModelError", 415)


def test_a_function_without_permission_to_invoke_says_so_and_apply_restores_it(
    example: Example, client: Callable[..., Any], booster_says: list[float]
) -> None:
    known = example.outputs()
    role = known["function_role_arn"].rpartition("/")[2]
    iam = client("iam")
    policy = iam.get_role_policy(RoleName=role, PolicyName="invoke")["PolicyDocument"]
    elsewhere = json.dumps(policy).replace(":endpoint/bikeshare", ":endpoint/another")
    iam.put_role_policy(RoleName=role, PolicyName="invoke", PolicyDocument=elsewhere)
    response = example.post(request(), known)
    example.module.apply()
    healed = example.post(request(), known)
    assert (response.status, response.document["code"]) == (500, "endpoint_access_denied")
    assert healed.document["predictions"] == pytest.approx(booster_says, abs=TOLERANCE, rel=0)


def test_a_model_trained_on_other_data_replaces_the_old_one(example: Example, booster_says: list[float]) -> None:
    shipped = example.module.folder / "data" / "train_synthetic.csv"
    mine = example.tree / "mine.csv"
    mine.write_text("".join(shipped.read_text().splitlines(keepends=True)[:5000]))
    predictions = predictions_in(example.demo(TRAIN_CSV=str(mine)))
    now = ask_booster(example.module.folder / ".build" / "model.tar.gz")
    assert now != booster_says
    assert predictions == pytest.approx(now, abs=TOLERANCE, rel=0)


def test_the_notebook_deploys_its_model_and_gets_its_predictions(example: Example) -> None:
    urls = f'eval "$({sys.executable} ../urls.py)"'
    code = program(example.module.folder / "bike_rental.ipynb")
    example.run("sh", "-c", f'cd examples/bikeshare && {urls} && exec "$0" -c "$1"', sys.executable, code)


def test_destroy_leaves_nothing(example: Example, client: Callable[..., Any]) -> None:
    known = example.outputs()
    example.module.destroy()
    listed = inventory(client)
    assert [word for word in ("bikeshare", known["rest_api_id"]) if word in listed] == []
