"""`sagemaker-api pipeline`: the steps of a deployment, without AWS."""

from __future__ import annotations

import fcntl
import json
import os
import random
import re
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from generated_stacks import example, served
from prediction_server import KEY, UNAVAILABLE, PredictionServer
from prediction_tools.cli import app
from prediction_tools.pipeline import prices
from prediction_tools.pipeline.errors import PipelineError
from prediction_tools.pipeline.smoke import predict_sample
from prediction_tools.stack import Api
from typer.testing import CliRunner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typer.testing import Result

ROOT = Path(__file__).resolve().parents[2]
ENDPOINT = "aws_sagemaker_endpoint_configuration"
SMALL, LARGE = ({"production_variants": [{"instance_type": "ml.m5.large", "initial_instance_count": count}]} for count in (1, 2))
SERVERLESS = {"production_variants": [{"serverless_config": [{"memory_size_in_mb": 2048, "provisioned_concurrency": 3}]}]}
FUNCTION = {"memory_size": 512, "architectures": ["arm64"]}


def change(kind: str, *actions: str, before: Any = None, after: Any = None, name: str = "this", mode: str = "managed") -> dict[str, Any]:
    return {"address": f"{kind}.{name}", "type": kind, "mode": mode, "change": {"actions": actions, "before": before, "after": after}}


def run(*arguments: str, **variables: str | None) -> Result:
    return CliRunner().invoke(app, ["pipeline", *arguments], env={"PLANS": None, "PLANS_KMS_KEY": None, **variables})


def cost(folder: Path, *changes: dict[str, Any]) -> list[str]:
    (folder / "plan.json").write_text(json.dumps({"resource_changes": changes}))
    done = run("cost", str(folder / "plan.json"))
    assert done.exit_code == 0, done.output
    return [line for line in done.output.splitlines() if line.startswith("| ")][2:]


CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a new endpoint": (
        change(ENDPOINT, "create", after=LARGE),
        [f"| create | `{ENDPOINT}.this` | hour | 2 x ml.m5.large | $0.230 an hour, $168 a month |"],
    ),
    "a replaced endpoint": (
        change(ENDPOINT, "create", "delete", before=SMALL, after=LARGE),
        [
            f"| create | `{ENDPOINT}.this` | hour | 2 x ml.m5.large | $0.230 an hour, $168 a month |",
            f"| destroy | `{ENDPOINT}.this` | hour | 1 x ml.m5.large | $0.115 an hour, $84 a month |",
        ],
    ),
    "a serverless endpoint": (
        change(ENDPOINT, "create", after=SERVERLESS),
        [
            f"| create | `{ENDPOINT}.this` | hour | 3 x 2048 MB kept ready |  |",
            f"| create | `{ENDPOINT}.this` | request | serverless, 2048 MB |  |",
        ],
    ),
    "a function with more memory": (
        change("aws_lambda_function", "update", before=FUNCTION | {"memory_size": 256}, after=FUNCTION),
        [
            "| update from | `aws_lambda_function.this` | request | 256 MB, arm64 | $0.20 a million, and $0.00000333 a second |",
            "| update to | `aws_lambda_function.this` | request | 512 MB, arm64 | $0.20 a million, and $0.00000667 a second |",
        ],
    ),
    "a function with other code": (change("aws_lambda_function", "update", before=FUNCTION, after=FUNCTION | {"handler": "new"}), []),
    "an endpoint that stays": (change(ENDPOINT, "no-op", before=SMALL, after=SMALL), []),
    "a resource that is free": (change("aws_iam_role", "create", after={}), []),
    "a data source": (change("aws_kms_key", "read", after={}, mode="data"), []),
    "an endpoint whose instances are known later": (
        change(ENDPOINT, "create", after={"production_variants": [{"initial_instance_count": 1}]}),
        [f"| create | `{ENDPOINT}.this` | hour | 1 x known after apply |  |"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_cost_note_states(case: str, tmp_path: Path) -> None:
    planned, lines = CASES[case]
    assert cost(tmp_path, planned) == lines


def test_equal_lines_of_the_bill_are_one_line(tmp_path: Path) -> None:
    alarms = [change("aws_cloudwatch_metric_alarm", "create", after={}, name=name) for name in ("first", "second")]
    assert cost(tmp_path, *alarms) == ["| create | 2 x `aws_cloudwatch_metric_alarm` | month | alarm |  |"]


def test_the_prices_are_those_of_the_documentation() -> None:
    page = (ROOT / "docs/calling.md").read_text(encoding="utf-8")
    stated = " ".join(page.partition(f"list prices of {prices.REGION}")[2].split("\n\n")[0].split())
    assert prices.AS_OF in stated
    assert f"`gateway` ${prices.REST_API_MILLION_REQUESTS:.2f} and `request` ${prices.FUNCTION_MILLION_REQUESTS:.2f} a million" in stated
    assert f"`duration` ${prices.FUNCTION_GB_SECOND['arm64']:.10f} a GB-second (Lambda on arm64)" in stated
    assert f"ml.m5.large ${prices.INSTANCE_HOUR['ml.m5.large']} an hour" in stated


def test_every_service_of_the_bill_has_a_page_of_prices() -> None:
    source = (ROOT / "tools/src/prediction_tools/pipeline/billing.py").read_text(encoding="utf-8")
    services = set(re.findall(r'Item\("([^"]+)"', source))
    assert services == set(prices.PAGES)


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a root module without providers, with a secret as its output, as the current folder."""
    (tmp_path / "main.tf").write_text('variable "secret" {\n  type = string\n}\n\noutput "secret" {\n  value = var.secret\n}\n')
    for name in ("one", "two"):
        (tmp_path / f"{name}.tfvars").write_text(f'secret = "secret-{name}"\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def planned(*arguments: str, **variables: str) -> tuple[int, str]:
    """Plan as a runner does; return the exit code and the results."""
    output = Path("output")
    output.write_text("")
    umask = os.umask(0o022)
    try:
        done = run("plan", *arguments, GITHUB_OUTPUT=str(output), **variables)
    finally:
        os.umask(umask)
    return done.exit_code, output.read_text()


@pytest.mark.usefixtures("stack")
def test_a_plan_says_whether_it_changes_anything() -> None:
    assert planned(VAR_FILES="one.tfvars") == (0, "PLAN_CHANGES=true\n")
    subprocess.run(["terraform", "apply", "-input=false", "planned.tfplan"], check=True, capture_output=True)
    assert planned("--var-file=one.tfvars") == (0, "PLAN_CHANGES=false\n")
    assert planned("--var-file=one.tfvars", "--var-file=two.tfvars") == (0, "PLAN_CHANGES=true\n")


def test_a_plan_and_its_json_are_readable_by_their_owner_alone(stack: Path) -> None:
    for name in ("planned.tfplan", "plan.json"):
        (stack / name).touch(mode=0o644)  # of an earlier run
    assert planned(VAR_FILES="one.tfvars")[0] == 0
    assert "secret-one" in (stack / "plan.json").read_text()
    assert [(stack / name).stat().st_mode & 0o777 for name in ("planned.tfplan", "plan.json")] == [0o600, 0o600]


@pytest.mark.usefixtures("stack")
def test_a_plan_reads_each_file_of_variables_in_the_environment() -> None:
    Path("other.tf").write_text('variable "other" {\n  type = string\n}\n')
    Path("other.tfvars").write_text('other = "set"\n')
    assert planned(VAR_FILES="one.tfvars other.tfvars") == (0, "PLAN_CHANGES=true\n")


def test_a_plan_names_a_file_of_variables_that_does_not_exist(stack: Path) -> None:
    done = run("plan", VAR_FILES="one.tfvars none.tfvars")
    assert done.exit_code == 1
    assert done.output.startswith("plan: none.tfvars is not a file of variables. Write paths relative to the root module: ")
    assert not (stack / "planned.tfplan").exists()


@contextmanager
def locked_state() -> Iterator[None]:
    """Lock the local state as another Terraform does: https://developer.hashicorp.com/terraform/language/backend/local"""
    with Path("terraform.tfstate").open("a", encoding="utf-8") as state:
        fcntl.lockf(state, fcntl.LOCK_EX)
        yield


@pytest.mark.usefixtures("stack")
def test_only_a_plan_that_locks_needs_the_lock_of_the_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prediction_tools.pipeline.planned.LOCK_TIMEOUT", "0s")
    with locked_state():
        assert planned("--no-lock", VAR_FILES="one.tfvars") == (0, "PLAN_CHANGES=true\n")
        assert planned(VAR_FILES="one.tfvars", PLAN_LOCK="false") == (0, "PLAN_CHANGES=true\n")
        assert planned(VAR_FILES="one.tfvars") == (1, "")


@pytest.mark.usefixtures("stack")
def test_a_plan_that_fails_has_no_result() -> None:
    assert planned() == (1, "")


REJECTED: dict[str, tuple[tuple[str, ...], str]] = {
    "a plan that is not JSON": (("cost", "{file}"), "cost: {file}: not JSON"),
    "a JSON that is not a plan": (("cost", "{list}"), "cost: this is not the JSON of a plan. Write it with: terraform show -json"),
    "an address that is not a bucket": (
        ("store", "{file}", "--plans=my-bucket", "--kms-key=alias/x"),
        "store: my-bucket is not a folder of a bucket. Write one such as s3://my-terraform-state/plans/bikeshare",
    ),
    "a plan that does not exist": (("store", "{file}.none", "--plans=s3://bucket", "--kms-key=alias/x"), "No such file or directory"),
    "a digest that is empty": (("fetch", "", "{file}", "--plans=s3://bucket"), "fetch: '' is not the digest of a plan"),
    "a stack that is not applied": (("smoke", "{folder}"), "is not applied, or none of its outputs is predictions_url"),
}


@pytest.mark.parametrize("case", REJECTED)
def test_a_step_explains_why_it_cannot_use(case: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no JSON")
    (tmp_path / "list").write_text("[]")
    places = {"{file}": str(tmp_path / "file"), "{list}": str(tmp_path / "list"), "{folder}": str(tmp_path)}

    def placed(text: str) -> str:
        for name, path in places.items():
            text = text.replace(name, path)
        return text

    arguments, message = REJECTED[case]
    done = run(*map(placed, arguments))
    assert done.exit_code == 1
    assert placed(message) in done.output
    assert "Traceback" not in done.output


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PredictionServer]:
    with (
        served({"bikeshare": example("bikeshare")}, random.Random(1), tmp_path_factory.mktemp("stack")) as stacks,  # noqa: S311 - a seed
        PredictionServer(stacks[0].handler) as made,
    ):
        threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        made.shutdown()


def api(server: PredictionServer, key: str = KEY, rows: int = 2) -> Api:
    row = ["2012-06-01 08:00:00", 2, 0, 1, 1, 21.0, 25.0, 60, 10.0]
    sample = json.dumps({"instances": [{"features": row}] * rows})
    return Api({"api_key": key, "sample_request": sample, "predictions_url": f"{server.url}/predictions"}, server.url)


def test_a_smoke_prediction_returns_a_prediction_for_each_row(server: PredictionServer) -> None:
    assert predict_sample(api(server), token="", patience=0) == 2


def after(failures: int) -> Callable[[], Any]:
    """Return the failure of a server that recovers."""
    left = iter([*[(503, UNAVAILABLE, {})] * failures])
    return lambda: next(left, True)


def test_a_smoke_prediction_waits_until_the_api_responds(server: PredictionServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prediction_tools.pipeline.smoke.WAIT_IN_SECONDS", 0)
    monkeypatch.setattr(server, "failure", after(3))
    assert predict_sample(api(server), token="", patience=30) == 2


FAILURES: dict[str, tuple[Any, str]] = {
    "an error": ((500, {"code": "internal", "detail": "It broke."}, {}), "500 internal It broke."),
    "fewer predictions": ((200, {"predictions": [1.0]}, {}), 'the response should have 2 predictions: {"predictions": [1.0]}'),
    "no prediction for a row": ((200, {"predictions": [1.0, None]}, {}), "the response should have 2 predictions"),
    "another document": ((200, {"message": "hello"}, {}), "the response should have 2 predictions"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_a_smoke_prediction_fails_on(case: str, server: PredictionServer, monkeypatch: pytest.MonkeyPatch) -> None:
    response, message = FAILURES[case]
    monkeypatch.setattr(server, "failure", lambda: response)
    with pytest.raises(PipelineError) as error:
        predict_sample(api(server), token="", patience=0)
    assert f"POST {server.url}/predictions: " in str(error.value)
    assert message in str(error.value)
    assert KEY not in str(error.value)


def test_a_smoke_prediction_needs_the_sample_request() -> None:
    with pytest.raises(PipelineError, match="does not pass on the module's output sample_request"):
        predict_sample(Api({}, "https://example.com/v1"), token="", patience=0)
