"""The function's environment, read once at init."""

from __future__ import annotations

import json
from base64 import b64decode
from gzip import decompress
from typing import TYPE_CHECKING

from .contract import Contract, ContractError, load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LIMITS = ("instances", "call_rows", "call_bytes", "concurrency", "timeout_ms", "attempts")


class SettingsError(ValueError):
    """The environment is not usable; the message names every variable that is wrong, and how."""


class Limits:
    """Sizes in instances, rows and bytes; ``timeout`` in seconds is that of one attempt on the endpoint."""

    def __init__(self, values: Mapping[str, int]) -> None:
        self.instances = values["instances"]
        self.call_rows = values["call_rows"]
        self.call_bytes = values["call_bytes"]
        self.concurrency = values["concurrency"]
        self.timeout = values["timeout_ms"] / 1000
        self.attempts = values["attempts"]


class Settings:
    """What the environment says."""

    def __init__(self, environment: Mapping[str, str], fetch: Callable[[str, str], bytes]) -> None:
        """Read the variables; ``fetch(bucket, key)`` gets a contract that is too large for the environment.

        Raises SettingsError with all faults at once.
        """
        faults: list[str] = []
        self.endpoint = environment.get("ENDPOINT_NAME", "")
        if not self.endpoint:
            faults.append("ENDPOINT_NAME is not set")
        self.namespace = environment.get("METRICS_NAMESPACE", "")
        self.adapter = environment.get("ADAPTER", "")
        limits = _limits(environment.get("LIMITS", ""), faults)
        contract = _contract(environment.get("CONTRACT", ""), fetch, faults)
        if faults or limits is None or contract is None:
            raise SettingsError("; ".join(faults))
        self.limits: Limits = limits
        self.contract: Contract = contract


def _limits(text: str, faults: list[str]) -> Limits | None:
    try:
        values = json.loads(text)
        wrong = [name for name in LIMITS if type(values.get(name)) is not int or values[name] < 1]
        unknown = sorted(set(values) - set(LIMITS))
    except (ValueError, AttributeError):
        faults.append("LIMITS is not a JSON object")
        return None
    faults += [f"LIMITS: {name} must be a whole number above 0" for name in wrong]
    faults += [f"LIMITS: {name} is not known" for name in unknown]
    return None if wrong or unknown else Limits(values)


def _contract(text: str, fetch: Callable[[str, str], bytes], faults: list[str]) -> Contract | None:
    if not text:
        faults.append("CONTRACT is not set")
        return None
    try:
        if text.startswith("s3://"):
            bucket, _, key = text[5:].partition("/")
            packed = fetch(bucket, key)
        else:
            packed = b64decode(text, validate=True)
        return load(json.loads(decompress(packed)))
    except ContractError as error:
        faults += [f"CONTRACT: {fault}" for fault in error.faults]
    except (ValueError, OSError, EOFError) as error:
        faults.append(f"CONTRACT is not gzipped JSON in base64, or s3://bucket/key of it: {type(error).__name__}")
    return None
