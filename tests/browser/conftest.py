"""Chromium, and pages of deployments in it. Nothing of a page may fail unnoticed: no script, no policy, no request."""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost as xgb
import yaml
from deployments import Deployment
from hosting import archive
from issuing import Issuer, Token, issuing
from playwright.sync_api import expect, sync_playwright
from provider import Provider
from stacks import initialized

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Error, Page
    from sagemaker_sandbox.host.control import Sandbox

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
MISSING = "The browser tests need Chromium: apt install chromium"
SECONDS = 20
FEATURES = 60
MAIN = """
variable "artifact" { type = string }
variable "issuer" { type = string }

module "sensors" {
  source   = "../../"
  name     = "sensors"
  model    = { artifact = var.artifact }
  contract = yamldecode(file("contract.yaml"))
  api      = { auth = { jwt = { issuer = var.issuer, audiences = ["predictions"] } } }
}

output "sensors" {
  value     = module.sensors
  sensitive = true
}
"""
SENSORS = {
    "features": [
        {
            "name": f"sensor_{number}",
            "type": "number",
            "minimum": -10,
            "maximum": 10,
            "unit": "\N{DEGREE SIGN}C",
            "description": f"Sensor {number} <of> the $line #{number}",
            "example": str(number / 10),
        }
        for number in range(FEATURES)
    ],
    "columns": [f"sensor_{number}" for number in range(FEATURES)],
    "output": {"name": "yield", "unit": "kg", "description": "Yield of the batch"},
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium; as root, which containers often are, it has no sandbox of its own."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, MISSING
    with sync_playwright() as playwright:
        expect.set_options(timeout=SECONDS * 1000)
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield started
        started.close()


@dataclass
class Opened:
    """A page of a deployment."""

    page: Page
    deployment: Deployment

    def predict(self) -> Any:
        """Press Predict, and return the API's response as the page has it."""
        self.page.click("#predict")
        return json.loads(self.page.locator("#response").text_content() or "")


@pytest.fixture(scope="session")
def tab(browser: Browser) -> Page:
    """Return the tab of all tests: another one would be another process, which costs four times as much as loading the page."""
    context = browser.new_context(viewport={"width": 1100, "height": 900}, locale="en-US")
    context.set_default_timeout(SECONDS * 1000)
    return context.new_page()


@pytest.fixture
def show(tab: Page) -> Iterator[Callable[..., Opened]]:
    """Return a function that loads the page of a deployment, with a credential in its field: by default, the API key."""
    complaints: list[str] = []

    def show(
        deployment: Deployment, path: str = "/", *, credential: str | None = None, scheme: str = "light", **routes: Callable[..., None]
    ) -> Opened:
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for pattern, handle in routes.items():
            tab.route(f"**/{pattern}", handle)
        tab.goto(address(deployment) + path)
        filled = deployment.outputs["api_key"] if credential is None else credential
        if filled and path == "/":
            tab.fill("#key", filled)
        return Opened(tab, deployment)

    def on_error(error: Error) -> None:
        complaints.append(str(error))

    def on_message(message: ConsoleMessage) -> None:
        # Chromium reports every response of 400 and above; the tests look at these themselves
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(message.text)

    tab.on("pageerror", on_error)
    tab.on("console", on_message)
    yield show
    tab.unroute_all()
    tab.remove_listener("pageerror", on_error)
    tab.remove_listener("console", on_message)
    assert complaints == []


def address(deployment: Deployment) -> str:
    """Return the URL of a deployment's stage in the sandbox."""
    return f"{deployment.sandbox.url}/_aws/execute-api/{deployment.outputs['rest_api_id']}/{deployment.outputs['stage_name']}"


@pytest.fixture(scope="session")
def issuer() -> Iterator[Issuer]:
    """Serve the documents of an issuer of tokens."""
    with issuing() as made:
        yield made


@pytest.fixture
def token(issuer: Issuer) -> str:
    """Return a token that the API of 60 features accepts."""
    return Token().header(issuer).removeprefix("Bearer ")


@pytest.fixture(scope="session", autouse=True)
def applying_sensors(
    sandbox: Sandbox,
    client: Callable[..., Any],
    issuer: Issuer,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Future[Deployment] | None]:
    """Apply the model of 60 features, if a test needs it, while the penguins are applied and their page is tested: a third of the time."""
    if not any("sensors" in {*item.fixturenames, item.name.partition("[")[2].removesuffix("]")} for item in request.session.items):
        yield None
        return
    folder = tmp_path_factory.mktemp("sensors")
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(apply_sensors, folder, sandbox, client("s3"), issuer.url)


def apply_sensors(folder: Path, sandbox: Sandbox, s3: Any, issuer: str) -> Deployment:
    """Train and apply a model of 60 features, with units, with signs that templates and HTML interpret, and with tokens."""
    columns = np.random.default_rng(1).uniform(-10, 10, (200, FEATURES))
    booster = xgb.train({"nthread": 1, "max_depth": 3}, xgb.DMatrix(columns, columns.sum(axis=1)), 20)
    s3.create_bucket(Bucket="sensors-models")
    packed = archive(("xgboost-model", bytes(booster.save_raw("ubj"))))
    s3.put_object(Bucket="sensors-models", Key="model.tar.gz", Body=packed)
    # the provider of the other root modules serves one run at a time
    provider = Provider(folder / "provider", sandbox.environment)
    try:
        files = {"main.tf": MAIN, "contract.yaml": yaml.safe_dump(SENSORS, sort_keys=False)}
        module = initialized(folder / "repository", "examples/sensors", sandbox, provider, files)
        module.apply(artifact="s3://sensors-models/model.tar.gz", issuer=issuer)
        return Deployment(module.output("sensors"), sandbox)
    finally:
        provider.stop()


@pytest.fixture(scope="session")
def sensors(applying_sensors: Future[Deployment]) -> Deployment:
    """Return the deployment of the model of 60 features."""
    return applying_sensors.result()


@pytest.fixture(scope="session")
def renew() -> bool:
    """Return whether the pictures of the documentation are to be made, as `make pictures` does, instead of compared."""
    return bool(os.environ.get("RENEW_PICTURES"))
