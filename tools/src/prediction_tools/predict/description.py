# SPDX-License-Identifier: Apache-2.0
"""An API as its OpenAPI document or its contract describes it: features, the name of its output, and the rows that a request may have."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import yaml
from prediction_api.contract import ContractError

from prediction_tools import contract_file

from .errors import PredictError
from .messages import Request

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from .exchange import Exchange

PREDICTION = "prediction"


@dataclass(frozen=True)
class Description:
    """An API. ``features`` is None where they are not known; ``labels`` name the classes of probabilities."""

    features: tuple[str, ...] | None = None
    required: frozenset[str] = frozenset()
    output: str = PREDICTION
    labels: tuple[str, ...] = ()
    rows: int | None = None


def of_contract(path: Path) -> Description:
    """Return what a contract file says. Raises PredictError if it is not valid."""
    try:
        contract = contract_file.read(path)
    except (ContractError, yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        raise PredictError(f"{path}: {error}") from None
    required = frozenset(one.name for one in contract.features if one.default is None and not one.optional)
    return Description(
        tuple(one.name for one in contract.features), required, contract.output_name or PREDICTION, tuple(contract.labels or ())
    )


def of_api(exchange: Exchange) -> Description:
    """Return what an API says of itself at GET /openapi.json. Raises PredictError if it rejects the request."""
    response = exchange.request(Request("GET", "/openapi.json"))
    if response.status == HTTPStatus.NOT_FOUND:
        raise PredictError(f"GET /openapi.json: {response.explanation}. Check the URL, or give the contract with --contract.")
    if response.status != HTTPStatus.OK:
        raise PredictError(f"GET /openapi.json: {response.explanation}")
    return of_document(response.document)


def of_document(document: dict[str, Any]) -> Description:
    """Return what an OpenAPI document says. Raises PredictError if it is not that of a prediction API."""
    try:
        schemas = document["components"]["schemas"]
        instance, prediction = schemas["Instance"], schemas["Prediction"]
        instances = schemas["PredictionRequest"]["properties"]["instances"]
        label = prediction.get("properties", {}).get("label", {})
        return Description(
            tuple(instance["properties"]),
            frozenset(instance.get("required", ())),
            prediction.get("title") or PREDICTION,
            tuple(label.get("enum", ())),
            instances.get("maxItems"),
        )
    except (KeyError, TypeError, AttributeError):
        shown = json.dumps(document)[:80]
        raise PredictError(f"GET /openapi.json did not return the document of a prediction API, but {shown}") from None
