"""The environment is read once, and all that is wrong with it is told at once."""

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


def refusal(**variables: str) -> str:
    with pytest.raises(SettingsError) as caught:
        Settings(GOOD | variables, fetch)
    return str(caught.value)


def test_a_good_environment_is_read() -> None:
    settings = Settings(GOOD, fetch)
    assert (settings.endpoint, settings.limits.timeout_ms, settings.contract.output_name) == ("bikes", 10_000, "count")


def test_a_large_contract_comes_from_s3() -> None:
    settings = Settings(GOOD | {"CONTRACT": "s3://artifacts/some/contract.json.gz"}, fetch)
    assert len(settings.contract.features) == 9


def test_an_empty_environment_is_told_all_it_lacks() -> None:
    with pytest.raises(SettingsError, match=r"ENDPOINT_NAME.*LIMITS.*CONTRACT"):
        Settings({}, fetch)


@pytest.mark.parametrize(
    ("limits", "fault"),
    [
        ("[]", "instances must be a whole number above 0"),
        ("1", "LIMITS is not a JSON object"),
        (json.dumps(LIMITS | {"attempts": 0}), "attempts must be a whole number above 0"),
        (json.dumps(LIMITS | {"call_rows": True}), "call_rows must be a whole number above 0"),
        (json.dumps(LIMITS | {"rows": 1}), "rows is not known"),
    ],
)
def test_a_wrong_limit_is_named(limits: str, fault: str) -> None:
    assert fault in refusal(LIMITS=limits)


def test_an_asynchronous_endpoints_settings_are_an_object() -> None:
    assert "ASYNC is not a JSON object" in refusal(ASYNC="s3://calls/input")


@pytest.mark.parametrize("packed", ["", "%%%", "aGVsbG8=", base64.b64encode(gzip.compress(b"{", mtime=0)).decode()])
def test_an_unreadable_contract_is_told_as_such(packed: str) -> None:
    assert "CONTRACT is not gzipped JSON" in refusal(CONTRACT=packed)


def test_the_faults_of_the_contract_are_told() -> None:
    assert "no feature has 'price'" in refusal(CONTRACT=pack({**BIKES, "columns": ["price"]}))


def test_a_contract_without_columns_needs_an_adapter() -> None:
    assert "columns is empty" in refusal(CONTRACT=pack({**BIKES, "columns": []}))
