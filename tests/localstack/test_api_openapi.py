"""The API's own documentation is correct: valid, served, and its examples are what a client receives."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import validate
from schema_requests import requests_without_a_finding

if TYPE_CHECKING:
    from pathlib import Path

    from deployments import Deployment

type Json = Any

FEWEST_REQUESTS = 150


@pytest.fixture(scope="module")
def document(penguins: Deployment) -> Json:
    return penguins.send("GET", "/openapi.json").document


@pytest.fixture(scope="module")
def operation(document: Json) -> Json:
    return document["paths"]["/predictions"]["post"]


def shape(value: Json) -> Json:
    """Return a value in which each scalar is replaced by its type."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value]
    return float if isinstance(value, int | float) else type(value)


def test_the_api_serves_the_document_that_is_an_output(penguins: Deployment, document: Json) -> None:
    assert document == json.loads(penguins.outputs["openapi"]) | {"servers": document["servers"]}


def test_the_server_of_a_saved_document_is_the_api(penguins: Deployment, document: Json) -> None:
    (server,) = document["servers"]
    assert server["url"] == f"{penguins.sandbox.url}/_aws/execute-api/{penguins.outputs['rest_api_id']}/{penguins.outputs['stage_name']}"


def test_the_document_is_openapi(document: Json) -> None:
    validate(document)
    assert document["openapi"].startswith("3.0.")


def test_the_response_to_an_example_request_has_the_shape_of_the_example(penguins: Deployment, operation: Json) -> None:
    request = operation["requestBody"]["content"]["application/json"]["examples"]["named"]["value"]
    answer = penguins.predict(request)
    assert answer.status == 200
    assert shape(answer.document) == shape(operation["responses"]["200"]["content"]["application/json"]["example"])


def test_the_response_to_an_example_request_matches_its_schema(penguins: Deployment, document: Json, operation: Json) -> None:
    request = operation["requestBody"]["content"]["application/json"]["examples"]["named"]["value"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    OAS30Validator(document | schema).validate(penguins.predict(request).document)


def test_the_columns_of_an_answer_in_csv_are_those_of_the_example(penguins: Deployment, operation: Json) -> None:
    request = operation["requestBody"]["content"]["application/json"]["examples"]["named"]["value"]
    example = operation["responses"]["200"]["content"]["text/csv"]["example"]
    answer = penguins.predict(request, accept="text/csv")
    assert answer.text.splitlines()[0] == example.splitlines()[0]


@pytest.mark.parametrize(("place", "content_type"), [(0, "text/csv"), (1, "application/jsonlines")])
def test_example_bodies_in_other_formats_mean_the_same_as_the_json(
    penguins: Deployment, operation: Json, place: int, content_type: str
) -> None:
    request = operation["requestBody"]["content"]["application/json"]["examples"]["named"]["value"]
    shown = re.findall(r"```\n(.*?)\n```", operation["requestBody"]["description"], re.DOTALL)
    assert penguins.predict(shown[place], content_type).document == penguins.predict(request).document


def test_schemathesis_finds_nothing_wrong(penguins: Deployment, tmp_path: Path) -> None:
    # ``extensive`` generates more requests
    assert requests_without_a_finding(penguins, tmp_path, examples=10) > FEWEST_REQUESTS
