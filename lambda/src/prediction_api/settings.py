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


class SettingsError(ValueError):
    """The environment is not usable; the message names every variable that is wrong, and how."""


class Limits:
    """Sizes in instances, rows and bytes; ``timeout_ms`` is that of one attempt on the endpoint."""

    instances: int
    call_rows: int
    call_bytes: int
    concurrency: int
    timeout_ms: int
    attempts: int

    def __init__(self, values: Mapping[str, int]) -> None:
        self.__dict__.update(values)


class Settings:
    """What the environment says."""

    limits: Limits
    contract: Contract

    def __init__(self, environment: Mapping[str, str], fetch: Fetch) -> None:
        """Read the variables; ``fetch(bucket, key)`` gets a contract that is too large for the environment.

        Raises SettingsError with all faults at once.
        """
        faults: list[str] = []
        self.endpoint = environment.get("ENDPOINT_NAME", "")
        self.namespace = environment.get("METRICS_NAMESPACE", "")
        self.adapter = environment.get("ADAPTER", "")
        self.off = bool(environment.get("ENDPOINT_OFF"))
        self.queue = _object("ASYNC", environment.get("ASYNC") or "{}", faults)
        if not self.endpoint:
            faults.append("ENDPOINT_NAME is not set")
        self._limit(environment.get("LIMITS", ""), faults)
        self._contract(environment.get("CONTRACT", ""), fetch, faults)
        if faults:
            raise SettingsError("; ".join(faults))

    def _limit(self, text: str, faults: list[str]) -> None:
        values = _object("LIMITS", text, faults)
        known = Limits.__annotations__
        wrong = [name for name in known if type(values.get(name)) is not int or values[name] < 1]
        faults += [f"LIMITS: {name} must be a whole number above 0" for name in wrong]
        faults += [f"LIMITS: {name} is not known" for name in sorted(set(values) - set(known))]
        if not wrong:
            self.limits = Limits(values)

    def _contract(self, text: str, fetch: Fetch, faults: list[str]) -> None:
        try:
            bucket, _, key = text.removeprefix("s3://").partition("/")
            packed = fetch(bucket, key) if text.startswith("s3://") else b64decode(text, validate=True)
            self.contract = load(json.loads(decompress(packed)))
        except ContractError as error:
            faults += [f"CONTRACT: {fault}" for fault in error.faults]
        except (ValueError, OSError, EOFError) as error:
            faults.append(f"CONTRACT is not gzipped JSON in base64, or s3://bucket/key of it: {type(error).__name__}")
            return
        if not faults and not self.contract.model_columns and not self.adapter:
            faults.append("CONTRACT: columns is empty, and there is no ADAPTER to make them")


def _object(name: str, text: str, faults: list[str]) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except (ValueError, TypeError):
        faults.append(f"{name} is not a JSON object")
        return {}
