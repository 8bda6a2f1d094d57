"""Chromium, and pages of deployments in it. Nothing of a page may fail unnoticed: no script, no policy, no request."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from issuing import Token
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deployments import Deployment
    from issuing import Issuer
    from playwright.sync_api import Browser, ConsoleMessage, Error, Page

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
MISSING = "The browser tests need Chromium: apt install chromium"
SECONDS = 20


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


@pytest.fixture
def token(issuer: Issuer) -> str:
    """Return a token that the API of 60 features accepts."""
    return Token().header(issuer).removeprefix("Bearer ")


@pytest.fixture(scope="session")
def renew() -> bool:
    """Return whether the pictures of the documentation are to be made, as `make pictures` does, instead of compared."""
    return bool(os.environ.get("RENEW_PICTURES"))
