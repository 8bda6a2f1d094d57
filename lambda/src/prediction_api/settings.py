# SPDX-License-Identifier: Apache-2.0
"""The function's environment, read once at init."""

from __future__ import annotations

import json
from base64 import b64decode
from gzip import decompress
from typing import TYPE_CHECKING

from .contract import Contract, ContractError, load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Fetch = Callable[[str, str], bytes]

LIMIT_NAMES = (
    "rows_per_request",
    "rows_per_call",
    "bytes_per_call",
    "concurrent_calls",
    "attempt_timeout_in_milliseconds",
    "attempts_per_call",
)


class SettingsError(ValueError):
    """The environment is unusable; the message names every variable that is wrong and says why."""


class Limits:
    """The limits of a request and of each of its calls to the endpoint, by the names in LIMIT_NAMES."""

    def __init__(self, values: Mapping[str, int]) -> None:
        self.rows_per_request = values["rows_per_request"]
        self.rows_per_call = values["rows_per_call"]
        self.bytes_per_call = values["bytes_per_call"]
        self.concurrent_calls = values["concurrent_calls"]
        self.attempt_timeout_in_milliseconds = values["attempt_timeout_in_milliseconds"]
        self.attempts_per_call = values["attempts_per_call"]


class AsyncSettings:
    """How to use an asynchronous endpoint: where its requests are stored, and how long one may be processed."""

    def __init__(self, input_s3_uri: str, timeout_in_seconds: int, kms_key_arn: str | None = None) -> None:
        self.input_s3_uri = input_s3_uri
        self.timeout_in_seconds = timeout_in_seconds
        self.kms_key_arn = kms_key_arn


class Settings:
    """The function's settings, from its environment variables."""

    def __init__(self, environment: Mapping[str, str], fetch: Fetch) -> None:
        """Read the variables; ``fetch(bucket, key)`` returns a contract that is too large for the environment.

        Raises SettingsError with every problem.
        """
        problems: list[str] = []
        self.endpoint = environment.get("ENDPOINT_NAME", "")
        self.namespace = environment.get("METRICS_NAMESPACE", "")
        self.adapter = environment.get("ADAPTER", "")
        self.cors_origins = environment.get("CORS_ORIGINS", "").split()
        self.http_seconds = _seconds("HTTP_SECONDS", environment.get("HTTP_SECONDS", "28"), problems)
        self.off = bool(environment.get("ENDPOINT_OFF"))
        self.drift_percent = _drift_percent(environment.get("DRIFT", ""), problems)
        self.asynchronous = _asynchronous(environment.get("ASYNC", ""), problems)
        self.tokens = _tokens(environment.get("JWT", ""), problems)
        if not self.endpoint:
            problems.append("ENDPOINT_NAME is not set")
        limits = _limits(environment.get("LIMITS", ""), problems)
        contract = _contract(environment.get("CONTRACT", ""), fetch, problems)
        if contract and not contract.model_columns and not self.adapter:
            problems.append("CONTRACT: columns is empty, and no ADAPTER is set to compute them")
        if problems or not limits or not contract:
            raise SettingsError("; ".join(problems))
        self.limits = limits
        self.contract = contract


def _limits(text: str, problems: list[str]) -> Limits | None:
    values = _object("LIMITS", text, problems)
    wrong = [name for name in LIMIT_NAMES if type(values.get(name)) is not int or values[name] < 1]
    problems += [f"LIMITS: {name} must be a positive integer" for name in wrong]
    problems += [f"LIMITS: {name} is unknown" for name in sorted(set(values) - set(LIMIT_NAMES))]
    return None if wrong else Limits(values)


def _contract(text: str, fetch: Fetch, problems: list[str]) -> Contract | None:
    try:
        bucket, _, key = text.removeprefix("s3://").partition("/")
        packed = fetch(bucket, key) if text.startswith("s3://") else b64decode(text, validate=True)
        return load(json.loads(decompress(packed)))
    except ContractError as error:
        problems += [f"CONTRACT: {problem}" for problem in error.problems]
    except (ValueError, OSError, EOFError) as error:
        problems.append(f"CONTRACT is neither gzipped JSON in base64 nor the s3://bucket/key of gzipped JSON: {type(error).__name__}")
    return None


def _seconds(name: str, text: str, problems: list[str]) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not seconds > 0:
        problems.append(f"{name} is not a positive number")
    return seconds


def _drift_percent(text: str, problems: list[str]) -> float:
    """Return the percentage of the requests whose values are counted; 0 for none."""
    if not text:
        return 0
    percent = _object("DRIFT", text, problems).get("sampling_percent")
    if isinstance(percent, int | float) and 0 < percent <= 100:  # noqa: PLR2004 - percent
        return float(percent)
    problems.append("DRIFT needs sampling_percent, a number above 0 and at most 100")
    return 0


def _asynchronous(text: str, problems: list[str]) -> AsyncSettings | None:
    if not text:
        return None
    values = _object("ASYNC", text, problems)
    try:
        return AsyncSettings(**values)
    except TypeError:
        problems.append("ASYNC needs input_s3_uri and timeout_in_seconds, and allows kms_key_arn")
        return None


def _tokens(text: str, problems: list[str]) -> dict[str, Any] | None:
    if not text:
        return None
    values = _object("JWT", text, problems)
    if values.keys() != {"issuer", "audiences", "scopes", "jwks_uri"}:
        problems.append("JWT needs issuer, audiences, scopes and jwks_uri, and nothing else")
    return values


def _object(name: str, text: str, problems: list[str]) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except (ValueError, TypeError):
        problems.append(f"{name} is not a JSON object")
        return {}
