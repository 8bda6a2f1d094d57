"""SageMaker's runtime in the sandbox: the container's bytes, AWS's errors, and injected faults."""

from __future__ import annotations

import io
import json
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from hosting import ACCOUNT, REGION, Hosting, archive, error_of, unique

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.awsrequest import AWSRequest

    type Inject = Callable[..., None]

ROWS = np.random.default_rng(3).random((50, 3))
BOOSTER = xgboost.train({"nthread": 1}, xgboost.DMatrix(ROWS, ROWS.sum(axis=1)), 5)
CSV = "\n".join(",".join(map(str, row)) for row in ROWS[:2].tolist())
SCORES = BOOSTER.predict(xgboost.DMatrix(ROWS[:2])).tolist()


@pytest.fixture(scope="module")
def endpoint(hosting: Hosting) -> str:
    return hosting.start(hosting.config(hosting.model(archive(("xgboost-model", bytes(BOOSTER.save_raw("json")))))))


# ---- answers


def test_the_containers_bytes_are_returned_with_type_and_variant(hosting: Hosting, endpoint: str) -> None:
    answer = hosting.invoke(endpoint, CSV)
    model = hosting.sagemaker.describe_endpoint(EndpointName=endpoint)["ProductionVariants"][0]["VariantName"]
    assert answer["Body"].read() == "".join(f"{score}\n" for score in SCORES).encode()
    assert (answer["ContentType"], answer["InvokedProductionVariant"]) == ("text/csv; charset=utf-8", model)


def test_json_is_returned_if_it_is_accepted(hosting: Hosting, endpoint: str) -> None:
    answer = hosting.invoke(endpoint, CSV, Accept="application/json")
    assert json.loads(answer["Body"].read()) == {"predictions": [{"score": score} for score in SCORES]}


def test_an_empty_body_gets_an_empty_response(hosting: Hosting, endpoint: str) -> None:
    assert hosting.invoke(endpoint, b"")["Body"].read() == b""


def test_a_request_without_a_content_type_is_libsvm(hosting: Hosting, endpoint: str) -> None:
    def remove_content_type(request: AWSRequest, **_: Any) -> None:
        del request.headers["Content-Type"]

    client = hosting.client("sagemaker-runtime")
    client.meta.events.register("before-sign.sagemaker-runtime.InvokeEndpoint", remove_content_type)
    body = " ".join(f"{index}:{value}" for index, value in enumerate(ROWS[0].tolist()))
    answer = client.invoke_endpoint(EndpointName=endpoint, Body=body)["Body"].read()
    client.meta.events.unregister("before-sign.sagemaker-runtime.InvokeEndpoint", remove_content_type)
    assert answer == f"{SCORES[0]}\n".encode()


def test_a_container_error_is_a_model_error_with_the_containers_status_and_message(hosting: Hosting, endpoint: str) -> None:
    error = error_of(lambda: hosting.invoke(endpoint, "{}", ContentType="application/json"))
    words = (
        "application/json is not an accepted ContentType: csv, libsvm, parquet, recordio-protobuf, text/csv, "
        "text/libsvm, text/x-libsvm, application/x-parquet, application/x-recordio-protobuf."
    )
    group = f"/aws/sagemaker/Endpoints/{endpoint}"
    console = f"https://{REGION}.console.aws.amazon.com/cloudwatch/home?region={REGION}#logEventViewer:group={group}"
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert error["Error"] == {
        "Code": "ModelError",
        "Message": f'Received client error (415) from primary with message "{words}". '
        f"See {console} in account {ACCOUNT} for more information.",
    }
    assert {key: error[key] for key in ("OriginalStatusCode", "OriginalMessage", "LogStreamArn")} == {
        "OriginalStatusCode": 415,
        "OriginalMessage": words,
        "LogStreamArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}",
    }


@pytest.mark.parametrize(
    ("body", "parameters", "status"),
    [
        ("1,2,3,4", {}, 400),
        ("a,b,c", {}, 415),
        ("1,2,3", {"Accept": "text/plain"}, 406),
        ("1,2,3", {"Accept": "application/jsonlines"}, 500),
        ("1," * 3_200_000, {}, 413),
    ],
)
def test_each_error_of_the_container_keeps_its_status(
    hosting: Hosting, endpoint: str, body: str, parameters: dict[str, str], status: int
) -> None:
    error = error_of(lambda: hosting.invoke(endpoint, body, **parameters))
    assert (error["Error"]["Code"], error["OriginalStatusCode"]) == ("ModelError", status)


def test_a_response_takes_a_few_milliseconds(hosting: Hosting, endpoint: str) -> None:
    took = []
    for _ in range(30):
        start = time.perf_counter()
        hosting.invoke(endpoint, CSV)["Body"].read()
        took.append(time.perf_counter() - start)
    assert min(took) < 0.05  # the fastest, because the machine may be busy


# ---- endpoint and variant


def test_an_endpoint_that_does_not_exist_is_not_found(hosting: Hosting) -> None:
    error = error_of(lambda: hosting.invoke("absent"))["Error"]
    assert error == {"Code": "ValidationError", "Message": f"Endpoint absent of account {ACCOUNT} not found."}


def test_the_case_of_an_endpoints_name_must_match(hosting: Hosting, endpoint: str) -> None:
    message = error_of(lambda: hosting.invoke(endpoint.lower()))["Error"]["Message"]
    assert message == f"Endpoint {endpoint.lower()} of account {ACCOUNT} not found."


@pytest.mark.parametrize("wait", [True, False])
def test_an_endpoint_that_never_came_into_service_is_not_found(hosting: Hosting, wait: bool) -> None:
    name, config = unique("endpoint"), hosting.config(hosting.model(archive()))
    hosting.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
    if wait:
        assert hosting.settled(name)["EndpointStatus"] == "Failed"
    assert error_of(lambda: hosting.invoke(name))["Error"]["Code"] == "ValidationError"


def test_traffic_follows_the_weights(hosting: Hosting) -> None:
    name = hosting.start(hosting.config(hosting.model(1), hosting.model(2), weights=(3, 1)))
    answers = [hosting.prediction(name) for _ in range(200)]
    assert 20 <= answers.count(2) <= 80


def test_a_request_can_name_its_variant(hosting: Hosting) -> None:
    one, two = hosting.model(1), hosting.model(2)
    name = hosting.start(hosting.config(one, two, weights=(1, 0)))
    answer = hosting.invoke(name, TargetVariant=two)
    assert (float(answer["Body"].read()), answer["InvokedProductionVariant"]) == (2, two)


def test_a_missing_variant_is_rejected(hosting: Hosting, endpoint: str) -> None:
    error = error_of(lambda: hosting.invoke(endpoint, TargetVariant="absent"))
    assert error["Error"]["Code"] == "ValidationError"


# ---- injected faults


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ("model_not_ready", ("ModelNotReadyException", 429)),
        ("throttling", ("ThrottlingException", 400)),
        ("internal_failure", ("InternalFailure", 500)),
        ("service_unavailable", ("ServiceUnavailable", 503)),
        ("internal_dependency", ("InternalDependencyException", 530)),
        ("validation_error", ("ValidationError", 400)),
        ("access_denied", ("AccessDeniedException", 403)),
        ("no_such_endpoint", ("ValidationError", 400)),
    ],
)
def test_an_error_of_sagemaker_itself_never_reaches_the_model(
    hosting: Hosting, endpoint: str, inject: Inject, fault: str, answer: tuple[str, int]
) -> None:
    before = hosting.invocations(endpoint)
    inject({"endpoint": endpoint, "fault": fault})
    error = error_of(lambda: hosting.invoke(endpoint))
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == answer
    assert hosting.invocations(endpoint) == before


def test_throttling_can_be_429(hosting: Hosting, endpoint: str, inject: Inject) -> None:
    inject({"endpoint": endpoint, "fault": "throttling", "status": 429})
    error = error_of(lambda: hosting.invoke(endpoint))
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == ("ThrottlingException", 429)


@pytest.mark.parametrize("status", [400, 406, 413, 415, 500, 503, 504])
def test_a_model_error_can_have_any_status_and_message(hosting: Hosting, endpoint: str, inject: Inject, status: int) -> None:
    inject({"endpoint": endpoint, "fault": "model_error", "status": status, "message": "words"})
    error = error_of(lambda: hosting.invoke(endpoint))
    kind = "client" if status < 500 else "server"
    assert error["Error"]["Message"].startswith(f'Received {kind} error ({status}) from primary with message "words". ')
    assert (error["OriginalStatusCode"], error["OriginalMessage"]) == (status, "words")


def test_a_models_timeout_is_a_model_error_with_status_0(hosting: Hosting, endpoint: str, inject: Inject) -> None:
    inject({"endpoint": endpoint, "fault": "model_error", "status": 0})
    error = error_of(lambda: hosting.invoke(endpoint))
    assert error["OriginalStatusCode"] == 0
    assert error["OriginalMessage"].startswith("Your invocation timed out while waiting for a response")


def test_an_answer_can_be_delayed(hosting: Hosting, endpoint: str, inject: Inject) -> None:
    inject({"endpoint": endpoint, "fault": "timeout", "seconds": 0.3})
    start = time.monotonic()
    hosting.invoke(endpoint)
    assert time.monotonic() - start >= 0.3


def test_a_delayed_answer_lets_the_caller_time_out(hosting: Hosting, endpoint: str, inject: Inject) -> None:
    inject({"endpoint": endpoint, "fault": "timeout", "seconds": 1})
    client = hosting.session("sagemaker-runtime", ACCOUNT, "test", read_timeout=0.2)
    with pytest.raises(ReadTimeoutError):
        hosting.invoke(endpoint, client=client)


def test_a_connection_can_be_reset(hosting: Hosting, endpoint: str, inject: Inject) -> None:
    inject({"endpoint": endpoint, "fault": "connection_reset", "times": 1})
    with pytest.raises(ConnectionClosedError):
        hosting.invoke(endpoint)
    assert hosting.invoke(endpoint)["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_an_answer_can_be_replaced(hosting: Hosting, endpoint: str, inject: Inject) -> None:
    inject({"endpoint": endpoint, "fault": "body", "body": "1e-05,nope", "content_type": "text/csv"})
    answer = hosting.invoke(endpoint)
    assert (answer["Body"].read(), answer["ContentType"]) == (b"1e-05,nope", "text/csv")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/csv", f"{SCORES[0]}\n".encode()),
        ("application/json", json.dumps({"predictions": [{"score": SCORES[0]}]}).encode()),
    ],
)
def test_an_answer_can_lack_a_row(hosting: Hosting, endpoint: str, inject: Inject, accept: str, expected: bytes) -> None:
    inject({"endpoint": endpoint, "fault": "short_answer"})
    assert hosting.invoke(endpoint, CSV, Accept=accept)["Body"].read() == expected


def test_a_fault_can_skip_invocations_and_end_after_a_number_of_times(hosting: Hosting, endpoint: str, inject: Inject) -> None:
    inject({"endpoint": endpoint, "fault": "body", "body": "x", "after": 1, "times": 2})
    answers = [hosting.invoke(endpoint)["Body"].read() == b"x" for _ in range(4)]
    assert answers == [False, True, True, False]


def test_a_fault_can_affect_any_endpoint(hosting: Hosting, endpoint: str, inject: Inject) -> None:
    inject({"fault": "body", "body": "x"})
    assert hosting.invoke(endpoint)["Body"].read() == b"x"


def test_a_fault_of_another_endpoint_has_no_effect(hosting: Hosting, endpoint: str, inject: Inject) -> None:
    inject({"endpoint": hosting.endpoint(), "fault": "internal_failure"})
    assert hosting.invoke(endpoint)["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_faults_occur_one_after_another(hosting: Hosting, endpoint: str, inject: Inject) -> None:
    one = {"endpoint": endpoint, "times": 1}
    inject(one | {"fault": "body", "body": "a"}, one | {"fault": "body", "body": "b"})
    assert [hosting.invoke(endpoint)["Body"].read() for _ in range(2)] == [b"a", b"b"]


def test_an_invalid_fault_is_answered_with_a_problem_and_changes_nothing(hosting: Hosting, endpoint: str, inject: Inject) -> None:
    inject({"fault": "body", "body": "x"})
    status, body = hosting.call(
        "POST", "/_sandbox/faults", [{"fault": "timeout", "times": "1"}, {"fault": "timeout", "endpoint": "absent"}]
    )
    errors = {error["pointer"]: error["detail"] for error in json.loads(body)["errors"]}
    assert (status, errors) == (
        400,
        {
            "/0/times": 'must be a whole number, 1 or more, or null for no limit, not "1"',
            "/1/endpoint": 'there is no endpoint "absent"; * stands for any, also for later ones',
        },
    )
    assert hosting.invoke(endpoint)["Body"].read() == b"x"


@pytest.mark.parametrize(
    ("request_line", "document", "status", "detail"),
    [
        ("POST /_sandbox/faults", b"{", 400, "the body is not JSON: "),
        ("PUT /_sandbox/pace", {"pace": 2, "spede": 1}, 400, "/spede: is not a member here; "),
        ("GET /_sandbox/endpoints/absent/invocations", None, 404, 'there is no endpoint "absent"'),
        ("GET /_sandbox/endpoints/absent/traffic", None, 404, 'there is no endpoint "absent"'),
        ("POST /_sandbox/fault", {}, 404, "POST /_sandbox/fault does not exist. The sandbox has POST /_sandbox/faults, "),
        ("PATCH /_sandbox/faults", {}, 404, "PATCH /_sandbox/faults does not exist. "),
    ],
)
def test_an_invalid_request_to_the_sandbox_itself_is_a_problem(
    hosting: Hosting, request_line: str, document: object, status: int, detail: str
) -> None:
    found, body = hosting.call(*request_line.split(" "), document)
    problem = json.loads(body)
    assert (found, problem["status"]) == (status, status)
    assert problem["detail"].startswith(detail)


def test_invocations_that_reach_the_model_are_counted(hosting: Hosting) -> None:
    name = hosting.endpoint()
    hosting.invoke(name)
    error_of(lambda: hosting.invoke(name, "a,b,c"))
    error_of(lambda: hosting.invoke(name, TargetVariant="absent"))
    assert hosting.invocations(name) == 2


def test_the_models_default_format_can_be_numpy(hosting: Hosting) -> None:
    packed = archive(("xgboost-model", bytes(BOOSTER.save_raw("json"))))
    model = hosting.model(packed, Environment={"SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "application/x-npy"})
    answer = hosting.invoke(hosting.start(hosting.config(model)), CSV)
    assert np.load(io.BytesIO(answer["Body"].read())).tolist() == SCORES
