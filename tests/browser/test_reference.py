"""GET /docs in a browser: the API reference, by Swagger UI with the API's own document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployments import Deployment

type Show = Callable[..., Any]


@pytest.mark.parametrize("name", ["penguins", "sensors"])
def test_the_reference_lists_every_operation(show: Show, request: pytest.FixtureRequest, name: str) -> None:
    deployment = request.getfixturevalue(name)
    page = show(deployment, "/docs").page
    document = json.loads(deployment.outputs["openapi"])
    operations = [f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item]
    expect(page.locator(".opblock-summary-path")).to_have_count(len(operations))
    parts = "one => ['method', 'path'].map(part => one.querySelector('.opblock-summary-' + part).textContent).join(' ')"
    shown = page.locator(".opblock-summary").evaluate_all(f"all => all.map({parts})")
    assert sorted(text.replace("\u200b", "") for text in shown) == sorted(operations)
    expect(page.locator(".model-title", has_text="Instance").first).to_be_visible()


def test_a_request_from_the_reference_gets_the_apis_prediction(penguins: Deployment, show: Show) -> None:
    page = show(penguins, "/docs").page
    page.click(".auth-wrapper .authorize")
    page.fill(".auth-container input", penguins.outputs["api_key"])
    page.click(".auth-btn-wrapper .authorize")
    page.click(".auth-btn-wrapper .btn-done")
    page.click("#operations-default-predict .opblock-summary-control")
    page.click(".try-out__btn")
    with page.expect_response("**/predictions") as answered:
        page.click(".execute")
    assert answered.value.request.headers["x-api-key"] == penguins.outputs["api_key"]
    assert answered.value.json() == penguins.predict(answered.value.request.post_data).document
    assert answered.value.status == 200


def test_the_files_of_the_reference_are_kept_by_browsers(penguins: Deployment) -> None:
    answer = penguins.send("GET", "/docs/swagger-ui.css", x_api_key="")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", ["swagger_ui.py", "..%2Fswagger_ui.py", "none.js"])
def test_no_other_file_is_served(penguins: Deployment, name: str) -> None:
    answer = penguins.send("GET", f"/docs/{name}", x_api_key="")
    assert (answer.status, answer.document["code"]) == (404, "route_unknown")


def test_the_reference_runs_no_script_but_its_own(penguins: Deployment) -> None:
    answer = penguins.send("GET", "/docs", x_api_key="")
    policy = answer.text.partition('Content-Security-Policy" content="')[2].partition('"')[0]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.text.count('integrity="sha384-') == 2


def test_predictions_still_need_the_key(penguins: Deployment) -> None:
    sample = json.loads(penguins.outputs["sample_request"])
    assert penguins.predict(sample, x_api_key="").status == 403
