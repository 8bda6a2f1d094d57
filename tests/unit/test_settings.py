"""The environment is read once, and all of its problems are reported at once."""

from __future__ import annotations

import base64
import gzip
import json

import pytest
from prediction_api.settings import Settings, SettingsError
from serving import BIKES, LIMITS, pack

GOOD = {"ENDPOINT_NAME": "bikes", "CONTRACT": pack(BIKES), "LIMITS": json.dumps(LIMITS)}


def fetch(bucket: str, key: str) -> bytes:
    assert (bucket, key) == ("artifacts", "some/contract.json.gz")
    return gzip.compress(json.dumps(BIKES).encode())


def message(**variables: str) -> str:
    with pytest.raises(SettingsError) as caught:
        Settings(GOOD | variables, fetch)
    return str(caught.value)


def test_a_good_environment_is_read() -> None:
    settings = Settings(GOOD, fetch)
    assert (settings.endpoint, settings.limits.attempt_timeout_in_milliseconds, settings.contract.output_name) == ("bikes", 10_000, "count")


def test_a_large_contract_comes_from_s3() -> None:
    settings = Settings(GOOD | {"CONTRACT": "s3://artifacts/some/contract.json.gz"}, fetch)
    assert len(settings.contract.features) == 9


def test_everything_that_an_empty_environment_lacks_is_reported() -> None:
    with pytest.raises(SettingsError, match=r"ENDPOINT_NAME.*LIMITS.*CONTRACT"):
        Settings({}, fetch)


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        ("[]", "rows_per_request must be a positive integer"),
        ("1", "LIMITS is not a JSON object"),
        (json.dumps(LIMITS | {"attempts_per_call": 0}), "attempts_per_call must be a positive integer"),
        (json.dumps(LIMITS | {"rows_per_call": True}), "rows_per_call must be a positive integer"),
        (json.dumps(LIMITS | {"rows": 1}), "rows is unknown"),
    ],
)
def test_a_wrong_limit_is_named(limits: str, problem: str) -> None:
    assert problem in message(LIMITS=limits)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("s3://calls/input", "ASYNC is not a JSON object"),
        ("{}", "ASYNC needs input_s3_uri and timeout_in_seconds"),
        ('{"input_s3_uri": "s3://calls/input"}', "ASYNC needs input_s3_uri and timeout_in_seconds"),
        ('{"input_s3_uri": "s3://calls/input", "timeout_in_seconds": 60, "more": 1}', "allows kms_key_arn"),
    ],
)
def test_settings_of_an_asynchronous_endpoint_that_are_wrong_are_reported(text: str, problem: str) -> None:
    assert problem in message(ASYNC=text)


def test_the_settings_of_an_asynchronous_endpoint_are_read() -> None:
    text = '{"input_s3_uri": "s3://calls/input", "timeout_in_seconds": 60, "kms_key_arn": "arn:aws:kms:::key/1"}'
    read = Settings(GOOD | {"ASYNC": text}, fetch).asynchronous
    assert read
    assert (read.input_s3_uri, read.timeout_in_seconds, read.kms_key_arn) == ("s3://calls/input", 60, "arn:aws:kms:::key/1")


@pytest.mark.parametrize("packed", ["", "%%%", "aGVsbG8=", base64.b64encode(gzip.compress(b"{", mtime=0)).decode()])
def test_an_unreadable_contract_is_reported_as_such(packed: str) -> None:
    assert "CONTRACT is neither gzipped JSON" in message(CONTRACT=packed)


def test_problems_of_the_contract_are_reported() -> None:
    assert "no feature provides 'price'" in message(CONTRACT=pack({**BIKES, "columns": ["price"]}))


def test_a_contract_without_columns_needs_an_adapter() -> None:
    assert "columns is empty" in message(CONTRACT=pack({**BIKES, "columns": []}))


@pytest.mark.parametrize(
    ("text", "problem"), [("x", "JWT is not a JSON object"), ('{"issuer": "https://a.example.com"}', "JWT needs issuer, audiences, scopes")]
)
def test_wrong_settings_of_tokens_are_named(text: str, problem: str) -> None:
    assert problem in message(JWT=text)
