"""The sandbox's answers to injected faults that it cannot inject."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sagemaker_sandbox.testing import documents, faults

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def no_faults() -> Iterator[None]:
    yield
    faults.clear_faults()


def rejected(given: object) -> str:
    with pytest.raises(documents.DocumentError) as error:
        faults.set_faults(given, lambda name: name == "mine")
    assert faults.next_fault("mine") is None
    return str(error.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "must be an object, not null"),
        ("timeout", 'must be an object, not "timeout"'),
        ([[]], "/0: must be an object, not []"),
        ({}, "/fault: is missing; it must be one of access_denied, body, "),
        ({"fault": "nope"}, "/fault: must be one of access_denied, body, "),
        ({"fault": ["timeout"]}, "/fault: must be one of access_denied, body, "),
        ({"fault": "timeout", "times": "1"}, '/times: must be a whole number, 1 or more, or null for no limit, not "1"'),
        ({"fault": "timeout", "times": 0}, "/times: must be a whole number, 1 or more"),
        ({"fault": "timeout", "times": True}, "/times: must be a whole number, 1 or more"),
        ({"fault": "timeout", "times": 1.5}, "/times: must be a whole number, 1 or more"),
        ({"fault": "timeout", "tmies": 1}, "/tmies: is not a member here; did you mean times?"),
        ({"fault": "timeout", "after": -1}, "/after: must be a whole number, 0 or more, not -1"),
        ({"fault": "timeout", "after": None}, "/after: must be a whole number, 0 or more, not null"),
        ({"fault": "timeout", "seconds": "2"}, '/seconds: must be a number of seconds, 0 or more, not "2"'),
        ({"fault": "timeout", "seconds": float("nan")}, "/seconds: must be a number of seconds, 0 or more, not NaN"),
        ({"fault": "timeout", "status": 400}, "/status: is not a member here; the members are fault, endpoint, after, times, seconds"),
        ({"fault": "access_denied", "message": "no"}, "/message: is not a member here; the members are fault, endpoint, after, times"),
        ({"fault": "throttling", "status": 500}, "/status: must be 400 or 429, not 500"),
        ({"fault": "internal_failure", "status": 200}, "/status: must be a status from 400 to 599, not 200"),
        ({"fault": "model_error", "status": 42}, "/status: must be a status from 200 to 599, or 0 for a timeout, not 42"),
        ({"fault": "model_error", "message": 1}, "/message: must be a string, not 1"),
        ({"fault": "body", "body": {"a": 1}}, '/body: must be a string, not {"a": 1}'),
        ({"fault": "timeout", "endpoint": ""}, '/endpoint: must be the name of an endpoint, or *, not ""'),
        ({"fault": "timeout", "endpoint": 1}, "/endpoint: must be the name of an endpoint, or *, not 1"),
        ({"fault": "timeout", "endpoint": "Mine"}, '/endpoint: there is no endpoint "Mine"; * stands for any'),
        (
            [{"fault": "timeout"}, {"fault": "timeout", "times": 0, "after": "x"}],
            '/1/after: must be a whole number, 0 or more, not "x"; /1/times: ',
        ),
    ],
    ids=json.dumps,
)
def test_an_invalid_fault_is_rejected_with_a_message_that_names_the_member(given: object, message: str) -> None:
    assert rejected(given).startswith(message)


@pytest.mark.parametrize(
    "given",
    [
        {"fault": "timeout"},
        {"fault": "timeout", "endpoint": "mine", "times": None, "after": 0, "seconds": 0.5},
        {"fault": "model_error", "endpoint": "*", "status": 0, "message": "late", "times": 3},
        {"fault": "throttling", "status": 429},
        [{"fault": "body", "body": "x", "content_type": "text/csv"}],
    ],
    ids=json.dumps,
)
def test_a_valid_fault_is_injected(given: object) -> None:
    faults.set_faults(given, lambda name: name == "mine")
    assert faults.next_fault("mine") is not None


def test_an_empty_list_removes_all_faults() -> None:
    faults.set_faults({"fault": "timeout"}, lambda _: True)
    faults.set_faults([], lambda _: True)
    assert faults.next_fault("mine") is None
