"""Every row of docs/errors.md, caused in the sandbox and observed by an HTTP client."""

from __future__ import annotations

import io
import json
import time
import zipfile
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost as xgb
from deployments import Deployment
from hosting import archive, eventually
from prediction_api.problems import CODES
from sagemaker_sandbox.testing.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deployments import Answer
    from sagemaker_sandbox.host.control import Sandbox

TIMEOUT_MS = 2000
# named as an image of one's own, which may accept text: here the column of remarks is always missing
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.0-5"
MAIN = f"""
variable "artifact" {{ type = string }}

locals {{
  contract = {{
    features = [
      {{ name = "width", type = "number" }},
      {{ name = "height", type = "number" }},
      {{ name = "remark", type = "string", nullable = true }},
    ]
    columns = ["width", "height", "remark"]
    output  = {{ kind = "multiclass", steps = ["softmax"] }}
  }}
}}

module "trouble" {{
  source   = "../../"
  name     = "trouble"
  model    = {{ artifact = var.artifact, image_uri = "{IMAGE}" }}
  contract = merge(local.contract, {{ payload = {{ targets = ["variant"] }} }})
  handler = {{
    limits = {{ rows_per_request = 5, bytes_per_call = 1000, attempts_per_call = 1, attempt_timeout_in_milliseconds = {TIMEOUT_MS} }}
  }}
}}

module "queue" {{
  source   = "../../"
  name     = "trouble-queue"
  model    = {{ artifact = var.artifact, image_uri = "{IMAGE}" }}
  capacity = {{ async = {{ s3_uri = "s3://trouble/queue" }} }}
  contract = local.contract
}}

output "trouble" {{
  value     = {{ "" = module.trouble, queue = module.queue }}
  sensitive = true
}}
"""
# a layer: an adapter that fails, and a function that breaks the handler before calling it
BROKEN = """
from prediction_api import handler as prediction_handler

def encode(instances):
    raise KeyError("secret")

def decode(predictions):
    return predictions

def handler(event, context):
    prediction_handler.SERVICE = None
    return prediction_handler.handler(event, context)
"""
# the same adapter without the failure: height before width, and an output of its own
ADAPTER = """
def encode(instances):
    if any(one["width"] == one["height"] for one in instances):
        raise ValueError("a square")
    return [[one["height"], one["width"], one["remark"]] for one in instances]

def decode(predictions):
    return [{**one, "sure": max(one["probabilities"]) > 0.5} for one in predictions]
"""
TARGET = "x_amzn_sagemaker_target_variant"
CHATTER = "Traceback of the container at 0x7f"
ROWS = {"instances": [[1, 2, None], {"features": [3, 4, None]}]}
NOWHERE = json.dumps({"input_s3_uri": "s3://a-bucket-that-is-not-there/input", "timeout_in_seconds": 60})
CLASSES = 280_007  # so many probabilities that the response exceeds 6 MB


@dataclass(frozen=True)
class Case:
    """The cause of a problem: a request, an injected fault of the endpoint, or a broken function."""

    code: str
    body: Any = field(default_factory=lambda: ROWS)
    content_type: str = "application/json"
    accept: str = ""
    method: str = "POST"
    target: str = ""
    deployment: str = ""
    path: str = "/predictions"
    operation: tuple[str, str] = ("/predictions", "post")
    fault: dict[str, Any] | None = None
    function: dict[str, Any] | None = None

    def __str__(self) -> str:
        """Name the case after its code."""
        return self.code


def failing(
    code: str,
    kind: str,
    deployment: str = "",
    operation: tuple[str, str] = ("/predictions", "post"),
    **settings: Any,
) -> Case:
    chatter = {"message": CHATTER} if "message" in FAULTS[kind] else {}
    fault = {"fault": kind, **chatter, **settings}
    return Case(code, deployment=deployment, operation=operation, fault=fault)


RESULT = ("/predictions/{id}", "get")
CASES = [
    Case("body_empty", "", "text/csv"),
    Case("body_malformed", '{"instances": [', "application/jsonlines"),
    Case("instances_missing", {"rows": []}, "application/vnd.api+json"),  # the gateway has no model for this type
    Case("instances_empty", {"instances": []}),
    Case("instances_invalid", {"instances": [{"features": []}]}),
    Case("target_invalid", target="no-name-ends-so-"),
    Case("target_unknown", target="nobody"),
    Case("prediction_unknown", deployment="queue", method="GET", path=f"/predictions/{'0' * 32}", operation=RESULT),
    Case("method_not_allowed", method="PUT"),
    Case("accept_unsupported", accept="image/png"),
    Case("too_many_instances", {"instances": [[1, 2, None]] * 6}),
    Case("instance_too_large", {"instances": [[1, 2, "x" * 1000]]}),
    Case(
        "answer_too_large",
        {"instances": [[1, 2, None]]},
        fault={"fault": "body", "body": f"[[0{',0' * CLASSES}]]", "content_type": "application/json"},
    ),
    Case("content_type_unsupported", "<rows/>", "application/xml"),
    failing("model_refused_values", "model_error", status=400),
    failing("model_refused_accept", "model_error", status=406),
    failing("model_refused_size", "model_error", status=413),
    failing("model_refused_content_type", "model_error", status=415),
    Case("internal", function={"Handler": "broken.handler"}),
    Case("adapter_failed", function={"ADAPTER": "broken"}),
    failing("endpoint_access_denied", "access_denied"),
    failing("endpoint_not_found", "no_such_endpoint"),
    failing("endpoint_rejected", "validation_error"),
    failing("model_failed", "model_error", status=500),
    failing("model_failed", "model_error", status=503),
    failing("endpoint_failed", "internal_failure"),
    failing("endpoint_dependency_failed", "internal_dependency"),
    failing("endpoint_unreachable", "connection_reset"),
    failing("answer_count", "short_answer"),
    failing("answer_invalid", "body", body=CHATTER),
    failing("answer_invalid", "body", body="[[NaN], [1]]", content_type="application/json"),
    failing("prediction_failed", "model_error", status=500, deployment="queue", operation=RESULT),
    Case("storage_failed", deployment="queue", function={"ASYNC": NOWHERE}),
    Case(
        "endpoint_not_in_service",
        "",
        method="GET",
        path="/health",
        operation=("/health", "get"),
        function={"ENDPOINT_NAME": "trouble-00000000"},
    ),
    Case("endpoint_off", function={"ENDPOINT_OFF": "true"}),
    failing("model_not_ready", "model_not_ready"),
    failing("endpoint_throttled", "throttling", status=400),
    failing("endpoint_throttled", "throttling", status=429),
    failing("endpoint_unavailable", "service_unavailable"),
    failing("model_timeout", "model_error", status=0),
    failing("model_timeout", "model_error", status=504),
    failing("timeout", "timeout", seconds=2 * TIMEOUT_MS / 1000),
]


def model() -> bytes:
    """Pack a booster of three columns and three classes."""
    training = xgb.DMatrix(np.eye(3), np.arange(3))
    booster = xgb.train({"objective": "multi:softprob", "num_class": 3, "min_child_weight": 0, "nthread": 1}, training, 1)
    return archive(("xgboost-model", bytes(booster.save_raw("ubj"))))


@pytest.fixture(scope="module")
def deployments(sandbox: Sandbox, terraform: Callable[..., Any], client: Callable[..., Any]) -> dict[str, Deployment]:
    client("s3").create_bucket(Bucket="trouble")
    client("s3").put_object(Bucket="trouble", Key="model.tar.gz", Body=model())
    module = terraform("examples/trouble", {"main.tf": MAIN})
    module.apply(artifact="s3://trouble/model.tar.gz")
    return {name: Deployment(outputs, sandbox) for name, outputs in module.output("trouble").items()}


@pytest.fixture(scope="module")
def trouble(deployments: dict[str, Deployment]) -> Deployment:
    return deployments[""]


@pytest.fixture(scope="module")
def layer(client: Callable[..., Any]) -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("python/broken.py", BROKEN)
        made.writestr("python/adapter.py", ADAPTER)
    published = client("lambda").publish_layer_version(LayerName="trouble", Content={"ZipFile": packed.getvalue()})
    return str(published["LayerVersionArn"])


@contextmanager
def replaced(client: Any, name: str, layer: str, changes: dict[str, Any]) -> Iterator[None]:
    """Point the alias that the API calls to a version with other settings or variables."""
    served = client.get_alias(FunctionName=name, Name="live")["FunctionVersion"]
    known = client.get_function_configuration(FunctionName=name, Qualifier=served)
    settings = {"Handler": known["Handler"]} | {key: value for key, value in changes.items() if key in known}
    variables = known["Environment"]["Variables"] | {key: value for key, value in changes.items() if key not in known}
    client.update_function_configuration(FunctionName=name, Layers=[layer], Environment={"Variables": variables}, **settings)
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.05})
    version = client.publish_version(FunctionName=name)["Version"]
    client.get_waiter("function_active_v2").wait(FunctionName=name, Qualifier=version, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})
    client.update_alias(FunctionName=name, Name="live", FunctionVersion=version)
    yield
    client.update_alias(FunctionName=name, Name="live", FunctionVersion=served)


@pytest.fixture(scope="module")
def ask(deployments: dict[str, Deployment], client: Callable[..., Any], layer: str) -> Callable[[Case], Answer]:
    """Cause a case and return the response; wait for an asynchronous one."""

    def send(case: Case) -> Answer:
        deployment = deployments[case.deployment]
        text = case.body if isinstance(case.body, str) else json.dumps(case.body)
        headers = {"content_type": case.content_type, "accept": case.accept, TARGET: case.target}
        return deployment.result(deployment.send(case.method, case.path, text, **headers))

    def ask(case: Case) -> Answer:
        deployment = deployments[case.deployment]
        deployment.fault(*([case.fault] if case.fault else []))
        function = deployment.outputs["function_name"]
        with replaced(client("lambda"), function, layer, case.function) if case.function else nullcontext():
            answer = send(case)
        deployment.fault()
        return answer

    return ask


@pytest.fixture(scope="module")
def documented(deployments: dict[str, Deployment]) -> Callable[..., dict[str, Any]]:
    """Return a problem's example from the API's OpenAPI document."""

    def example(status: int, code: str, case: Case = Case("")) -> dict[str, Any]:
        path, method = case.operation
        responses = json.loads(deployments[case.deployment].outputs["openapi"])["paths"][path][method]["responses"]
        content = responses[str(status)]["content"]["application/problem+json"]
        return dict(content["examples"][code]["value"])

    return example


def test_there_is_a_case_for_every_row_of_the_table() -> None:
    of_public_urls = {"unauthorized", "access_denied", "issuer_failed"}  # tests/unit/test_authorization.py
    assert {case.code for case in CASES} == set(CODES) - of_public_urls


def test_without_an_injected_fault_the_api_predicts(trouble: Deployment) -> None:
    assert trouble.predict(ROWS).status == 200


def test_without_a_failure_an_adapter_computes_the_columns_and_the_predictions(
    trouble: Deployment, client: Callable[..., Any], layer: str
) -> None:
    one, other = [0, 1, None], [1, 0, None]
    plain = trouble.predict({"instances": [one, other]}).document["predictions"]
    with replaced(client("lambda"), trouble.outputs["function_name"], layer, {"ADAPTER": "adapter"}):
        adapted, invalid = trouble.predict({"instances": [one, other]}), trouble.predict({"instances": [one, [1, 1, None]]})
    assert adapted.document["predictions"] == [each | {"sure": max(each["probabilities"]) > 0.5} for each in reversed(plain)]
    assert plain[0] != plain[1]
    assert (invalid.status, invalid.document["detail"]) == (400, "a square")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_client_receives_each_problem_as_it_is_documented(
    ask: Callable[[Case], Answer], documented: Callable[..., dict[str, Any]], case: Case
) -> None:
    definition = CODES[case.code]
    answer = ask(case)
    of_the_case = {"detail": answer.document["detail"], "request_id": answer.headers["x-amzn-requestid"]}
    assert answer.document == documented(definition.status, case.code, case) | of_the_case
    assert (answer.status, answer.document["retryable"]) == (definition.status, definition.retryable)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers.get("retry-after") == (str(definition.retry_after) if definition.retry_after else None)
    assert answer.headers["x-request-id"] == answer.document["request_id"]
    assert CHATTER not in answer.text


def test_the_function_answers_for_a_silent_endpoint_before_the_gateway_does(ask: Callable[[Case], Answer]) -> None:
    start = time.monotonic()
    answer = ask(CASES[-1])
    seconds = time.monotonic() - start
    assert (answer.document["detail"], TIMEOUT_MS <= 1000 * seconds < 28_000) == (CODES["timeout"].detail, True)


GATEWAY = [
    ("api_key_invalid", 403, {"method": "POST", "path": "/predictions", "x_api_key": ""}),
    ("api_key_invalid", 403, {"method": "POST", "path": "/predictions", "x_api_key": "x" * 20}),
    ("route_unknown", 404, {"method": "GET", "path": "/forecasts"}),
    ("content_type_unsupported", 415, {"method": "POST", "path": "/predictions", "body": "{}", "content_encoding": "gzip"}),
    ("method_not_allowed", 405, {"method": "PUT", "path": "/predictions"}),
]


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("body_malformed", '{"instances": [NaN]}'),
        ("body_malformed", '{"instances": ['),
        ("body_malformed", "{'instances': []}"),
        ("instances_missing", '{"rows": []}'),
        ("instances_missing", "[]"),
        ("instances_missing", '{"instances": {}}'),
        ("instances_empty", '{"instances": []}'),
        ("instances_invalid", '{"instances": [{"unknown": 1}]}'),
        ("body_empty", ""),
    ],
)
def test_the_function_answers_for_every_body_that_the_contract_rejects(trouble: Deployment, code: str, body: str) -> None:
    answer = trouble.send("POST", "/predictions", body=body, content_type="application/json")
    assert (answer.status, answer.document["code"]) == (400, code)
    assert bool(answer.document.get("errors")) == (code == "instances_invalid")


@pytest.mark.parametrize(("code", "status", "request_"), GATEWAY)
def test_a_client_receives_the_gateways_own_problems_as_they_are_documented(
    trouble: Deployment, documented: Callable[..., dict[str, Any]], code: str, status: int, request_: Any
) -> None:
    answer = trouble.send(**request_, content_type="application/json")
    of_the_case = {"detail": answer.document["detail"], "request_id": answer.headers["x-amzn-requestid"]}
    assert answer.document == documented(status, code) | of_the_case
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.headers["x-request-id"] == answer.headers["x-amzn-requestid"]


def test_a_client_beyond_its_keys_rate_learns_when_to_come_back(
    trouble: Deployment, documented: Callable[..., dict[str, Any]], client: Callable[..., Any]
) -> None:
    gateway, api = client("apigateway"), trouble.outputs["rest_api_id"]
    plan = next(plan for plan in gateway.get_usage_plans()["items"] if plan["apiStages"][0]["apiId"] == api)

    def limit(**throttle: float) -> None:
        operations = [{"op": "replace", "path": f"/throttle/{name}", "value": str(value)} for name, value in throttle.items()]
        gateway.update_usage_plan(usagePlanId=plan["id"], patchOperations=operations)

    limit(rateLimit=0.01, burstLimit=1)
    try:
        answers = [trouble.predict(ROWS) for _ in range(2)]
    finally:
        limit(**plan["throttle"])
    # its bucket is refilled before the next test
    eventually(lambda: trouble.predict(ROWS).status, lambda status: status == 200)
    throttled = answers[1]
    of_the_case = {"request_id": throttled.headers["x-amzn-requestid"]}
    assert (throttled.status, throttled.document) == (429, documented(429, "throttled") | of_the_case)
    assert (throttled.headers["retry-after"], throttled.headers["x-request-id"]) == ("1", of_the_case["request_id"])


def test_the_access_log_has_a_line_for_an_answer_and_for_an_error(trouble: Deployment, client: Callable[..., Any]) -> None:
    answers = [trouble.predict(ROWS), trouble.send("GET", "/forecasts")]
    expected = {
        answers[0].headers["x-request-id"]: ("/v1/predictions", "200", "200", "-"),
        answers[1].headers["x-request-id"]: ("/v1/forecasts", "404", "-", "MISSING_AUTHENTICATION_TOKEN"),
    }

    def lines() -> dict[str, tuple[str, ...]]:
        events = client("logs").get_paginator("filter_log_events").paginate(logGroupName="/aws/api-gateway/trouble/access")
        found = [json.loads(event["message"]) for page in events for event in page["events"]]
        members = ("path", "status", "integrationStatus", "responseType")
        return {line["requestId"]: tuple(line[name] for name in members) for line in found if line["requestId"] in expected}

    assert eventually(lines, lambda found: len(found) == len(expected)) == expected


def test_a_function_that_does_not_start_is_a_problem_of_the_gateway(ask: Callable[[Case], Answer]) -> None:
    answer = ask(Case("gateway_failed", function={"CONTRACT": "nonsense"}))
    known = (answer.document["code"], answer.document["request_id"])
    assert (answer.status, known) == (502, ("gateway_failed", answer.headers["x-amzn-requestid"]))
