"""Chromium, and pages of deployments in it. Nothing of a page may fail unnoticed: no script, no policy, no request."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost as xgb
import yaml
from deployments import Deployment
from hosting import archive
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page
    from sagemaker_sandbox.host.control import Sandbox

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
MISSING = "The browser tests need Chromium: apt install chromium"
SECONDS = 20
FEATURES = 60
MAIN = """
variable "artifact" { type = string }

module "sensors" {
  source   = "../../"
  name     = "sensors"
  model    = { artifact = var.artifact }
  contract = yamldecode(file("contract.yaml"))
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
    """A page of a deployment, and what its browser complained of."""

    page: Page
    deployment: Deployment
    complaints: list[str] = field(default_factory=list)

    def predict(self) -> Any:
        """Press Predict, and return the API's response as the page has it."""
        self.page.click("#predict")
        return json.loads(self.page.locator("#response").text_content() or "")


@pytest.fixture
def show(browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Return a function that opens the page of a deployment, with the API key in its field."""
    pages: list[Opened] = []

    def show(deployment: Deployment, path: str = "/", *, key: bool = True, scheme: str = "light", **routes: Callable[..., None]) -> Opened:
        context = browser.new_context(color_scheme=scheme, viewport={"width": 1100, "height": 900}, locale="en-US")
        context.set_default_timeout(SECONDS * 1000)
        page = context.new_page()
        opened = Opened(page, deployment)
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and opened.complaints.append(message.text))
        for pattern, handle in routes.items():
            page.route(f"**/{pattern}", handle)
        page.goto(address(deployment) + path)
        if key:
            page.fill("#key", deployment.outputs["api_key"])
        pages.append(opened)
        return opened

    yield show
    for opened in pages:
        opened.page.context.close()
        # Chromium reports every response of 400 and above; the tests look at these themselves
        assert [text for text in opened.complaints if not text.startswith("Failed to load resource")] == []


def address(deployment: Deployment) -> str:
    """Return the URL of a deployment's stage in the sandbox."""
    return f"{deployment.sandbox.url}/_aws/execute-api/{deployment.outputs['rest_api_id']}/{deployment.outputs['stage_name']}"


@pytest.fixture(scope="session")
def sensors(sandbox: Sandbox, terraform: Callable[..., Any], client: Callable[..., Any]) -> Deployment:
    """Train and apply a model of 60 features, with units, and with signs in its texts that templates and HTML interpret."""
    columns = np.random.default_rng(1).uniform(-10, 10, (200, FEATURES))
    booster = xgb.train({"nthread": 1, "max_depth": 3}, xgb.DMatrix(columns, columns.sum(axis=1)), 20)
    client("s3").create_bucket(Bucket="sensors-models")
    packed = archive(("xgboost-model", bytes(booster.save_raw("ubj"))))
    client("s3").put_object(Bucket="sensors-models", Key="model.tar.gz", Body=packed)
    module = terraform("examples/sensors", {"main.tf": MAIN, "contract.yaml": yaml.safe_dump(SENSORS, sort_keys=False)})
    module.apply(artifact="s3://sensors-models/model.tar.gz")
    return Deployment(module.output("sensors"), sandbox)


@pytest.fixture(scope="session")
def images() -> Path | None:
    """Return the folder that SCREENSHOTS names, for pictures of the documentation; none are made without it."""
    named = os.environ.get("SCREENSHOTS")
    return Path(named).resolve() if named else None
