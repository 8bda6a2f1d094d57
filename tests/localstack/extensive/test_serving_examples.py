"""The examples of each serving mode: they apply, predict what their boosters predict, plan no changes and are destroyed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost as xgb
from deployments import Deployment, inventory, unpack
from hosting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployments import Answer
    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

OBSERVATIONS = [
    ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027],
    ["2011-07-04 05:00:00", 3, 1, 0, 2, 28.7, 32.575, 65, 12.998],
]
COLUMNS = [
    [4, 0, 1, 1, 16.4, 20.455, 50, 26.0027, 2012, 12, 19, 2, 17],
    [3, 1, 0, 2, 28.7, 32.575, 65, 12.998, 2011, 7, 4, 0, 5],
]
BODY = {"instances": [{"features": row} for row in OBSERVATIONS]}
# the stack of all examples, in which the provider alone waits 55 seconds for a bucket's lifecycle to settle
pytestmark = pytest.mark.timeout(600)
MODES = {
    "serverless": "serverless",
    "asynchronous": "async",
    "variants": "instances",
    "shadow": "instances",
    "existing": "existing",
}
CALL = """
module "{0}" {{
  source = "../{0}"
  name   = "way-{0}"
}}

output "{0}" {{
  value     = module.{0}
  sensitive = true
}}
"""
REQUESTS = 120


def of_variants(deployment: Deployment, _: Callable[..., Any]) -> dict[str, int]:
    """Count each variant's requests: of those to both, and of those that name one."""
    before = Counter(deployment.traffic())
    for _ in range(REQUESTS):
        deployment.predict(BODY)
    between = Counter(deployment.traffic())
    for _ in range(REQUESTS):
        deployment.predict(BODY, x_amzn_sagemaker_target_variant="candidate")
    after = Counter(deployment.traffic())
    return {f"of {which}": count for which, count in ((between - before) | {}).items()} | dict(after - between)


def of_shadow(deployment: Deployment, client: Callable[..., Any]) -> dict[str, dict[str, Any]]:
    """Send requests until both variants have received one; return the captured data by variant."""
    bucket, s3 = deployment.outputs["captured_uri"].split("/")[2], client("s3")
    asked = set()

    def captured() -> dict[str, dict[str, Any]]:
        asked.add(deployment.predict(BODY).headers["x-amzn-sagemaker-inference-id"])
        found: dict[str, dict[str, Any]] = {}
        for place in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            text = s3.get_object(Bucket=bucket, Key=place["Key"])["Body"].read().decode()
            for line in map(json.loads, text.splitlines()):
                if line["eventMetadata"]["inferenceId"] in asked:
                    found[place["Key"].split("/")[2]] = line
        return found

    return eventually(captured, lambda found: len(found) > 1)


EVIDENCE: dict[str, Callable[[Deployment, Callable[..., Any]], Any]] = {"variants": of_variants, "shadow": of_shadow}


def of_its_client(module: RootModule) -> list[float]:
    """Run the client of an asynchronous API; return the predictions that it prints."""
    program = module.folder.parent / "clients" / "http_api_asynchronous.py"
    done = subprocess.run([sys.executable, program], env=module.environment, capture_output=True, text=True, check=True)
    return [float(line) for line in done.stdout.split()]


@dataclass
class Seen:
    """Observations of an example while it was applied."""

    serving: dict[str, Any]
    first: Answer
    answer: Answer
    evidence: Any = None


@dataclass
class Stack:
    """All examples in one root module, and the observations between the first apply and the destroy."""

    examples: dict[str, Seen]
    expected: list[float]
    plan: str
    left: list[str]


@pytest.fixture(scope="module")
def stack(sandbox: Sandbox, terraform: Callable[..., RootModule], client: Callable[..., Any]) -> Stack:
    others = "".join(CALL.format(name) for name in MODES if name != "asynchronous")
    module = terraform("examples/asynchronous", {"others.tf": others})
    bikeshare = module.folder.parent / "bikeshare"
    subprocess.run([sys.executable, bikeshare / "train.py"], check=True, capture_output=True)
    module.apply(name="way-asynchronous")
    seen = {}
    all_outputs = module.outputs()
    for name in MODES:
        deployment = Deployment(all_outputs.get(name, all_outputs), sandbox)
        first = deployment.predict(BODY)
        seen[name] = Seen(deployment.outputs["serving"], first, deployment.result(first))
        if name in EVIDENCE:
            seen[name].evidence = EVIDENCE[name](deployment, client)
    seen["asynchronous"].evidence = of_its_client(module)
    plan = module.changes()
    module.destroy()
    listed = inventory(client)
    left = [name for name in MODES if f"way-{name}" in listed]
    booster = unpack((bikeshare / ".build" / "model.tar.gz").read_bytes())
    scores = booster.predict(xgb.DMatrix(np.array(COLUMNS, dtype=np.float32)))
    return Stack(seen, [float(value) for value in np.expm1(scores.astype(float))], plan, left)


@pytest.fixture(scope="module")
def examples(stack: Stack) -> dict[str, Seen]:
    return stack.examples


@pytest.mark.parametrize(("name", "mode"), MODES.items())
def test_the_endpoint_has_the_serving_mode_of_its_example(examples: dict[str, Seen], name: str, mode: str) -> None:
    assert examples[name].serving["mode"] == mode


@pytest.mark.parametrize("name", MODES)
def test_the_api_predicts_what_the_booster_predicts(stack: Stack, name: str) -> None:
    answer = stack.examples[name].answer
    assert (answer.status, answer.document) == (
        200,
        {"predictions": [pytest.approx(value, rel=1e-6) for value in stack.expected]},
    )


def test_the_next_plan_is_empty(stack: Stack) -> None:
    assert stack.plan == ""


def test_destroy_leaves_nothing(stack: Stack) -> None:
    assert stack.left == []


def test_only_an_asynchronous_api_answers_202(examples: dict[str, Seen]) -> None:
    statuses = {name: examples[name].first.status for name in MODES}
    assert statuses == dict.fromkeys(MODES, 200) | {"asynchronous": 202}


def test_the_client_of_an_asynchronous_api_waits_for_the_predictions(examples: dict[str, Seen]) -> None:
    assert examples["asynchronous"].evidence[0] == examples["asynchronous"].answer.document["predictions"][0]


def test_requests_are_distributed_by_the_variants_weights(examples: dict[str, Seen]) -> None:
    counts = examples["variants"].evidence
    assert counts["of stable"] + counts["of candidate"] == REQUESTS
    assert 0 < counts["of candidate"] < REQUESTS / 4


def test_a_request_goes_to_the_variant_that_it_names(examples: dict[str, Seen]) -> None:
    counts = examples["variants"].evidence
    assert {name: count for name, count in counts.items() if not name.startswith("of ")} == {"candidate": REQUESTS}


def test_a_shadow_variants_answers_are_only_in_the_captured_data(examples: dict[str, Seen]) -> None:
    lines = examples["shadow"].evidence
    assert sorted(lines) == ["primary", "shadow"]


def test_captured_data_can_be_read_and_joined(stack: Stack) -> None:
    """The captured data was found by the ID that the client received."""
    captured = stack.examples["shadow"].evidence["primary"]["captureData"]
    request, answer = captured["endpointInput"], captured["endpointOutput"]
    assert (request["encoding"], answer["encoding"]) == ("CSV", "JSON")
    assert [[float(field) for field in line.split(",")] for line in request["data"].split("\n")] == COLUMNS
    scores = [each["score"] for each in json.loads(answer["data"])["predictions"]]
    assert list(np.expm1(scores)) == pytest.approx(stack.expected, rel=1e-6)
