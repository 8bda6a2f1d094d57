"""GET / in a browser: people predict, look at curves and send files, and see what the API responds."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
from time import monotonic
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from pages import ROWS, draw, file_of_birds, fill, use_every_part
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from deployments import Deployment
    from issuing import Issuer
    from playwright.sync_api import Page, Route

type Json = Any
type Show = Callable[..., Any]

LANGUAGES = ("curl", "Python", "JavaScript")
LARGEST = 100_000  # bytes
BIRD = {
    "island": "Dream", "bill_length_mm": 49.125, "bill_depth_mm": 18, "flipper_length_mm": 196, "body_mass_g": None, "sex": "female",
    "eggs": None, "first_nest": True, "egg_date": "2009-01-01",
}  # fmt: skip


def test_the_form_predicts_what_the_api_predicts(penguins: Deployment, show: Show) -> None:
    opened = show(penguins)
    fill(opened.page, BIRD)
    sent = {name: value for name, value in BIRD.items() if value is not None}
    answer = penguins.predict({"instances": [sent]}).document
    assert opened.predict() == answer
    expect(opened.page.locator("#answer strong")).to_have_text(answer["predictions"][0]["label"])


def test_the_form_starts_with_the_examples_of_the_contract(penguins: Deployment, show: Show) -> None:
    document = json.loads(penguins.outputs["openapi"])
    example = document["paths"]["/predictions"]["post"]["requestBody"]["content"]["application/json"]["examples"]["named"]["value"]
    opened = show(penguins)
    opened.page.click("#predict")
    assert opened.predict() == penguins.predict(example).document


def test_each_feature_has_the_control_of_its_type(penguins: Deployment, show: Show) -> None:
    page = show(penguins).page
    kinds = page.locator("#fields input, #fields select").evaluate_all("all => Object.fromEntries(all.map(one => [one.name, one.type]))")
    assert kinds == {
        "island": "select-one", "bill_length_mm": "number", "bill_depth_mm": "number", "flipper_length_mm": "number",
        "body_mass_g": "number", "sex": "select-one", "eggs": "number", "first_nest": "checkbox", "egg_date": "date",
    }  # fmt: skip
    assert page.get_by_label("bill_length_mm").evaluate("one => [one.min, one.max]") == ["20", "80"]


def test_an_error_of_the_api_appears_at_its_field(penguins: Deployment, show: Show) -> None:
    page = show(penguins).page
    fill(page, {"bill_length_mm": 500, "egg_date": None})
    page.click("#predict")
    field = page.get_by_label("bill_length_mm")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(page.locator("#field-bill_length_mm-error")).to_have_text("bill_length_mm must be at most 80")
    expect(page.locator("#field-egg_date-error")).to_have_text("egg_date is required and must not be null")
    expect(page.locator("#predict-status")).to_have_text("No prediction: 2 fields have errors.")
    assert page.locator("[aria-invalid=true]").count() == 2


def test_a_corrected_field_has_no_error(penguins: Deployment, show: Show) -> None:
    opened = show(penguins)
    fill(opened.page, {"bill_length_mm": 500})
    opened.page.click("#predict")
    expect(opened.page.locator("#field-bill_length_mm-error")).to_be_visible()
    fill(opened.page, {"bill_length_mm": 50})
    assert "predictions" in opened.predict()
    expect(opened.page.locator("#field-bill_length_mm-error")).to_be_hidden()


def test_without_a_key_the_page_says_what_the_api_says(penguins: Deployment, show: Show) -> None:
    page = show(penguins, credential="").page
    page.click("#predict")
    expect(page.locator("#problems")).to_have_text("The header x-api-key is missing or is not a key of this API.")
    expect(page.get_by_label("API key")).to_be_focused()


def test_the_key_is_not_stored(penguins: Deployment, show: Show) -> None:
    opened = show(penguins)
    opened.predict()
    kept = "[localStorage.length, sessionStorage.length, document.cookie, location.search]"
    assert opened.page.evaluate(kept) == [0, 0, "", ""]
    opened.page.reload()
    assert opened.page.get_by_label("API key").input_value() == ""


def test_the_points_of_a_curve_are_single_predictions(penguins: Deployment, show: Show) -> None:
    found = draw(show(penguins).page, "bill_length_mm")
    assert len(found) == 41
    assert [found[0][0], found[-1][0]] == [20, 80]
    example = json.loads(penguins.outputs["sample_request"])["instances"][0]["features"]
    for length, *shares in found[::5]:
        single = penguins.predict({"instances": [[example[0], length, *example[2:]]]}).document
        assert shares == single["predictions"][0]["probabilities"]


def test_a_curve_is_one_request_with_the_forms_other_values(penguins: Deployment, show: Show) -> None:
    page = show(penguins).page
    fill(page, BIRD)
    with page.expect_request("**/predictions") as sent:
        found = draw(page, "island")
    instances = sent.value.post_data_json["instances"]
    assert [one["island"] for one in instances] == [row[0] for row in found] == ["Biscoe", "Dream", "Torgersen"]
    assert {one["bill_length_mm"] for one in instances} == {49.125}
    assert page.locator("#what-if-curve circle").count() == 9


def test_a_file_of_500_rows_becomes_a_table_and_a_download(penguins: Deployment, show: Show, tmp_path: Path) -> None:
    text = file_of_birds()
    (tmp_path / "birds.csv").write_text(text)
    page = show(penguins).page
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.post_data or ""))
    page.set_input_files("#csv-file", tmp_path / "birds.csv")
    expect(page.get_by_label("CSV text")).to_have_value(text.replace("\r\n", "\n"))
    page.click("#csv-run")
    expect(page.locator("#csv-status")).to_have_text("All 500 rows predicted.")
    assert page.locator("#csv-result tbody tr").count() == ROWS
    assert [len(body.splitlines()) - 1 for body in requests] == [200, 200, 100]
    with page.expect_download() as download:
        page.click("#csv-download")
    downloaded = list(csv.reader(download.value.path().open()))
    answer = penguins.predict(text, "text/csv", accept="text/csv").text
    predicted = list(csv.reader(io.StringIO(answer)))
    assert downloaded[0] == [*next(csv.reader([text.splitlines()[0]])), *predicted[0]]
    assert [[row[5], *map(float, row[6:])] for row in downloaded[1:]] == [[row[0], *map(float, row[1:])] for row in predicted[1:]]


def test_a_wrong_row_of_a_file_is_named_and_earlier_rows_are_kept(penguins: Deployment, show: Show) -> None:
    lines = file_of_birds().splitlines()
    lines[322] = "2008-11-14,Atlantis,true,500,male"
    page = show(penguins).page
    # typed text of this length costs Chromium two seconds of CPU
    page.set_input_files("#csv-file", {"name": "birds.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()})
    expect(page.locator("#csv-status")).to_contain_text("birds.csv is ready.")
    page.click("#csv-run")
    expect(page.locator("#csv-status")).to_have_text("Stopped: 200 of 500 rows predicted. Correct these rows, then try again.")
    errors = (
        page.locator("#csv-result table")
        .first.locator("tbody tr")
        .evaluate_all("all => all.map(row => [...row.children].slice(0, 2).map(one => one.textContent))")
    )
    assert errors == [["322", "island"], ["322", "bill_length_mm"]]
    assert page.locator("#csv-result table").nth(1).locator("tbody tr").count() == 200


def code_in(page: Page, language: str) -> str:
    page.select_option("#code-language", language)
    return page.locator("#code-text").text_content() or ""


def run(language: str, code: str, **variables: str) -> str:
    node = compute_driver_executable()[0]
    programs = {"curl": ["bash", "-c"], "Python": ["python3", "-c"], "JavaScript": [node, "--input-type=module", "--eval"]}
    return subprocess.run([*programs[language], code], env=os.environ | variables, capture_output=True, text=True, check=True).stdout


def test_the_code_to_copy_requests_the_same_prediction(penguins: Deployment, show: Show) -> None:
    opened = show(penguins)
    fill(opened.page, BIRD)
    label = opened.predict()["predictions"][0]["label"]
    for language in LANGUAGES:
        assert label in run(language, code_in(opened.page, language), API_KEY=penguins.outputs["api_key"])


def test_an_answer_has_its_unit_and_texts_of_the_contract_are_not_interpreted(sensors: Deployment, show: Show, token: str) -> None:
    opened = show(sensors, credential=token)
    expect(opened.page.locator("#field-sensor_7-hint")).to_contain_text("Sensor 7 <of> the $line #7 \u00b7 -10 to 10")
    expect(opened.page.locator("label[for=field-sensor_7]")).to_have_text("sensor_7 in \u00b0C")
    answer = sensors.predict(json.loads(sensors.outputs["sample_request"]), authorization=f"Bearer {token}").document
    assert opened.predict() == answer
    expect(opened.page.locator("#answer strong")).to_have_text(f"{answer['predictions'][0]:,.6g}\u00a0kg")


def test_sixty_features_have_sixty_fields_and_a_curve(sensors: Deployment, show: Show, token: str) -> None:
    page = show(sensors, credential=token).page
    assert page.locator("#fields .field").count() == 60
    assert len(draw(page, "sensor_59")) == 41


def test_an_api_with_tokens_asks_for_one_and_keeps_it_in_memory(sensors: Deployment, show: Show, issuer: Issuer, token: str) -> None:
    opened = show(sensors, credential="")
    expect(opened.page.locator("#key-hint")).to_contain_text(f"From {issuer.url}.")
    opened.page.click("#predict")
    expect(opened.page.locator("#problems")).to_have_text("The request has no valid credentials.")
    expect(opened.page.get_by_label("Access token")).to_be_focused()
    for written in (token, f"bearer {token}"):
        opened.page.get_by_label("Access token").fill(written)
        assert "predictions" in opened.predict()
    assert opened.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, location.search]") == [0, 0, "", ""]
    codes = {language: code_in(opened.page, language) for language in LANGUAGES}
    assert all(token not in code for code in codes.values())
    predictions = json.loads(opened.page.locator("#response").text_content() or "")["predictions"]
    assert json.loads(run("curl", codes["curl"], TOKEN=token))["predictions"] == predictions
    assert all(json.loads(run(language, codes[language], TOKEN=token)) == predictions for language in ("Python", "JavaScript"))


def test_the_page_is_small_and_runs_no_script_but_its_own(sensors: Deployment) -> None:
    answer = sensors.send("GET", "/", x_api_key="")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert (answer.headers["x-frame-options"], answer.headers["x-content-type-options"]) == ("DENY", "nosniff")
    assert len(answer.text.encode()) < LARGEST
    policy = answer.text.partition('Content-Security-Policy" content="')[2].partition('"')[0]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_another_method_is_rejected_with_the_allowed_one(penguins: Deployment) -> None:
    answer = penguins.send("POST", "/", "{}", content_type="application/json")
    assert (answer.status, answer.headers["allow"], answer.document["code"]) == (405, "GET", "method_not_allowed")


def test_enter_predicts_from_any_field(penguins: Deployment, show: Show) -> None:
    page = show(penguins).page
    page.get_by_label("bill_depth_mm").press("Enter")
    expect(page.locator("#answer strong")).to_be_visible()


def test_callers_that_sign_get_code_instead_of_a_button(penguins: Deployment, show: Show) -> None:
    def signed(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('"auth":"key"', '"auth":"iam"'))

    page = show(penguins, credential="", **{"v1/": signed}).page
    expect(page.locator("#signed-access")).to_contain_text("Signature Version 4")
    expect(page.get_by_role("button", name="Predict")).to_have_count(0)
    expect(page.locator("#code-text")).to_contain_text("--aws-sigv4")


def test_a_throttled_request_is_sent_again_after_the_time_that_the_api_asks_for(penguins: Deployment, show: Show) -> None:
    sent: list[float] = []

    def throttled(route: Route) -> None:
        sent.append(monotonic())
        if len(sent) > 1:
            return route.fallback()
        problem = {"status": 429, "code": "throttled", "detail": "Too many requests.", "retryable": True}
        return route.fulfill(status=429, headers={"retry-after": "1"}, content_type="application/problem+json", json=problem)

    opened = show(penguins, predictions=throttled)
    assert "predictions" in opened.predict()
    assert sent[1] - sent[0] > 0.9


def test_the_page_asks_for_an_asynchronous_result_until_it_is_there(penguins: Deployment, show: Show) -> None:
    paths: list[str] = []

    def asynchronous(route: Route) -> None:
        paths.append(route.request.url.rpartition("/v1/")[2])
        if len(paths) < 3:
            return route.fulfill(status=202, json={"id": "abc", "location": "/predictions/abc"})
        return route.fulfill(json={"predictions": [{"label": "Gentoo", "probabilities": [0, 0.25, 0.75]}]})

    opened = show(penguins, **{"predictions**": asynchronous})
    assert opened.predict()["predictions"][0]["label"] == "Gentoo"
    assert paths == ["predictions", "predictions/abc", "predictions/abc"]


def test_axe_finds_no_violation(penguins: Deployment, show: Show) -> None:
    opened = show(penguins)
    use_every_part(opened)
    found = Axe().run(opened.page)
    assert found.violations_count == 0, found.generate_report()
