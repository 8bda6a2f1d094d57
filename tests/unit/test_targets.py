"""The inference ID, variant and model of a request, and a disabled endpoint."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from serving import BIKES, ROWS, Context, error

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Endpoint, Function

BODY = json.dumps({"instances": [{"features": ROWS[0]}]})
PREFIX = "x-amzn-sagemaker-"
ID = f"{PREFIX}inference-id"
MODEL = f"{PREFIX}target-model"
VARIANT = f"{PREFIX}target-variant"


def targeted(*targets: str) -> dict[str, Any]:
    return {**BIKES, "payload": {"targets": list(targets)}}


def sent(endpoint: Endpoint, *names: str) -> list[str | None]:
    return [endpoint.calls[-1].headers[name] for name in names]


def test_a_request_is_captured_under_its_id(load: Callable[..., Function], endpoint: Endpoint) -> None:
    _, _, headers = load(BIKES).post(BODY)
    assert (headers[ID], sent(endpoint, ID)) == ("gateway-request", ["gateway-request"])


def test_a_direct_request_is_captured_under_lambdas_id(load: Callable[..., Function], endpoint: Endpoint) -> None:
    load(BIKES)({"instances": [ROWS[0]]})
    assert sent(endpoint, ID) == [Context.aws_request_id]


@pytest.mark.parametrize("name", [ID, "X-Amzn-SageMaker-Inference-Id", "X-AMZN-SAGEMAKER-INFERENCE-ID"])
def test_an_inference_id_of_the_clients_own_is_sent_and_echoed(load: Callable[..., Function], endpoint: Endpoint, name: str) -> None:
    _, _, headers = load(BIKES).post(BODY, **{name: "order 7/b"})
    assert (headers[ID], sent(endpoint, ID)) == ("order 7/b", ["order 7/b"])


def test_every_call_of_a_large_request_has_its_inference_id(load: Callable[..., Function], endpoint: Endpoint) -> None:
    load(BIKES, {"rows_per_call": 1}).post(json.dumps({"instances": ROWS}), **{ID: "order-7"})
    assert [call.headers[ID] for call in endpoint.calls] == ["order-7"] * 3


def test_a_problem_echoes_the_inference_id_too(load: Callable[..., Function]) -> None:
    assert load(BIKES).post("{}", **{ID: "order-7"})[2][ID] == "order-7"


def test_the_log_joins_request_and_inference_id(load: Callable[..., Function], capsys: pytest.CaptureFixture[str]) -> None:
    load(BIKES).post(BODY, **{ID: "order-7"})
    assert json.loads(capsys.readouterr().out) == {
        "level": "INFO",
        "request_id": "gateway-request",
        "inference_id": "order-7",
    }


@pytest.mark.parametrize("identifier", ["", " padded", "x" * 65, "caf\u00e9", "two\nlines"])
def test_an_inference_id_that_sagemaker_would_reject_is_ignored(load: Callable[..., Function], endpoint: Endpoint, identifier: str) -> None:
    status, _, headers = load(BIKES).post(BODY, **{ID: identifier})
    assert (status, headers[ID], sent(endpoint, ID)) == (200, "gateway-request", ["gateway-request"])


def test_a_variant_is_asked_where_the_contract_allows_it(load: Callable[..., Function], endpoint: Endpoint) -> None:
    status, _, _ = load(targeted("variant")).post(BODY, **{VARIANT: "challenger"})
    assert (status, sent(endpoint, VARIANT, MODEL)) == (200, ["challenger", None])


def test_a_contract_with_variants_needs_none(load: Callable[..., Function], endpoint: Endpoint) -> None:
    status, _, _ = load(targeted("variant")).post(BODY)
    assert (status, sent(endpoint, VARIANT)) == (200, [None])


def test_a_model_is_asked_where_the_contract_allows_it(load: Callable[..., Function], endpoint: Endpoint) -> None:
    status, _, _ = load(targeted("model", "variant")).post(BODY, **{MODEL: "berlin/7.tar.gz"})
    assert (status, sent(endpoint, MODEL)) == (200, ["berlin/7.tar.gz"])


def test_a_direct_request_names_its_targets_in_the_event(load: Callable[..., Function], endpoint: Endpoint) -> None:
    event = {"instances": [ROWS[0]], "inference_id": "7", "target_model": "b.tar.gz", "target_variant": "blue"}
    answer = load(targeted("model", "variant"))(event)
    assert (list(answer), sent(endpoint, ID, MODEL, VARIANT)) == (["predictions"], ["7", "b.tar.gz", "blue"])
    assert list(event) == ["instances", "inference_id", "target_model", "target_variant"]


@pytest.mark.parametrize(
    ("targets", "headers", "detail"),
    [
        ((), {VARIANT: "blue"}, f"{VARIANT} is not one of the contract's payload.targets."),
        ((), {"X-Amzn-SageMaker-Target-Model": "a"}, f"{MODEL} is not one of the contract's payload.targets."),
        (("model",), {MODEL: "a", VARIANT: "blue"}, f"{VARIANT} is not one of the contract's payload.targets."),
        (("variant",), {VARIANT: "-blue"}, f"{VARIANT} is malformed."),
        (("variant",), {VARIANT: "b" * 64}, f"{VARIANT} is malformed."),
        (("model",), {MODEL: "a\tb"}, f"{MODEL} is malformed."),
        (("model",), {}, f"{MODEL} is missing."),
        (("model",), {MODEL: ""}, f"{MODEL} is missing."),
        (("variant",), {VARIANT: ""}, f"{VARIANT} is missing."),
    ],
)
def test_a_target_that_cannot_be_chosen_is_rejected(
    load: Callable[..., Function],
    endpoint: Endpoint,
    targets: tuple[str, ...],
    headers: dict[str, str],
    detail: str,
) -> None:
    status, problem, _ = load(targeted(*targets)).post(BODY, **headers)
    assert (status, problem["code"], problem["detail"], endpoint.calls) == (400, "target_invalid", detail, [])


def test_a_direct_request_may_name_a_variant_by_a_number(load: Callable[..., Function], endpoint: Endpoint) -> None:
    answer = load(targeted("variant"))({"instances": [ROWS[0]], "target_variant": 7})
    assert (list(answer), sent(endpoint, VARIANT)) == (["predictions"], ["7"])


def test_a_direct_request_without_its_model_is_rejected(load: Callable[..., Function]) -> None:
    problem = load(targeted("model"))({"instances": [ROWS[0]]})
    assert (problem["code"], problem["detail"]) == ("target_invalid", "target_model is missing.")


@pytest.mark.parametrize("event", [[], "text", None, 7, {}, {"instances": [], "more": 1}])
def test_an_event_that_is_not_a_request_remains_a_direct_one(load: Callable[..., Function], event: Any) -> None:
    assert load(targeted("variant"))(event)["code"] in ("instances_missing", "instances_empty")


@pytest.mark.parametrize(
    "message",
    ["Variant blue of endpoint bikes of account 1 not found.", "Failed to download model data(bucket: b, key: k)."],
)
def test_a_target_that_the_endpoint_lacks_is_an_error_of_the_caller(
    load: Callable[..., Function], endpoint: Endpoint, message: str
) -> None:
    endpoint.reply = lambda _: error(400, "ValidationError", Message=message)
    status, problem, _ = load(targeted("variant")).post(BODY, **{VARIANT: "blue"})
    assert (status, problem["code"]) == (400, "target_unknown")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Endpoint bikes of account 1 not found.", "endpoint_not_found"),
        ("Endpoint bikes is not a multi-model endpoint and does not support target model header.", "endpoint_rejected"),
    ],
)
def test_an_error_of_the_endpoint_is_not_blamed_on_the_target(
    load: Callable[..., Function], endpoint: Endpoint, message: str, code: str
) -> None:
    endpoint.reply = lambda _: error(400, "ValidationError", Message=message)
    status, problem, _ = load(targeted("model")).post(BODY, **{MODEL: "a"})
    assert (status, problem["code"]) == (500, code)


def test_an_endpoint_that_does_not_exist_is_not_found(load: Callable[..., Function], endpoint: Endpoint) -> None:
    endpoint.reply = lambda _: error(400, "ValidationError", Message="Endpoint bikes of account 1 not found.")
    status, problem, _ = load(BIKES).post(BODY)
    assert (status, problem["code"]) == (500, "endpoint_not_found")


def test_an_endpoint_that_is_off_is_not_called(load: Callable[..., Function], endpoint: Endpoint) -> None:
    status, problem, headers = load(BIKES, ENDPOINT_OFF="true").post(BODY)
    assert (status, problem["code"], problem["retryable"], headers.get("retry-after"), endpoint.calls) == (
        503,
        "endpoint_off",
        False,
        None,
        [],
    )


def test_a_wrong_request_is_told_so_while_the_endpoint_is_off(load: Callable[..., Function]) -> None:
    status, problem, _ = load(BIKES, ENDPOINT_OFF="true").post('{"instances": [["hi there", 0, 2]]}')
    assert (status, problem["code"]) == (400, "instances_invalid")
