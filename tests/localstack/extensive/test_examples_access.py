"""examples/public_web and examples/internal: applied, called with and without a credential, and planned again without a change."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from deployments import SECONDS, Answer
from issuing import Issuer, Token, issuing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

DOMAIN, SHOP = "web.example.com", "https://shop.example.com"
INTERNAL = """
module "internal" {
  source = "../internal"
  name   = "example-internal"
}

output "internal" {
  value = module.internal
}
"""


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with issuing() as made:
        yield made


@dataclass
class Examples:
    """Both examples in one root module, what they respond, and the second plan."""

    outputs: dict[str, Any]
    answers: dict[str, Answer]
    plan: str


@pytest.fixture(scope="module")
def examples(sandbox: Sandbox, terraform: Callable[..., RootModule], issuer: Issuer) -> Examples:
    module = terraform("examples/public_web", {"internal.tf": INTERNAL})
    subprocess.run([sys.executable, module.folder.parent / "bikeshare" / "train.py"], check=True, capture_output=True)
    module.apply(name="example-web", issuer=issuer.url, audiences=["predictions"], domain_name=DOMAIN)
    outputs = module.outputs()

    def send(method: str, path: str, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=SECONDS)
        connection.request(method, path, outputs["sample_request"] if method == "POST" else None, named)
        answer = connection.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode())

    web = {"host": DOMAIN, "content_type": "application/json", "origin": SHOP}
    private = f"/_aws/execute-api/{outputs['internal']['rest_api_id']}/{outputs['internal']['stage_name']}/predictions"
    answers = {
        "token": send("POST", "/bikeshare/predictions", authorization=Token().header(issuer), **web),
        "no token": send("POST", "/bikeshare/predictions", **web),
        "page": send("GET", "/bikeshare", host=DOMAIN),
        "private": send("POST", private, content_type="application/json"),
    }
    return Examples(outputs, answers, module.changes())


def test_a_page_with_a_token_predicts_at_the_domain_name(examples: Examples) -> None:
    answer = examples.answers["token"]
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, SHOP)
    assert len(answer.document["predictions"]) == len(json.loads(examples.outputs["sample_request"])["instances"])


def test_a_page_can_read_that_its_token_is_missing(examples: Examples) -> None:
    answer = examples.answers["no token"]
    assert (answer.status, answer.document["code"], answer.headers["www-authenticate"]) == (401, "unauthorized", "Bearer")


def test_people_find_a_page_at_the_domain_name(examples: Examples) -> None:
    answer = examples.answers["page"]
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_a_caller_outside_the_vpc_does_not_reach_the_private_api(examples: Examples) -> None:
    assert examples.answers["private"].status == 403


def test_a_second_plan_of_both_is_empty(examples: Examples) -> None:
    assert examples.plan == ""
