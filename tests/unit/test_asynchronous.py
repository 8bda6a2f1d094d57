"""An asynchronous endpoint: a request is answered by a receipt, and the receipt's id by the predictions."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import expm1
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from serving import BIKES, ROWS, Call, Reply, error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from serving import Endpoint, Function

ASYNC = {"input_s3_uri": "s3://calls/bikes/input", "timeout_in_seconds": 900}
BODY = json.dumps({"instances": [{"features": ROWS[0]}]})
THREE = json.dumps({"instances": ROWS})
ID = "[0-9a-f]{32}"
NO_SUCH_KEY = (404, "NoSuchKey", "The specified key does not exist.")
NOT_LISTED = (403, "AccessDenied", "User: arn is not authorized to perform: s3:ListBucket on resource: calls")
NOT_READ = (403, "AccessDenied", "User: arn is not authorized to perform: s3:GetObject on resource: calls")
NO_KEY = (403, "AccessDenied", "User: arn is not authorized to perform: kms:Decrypt on the resource")
FULL = (503, "SlowDown", "Please reduce your request rate.")


class Bucket(ThreadingHTTPServer):
    """S3: objects by their path, and what it says of those that are not there."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects: dict[str, bytes] = {}
        self.headers: dict[str, Any] = {}
        self.absent = NO_SUCH_KEY
        self.failure: tuple[int, str, str] | None = None

    def names(self, pattern: str) -> list[str]:
        return [name for name in self.objects if re.fullmatch(pattern, name)]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Bucket

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.failure is None:
            self.server.objects[self.key] = content
            self.server.headers[self.key] = self.headers
        self.answer(self.server.failure)

    def do_GET(self) -> None:
        self.answer(
            self.server.failure or (None if self.key in self.server.objects else self.server.absent),
            self.server.objects.get(self.key, b""),
        )

    @property
    def key(self) -> str:
        return unquote(self.path.partition("?")[0])

    def answer(self, failure: tuple[int, str, str] | None, content: bytes = b"") -> None:
        if failure:
            content = f"<Error><Code>{failure[1]}</Code><Message>{failure[2]}</Message></Error>".encode()
        self.send_response(failure[0] if failure else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """Return the S3 that boto3 calls."""
    with Bucket() as made:
        threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{made.server_address[1]}")
        yield made
        made.shutdown()


def queued(call: Call) -> Reply:
    """Answer as an asynchronous endpoint does: the result will be named after the input."""
    name = call.headers["X-Amzn-SageMaker-InputLocation"].rpartition("/")[2]
    headers = {
        "X-Amzn-SageMaker-OutputLocation": f"s3://calls/bikes/output/{name}.out",
        "X-Amzn-SageMaker-FailureLocation": f"s3://calls/bikes/failure/{name}-error.out",
    }
    return Reply(b'{"InferenceId": "7"}', 202, tuple(headers.items()))


@pytest.fixture
def later(load: Callable[..., Function], endpoint: Endpoint, bucket: Bucket) -> Callable[..., Function]:
    """Return a function that loads the handler in front of an asynchronous endpoint."""
    assert bucket
    endpoint.reply = queued

    def later(contract: Any = BIKES, limits: dict[str, int] | None = None, **variables: str) -> Function:
        return load(contract, limits, **{"ASYNC": json.dumps(ASYNC), **variables})

    return later


def fetch(function: Function, identifier: str, accept: str = "") -> tuple[int, Any, dict[str, str]]:
    """Ask for predictions as API Gateway's REST proxy would."""
    answer = function(
        {
            "path": f"/predictions/{identifier}",
            "httpMethod": "GET",
            "headers": {"Accept": accept} if accept else {},
            "requestContext": {"requestId": "second-request"},
            "body": None,
        }
    )
    text = answer["body"]
    return (
        answer["statusCode"],
        json.loads(text) if "json" in answer["headers"]["content-type"] else text,
        answer["headers"],
    )


def work(bucket: Bucket, endpoint: Endpoint, kind: str = "output") -> None:
    """Process the stored requests as SageMaker would."""
    for call in endpoint.calls:
        place = call.headers["X-Amzn-SageMaker-InputLocation"].removeprefix("s3:/")
        rows = bucket.objects[place].count(b"\n") + 1
        name = place.rpartition("/")[2]
        end = ".out" if kind == "output" else "-error.out"
        scores = [{"score": index / 4} for index in range(rows)]
        bucket.objects[f"/calls/bikes/{kind}/{name}{end}"] = json.dumps({"predictions": scores}).encode()


def test_a_request_is_answered_by_a_receipt(later: Callable[..., Function]) -> None:
    status, receipt, headers = later().post(BODY)
    assert status == 202
    assert re.fullmatch(ID, receipt["id"])
    assert receipt["location"] == f"/predictions/{receipt['id']}"
    assert headers == {
        "content-type": "application/json",
        "x-request-id": "gateway-request",
        "location": f"predictions/{receipt['id']}",
        "retry-after": "5",
        "x-amzn-sagemaker-inference-id": "gateway-request",
    }


def test_the_model_gets_the_declared_columns_by_way_of_s3(later: Callable[..., Function], endpoint: Endpoint, bucket: Bucket) -> None:
    later().post(BODY)
    call = endpoint.calls[0]
    place = call.headers["X-Amzn-SageMaker-InputLocation"]
    assert re.fullmatch(f"s3://calls/bikes/input/{ID}", place)
    assert bucket.objects[place.removeprefix("s3:/")] == b"4,0,1,1,16.4,20.455,50,26.0027,2012,12,19,2,17"
    named = ("Content-Type", "Accept", "InvocationTimeoutSeconds", "Inference-Id")
    assert [call.headers[f"X-Amzn-SageMaker-{name}"] for name in named] == [
        "text/csv",
        "application/json",
        "900",
        "gateway-request",
    ]


def test_the_predictions_are_there_when_the_model_is_done(later: Callable[..., Function], endpoint: Endpoint, bucket: Bucket) -> None:
    function = later()
    _, receipt, _ = function.post(THREE)
    work(bucket, endpoint)
    status, answer, headers = fetch(function, receipt["id"])
    assert (status, answer) == (200, {"predictions": [0.0, expm1(0.25), expm1(0.5)]})
    assert headers == {
        "content-type": "application/json",
        "x-request-id": "second-request",
        "x-amzn-sagemaker-inference-id": "gateway-request",
    }


@pytest.mark.parametrize("absent", [NO_SUCH_KEY, NOT_LISTED])
def test_a_client_is_asked_to_wait_until_then(later: Callable[..., Function], bucket: Bucket, absent: tuple[int, str, str]) -> None:
    function = later()
    _, receipt, _ = function.post(BODY)
    bucket.absent = absent
    status, answer, headers = fetch(function, receipt["id"])
    assert (status, answer) == (202, receipt)
    assert headers == {
        "content-type": "application/json",
        "x-request-id": "second-request",
        "x-amzn-sagemaker-inference-id": "gateway-request",
        "retry-after": "5",
    }


def test_predictions_are_fetched_as_csv_too(later: Callable[..., Function], endpoint: Endpoint, bucket: Bucket) -> None:
    function = later()
    _, receipt, _ = function.post(BODY)
    work(bucket, endpoint)
    assert fetch(function, receipt["id"], "text/csv")[:2] == (200, "count\n0.0\n")


def test_a_large_request_is_several_calls_and_one_answer_in_order(
    later: Callable[..., Function], endpoint: Endpoint, bucket: Bucket
) -> None:
    function = later(limits={"rows_per_call": 2})
    _, receipt, _ = function.post(THREE)
    work(bucket, endpoint)
    assert (len(endpoint.calls), fetch(function, receipt["id"])[1]) == (
        2,
        {"predictions": [0.0, expm1(0.25), 0.0]},
    )


def test_there_is_no_answer_before_every_call_has_its_result(later: Callable[..., Function], endpoint: Endpoint, bucket: Bucket) -> None:
    function = later(limits={"rows_per_call": 2})
    _, receipt, _ = function.post(THREE)
    work(bucket, endpoint)
    del bucket.objects[bucket.names(".*/output/.*")[1]]
    assert fetch(function, receipt["id"])[0] == 202


def test_a_direct_invocation_gets_the_receipt_and_fetches_by_its_id(
    later: Callable[..., Function], endpoint: Endpoint, bucket: Bucket
) -> None:
    function = later()
    receipt = function({"instances": [ROWS[0]]})
    assert function({"id": receipt["id"]}) == receipt
    work(bucket, endpoint)
    assert function({"id": receipt["id"]}) == {"predictions": [0.0]}


@pytest.mark.parametrize("identifier", ["0" * 32, "", "x", "../../output/a.out", f"{'0' * 31}/", "predictions", "%2e%2e", f"{'0' * 32}\n"])
@pytest.mark.parametrize("absent", [NO_SUCH_KEY, NOT_LISTED])
def test_an_unknown_id_is_not_found(later: Callable[..., Function], bucket: Bucket, identifier: str, absent: tuple[int, str, str]) -> None:
    bucket.absent = absent
    function = later()
    status, problem, _ = fetch(function, identifier)
    assert (status, problem["code"]) == (404, "prediction_unknown")
    assert function({"id": identifier})["code"] == "prediction_unknown"


def test_a_request_is_forgotten_when_no_result_can_come_any_more(later: Callable[..., Function], bucket: Bucket) -> None:
    function = later()
    _, receipt, _ = function.post(BODY)
    (name,) = bucket.names(".*/receipts/.*")
    made, *calls = json.loads(bucket.objects[name])
    bucket.objects[name] = json.dumps([made - 21_600 - 901, *calls]).encode()
    assert fetch(function, receipt["id"])[1]["code"] == "prediction_unknown"


def test_a_result_is_not_read_by_another_contract_than_the_request_s(
    later: Callable[..., Function], endpoint: Endpoint, bucket: Bucket
) -> None:
    _, receipt, _ = later().post(BODY)
    work(bucket, endpoint)
    status, problem, _ = fetch(later({**BIKES, "output": {"steps": ["exp"]}}), receipt["id"])
    assert (status, problem["code"]) == (404, "prediction_unknown")
    assert problem["detail"] == "The contract's output has changed since the request was made."


def test_rows_are_counted_when_they_are_sent_and_not_again(
    later: Callable[..., Function], endpoint: Endpoint, bucket: Bucket, capsys: pytest.CaptureFixture[str]
) -> None:
    function = later(METRICS_NAMESPACE="bikes")
    _, receipt, _ = function.post(THREE)
    work(bucket, endpoint)
    fetch(function, receipt["id"])
    assert [json.loads(line)["Rows"] for line in capsys.readouterr().out.splitlines()] == [3, 0]


def test_a_receipt_s_place_is_relative_to_the_path_that_was_asked(later: Callable[..., Function]) -> None:
    event = {"httpMethod": "POST", "path": "/predictions/", "requestContext": {"requestId": "r"}, "body": BODY}
    answer = later()(event)
    assert answer["headers"]["location"] == json.loads(answer["body"])["id"]


def test_a_failure_of_the_model_is_told_without_its_words(
    later: Callable[..., Function], endpoint: Endpoint, bucket: Bucket, capsys: pytest.CaptureFixture[str]
) -> None:
    function = later()
    _, receipt, _ = function.post(BODY)
    work(bucket, endpoint, "failure")
    (name,) = bucket.names(".*/failure/.*")
    bucket.objects[name] = b"Received server error (500) from primary with message secret"
    status, problem, _ = fetch(function, receipt["id"])
    logged = capsys.readouterr().out
    assert (status, problem["code"], problem["retryable"]) == (502, "prediction_failed", False)
    assert ("secret" in logged + json.dumps(problem), json.loads(logged)["failures"]) == (False, [f"s3:/{name}"])


@pytest.mark.parametrize(("body", "code"), [(b"0.5\n0.5\n", "answer_count"), (b"nan", "answer_invalid"), (b"", "answer_count")])
def test_a_result_is_checked_as_an_answer_is(
    later: Callable[..., Function], endpoint: Endpoint, bucket: Bucket, body: bytes, code: str
) -> None:
    function = later()
    _, receipt, _ = function.post(BODY)
    work(bucket, endpoint)
    bucket.objects[bucket.names(".*/output/.*")[0]] = body
    status, problem, _ = fetch(function, receipt["id"])
    assert (status, problem["code"]) == (502, code)


def test_a_request_that_s3_does_not_store_fails(later: Callable[..., Function], endpoint: Endpoint, bucket: Bucket) -> None:
    bucket.failure = FULL
    status, problem, _ = later(limits={"attempts_per_call": 1}).post(BODY)
    assert (status, problem["code"], problem["retryable"], endpoint.calls) == (502, "storage_failed", True, [])


@pytest.mark.parametrize("failure", [FULL, NO_KEY, NOT_READ])
def test_a_result_that_s3_does_not_return_is_not_reported_as_missing(
    later: Callable[..., Function], bucket: Bucket, failure: tuple[int, str, str]
) -> None:
    function = later()
    _, receipt, _ = function.post(BODY)
    bucket.failure = failure
    assert fetch(function, receipt["id"])[1]["code"] == "storage_failed"


def test_a_denied_put_is_not_reported_as_a_missing_object(later: Callable[..., Function], bucket: Bucket) -> None:
    bucket.failure = (403, "AccessDenied", "Access Denied")
    assert later(limits={"attempts_per_call": 1}).post(BODY)[1]["code"] == "storage_failed"


def test_a_retryable_error_is_retried(later: Callable[..., Function], endpoint: Endpoint, bucket: Bucket) -> None:
    replies = iter([error(503, "ServiceUnavailable")])
    endpoint.reply = lambda call: next(replies, None) or queued(call)
    assert (later().post(BODY)[0], len(endpoint.calls), len(bucket.names(f"/calls/bikes/input/{ID}"))) == (202, 2, 2)


def test_an_error_of_the_endpoint_is_returned(later: Callable[..., Function], endpoint: Endpoint) -> None:
    endpoint.reply = lambda _: error(403, "AccessDeniedException")
    assert later().post(BODY)[1]["code"] == "endpoint_access_denied"


def test_requests_and_receipts_are_encrypted_with_the_key(later: Callable[..., Function], bucket: Bucket) -> None:
    later(ASYNC=json.dumps({**ASYNC, "kms_key_arn": "arn:aws:kms:eu-west-1:1:key/2"})).post(BODY)
    assert [headers["x-amz-server-side-encryption-aws-kms-key-id"] for headers in bucket.headers.values()] == [
        "arn:aws:kms:eu-west-1:1:key/2"
    ] * 2


def test_results_of_an_endpoint_that_is_off_can_still_be_fetched(
    later: Callable[..., Function], endpoint: Endpoint, bucket: Bucket
) -> None:
    _, receipt, _ = later().post(BODY)
    work(bucket, endpoint)
    function = later(ENDPOINT_OFF="true")
    assert (function.post(BODY)[1]["code"], fetch(function, receipt["id"])[0]) == ("endpoint_off", 200)


def test_an_adapters_answers_are_fetched_as_it_makes_them(
    later: Callable[..., Function],
    endpoint: Endpoint,
    bucket: Bucket,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = "encode = lambda rows: [[row['temp']] for row in rows]\ndecode = lambda values: [{'x': v} for v in values]"
    (tmp_path / "adapter_of_jobs.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    function = later({**BIKES, "columns": []}, ADAPTER="adapter_of_jobs")
    _, receipt, _ = function.post(BODY)
    work(bucket, endpoint)
    assert fetch(function, receipt["id"])[1] == {"predictions": [{"x": 0.0}]}


@pytest.mark.parametrize("path", ["/predictions", "/predictions/x"])
@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH"])
def test_a_method_that_is_not_served_is_told_those_that_are(later: Callable[..., Function], method: str, path: str) -> None:
    answer = later()({"httpMethod": method, "path": path, "requestContext": {"requestId": "r"}})
    assert (answer["statusCode"], answer["headers"]["allow"]) == (405, "GET, POST")
    assert json.loads(answer["body"])["detail"] == "Use POST to request predictions or GET to fetch them."
