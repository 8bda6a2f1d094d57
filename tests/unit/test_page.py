"""The committed pages are what page/build_page.py makes of page/src; the reference's archive is what build_reference.py makes."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import zipfile
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
ARCHIVE = ROOT / "modules/reference/reference.zip"
LARGEST_RESPONSE = 6_000_000  # bytes that Lambda returns
PAGES = ["page", "reference"]


def loaded(name: str) -> ModuleType:
    """Load a program of page/, which is not a package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"page/{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build_page = loaded("build_page")
build_reference = loaded("build_reference")


def committed(name: str) -> str:
    return (ROOT / f"modules/api/{name}.html").read_text(encoding="utf-8")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Copy the sources of the pages."""
    return Path(shutil.copytree(ROOT / "page/src", tmp_path / "src"))


@pytest.fixture(scope="module")
def function(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the handler of the committed archive, as Lambda loads it."""
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(ARCHIVE) as archive:
        archive.extractall(folder)
    spec = importlib.util.spec_from_file_location("swagger_ui", folder / "swagger_ui.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda name: module.handler({"pathParameters": {"file": name}, "requestContext": {"requestId": "r1"}}, None)


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_page_is_what_its_sources_build(name: str) -> None:
    assert committed(name) == build_page.page(name)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_sign_that_the_template_language_interprets(name: str) -> None:
    assert not re.search(r"[$#]", committed(name))


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_of_a_page_allows_its_own_script_and_style_by_hash(name: str) -> None:
    text = committed(name)
    policy = re.findall(r"Content-Security-Policy\" content=\"([^\"]*)\"", text)[0]
    for element in (r'<script type="module">(.*)</script>', r"<style>(.*)</style>"):
        content = re.findall(element, text, re.DOTALL)[0]
        assert f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'" in policy


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("const price = '$'", "main.js:1: API Gateway interprets dollar and number signs. Write an escape: \\u0024, \\u0023."),
        ("const color = '#fff'", "main.js:1: API Gateway interprets dollar and number signs. Write an escape: \\u0024, \\u0023."),
        ('import * as all from "./csv.js"', 'main.js: the build does not support this form: import * as all from "./csv.js"'),
        ("export default 1", "main.js: the build does not support this form: export default 1"),
    ],
)
def test_the_build_rejects_a_source_that_it_cannot_serve(source: Path, line: str, message: str) -> None:
    (source / "main.js").write_text(line, encoding="utf-8")
    with pytest.raises(build_page.BuildError) as raised:
        build_page.page("page", source)
    assert str(raised.value) == message


def test_the_build_rejects_an_import_cycle(source: Path) -> None:
    (source / "main.js").write_text('import { a } from "./csv.js"', encoding="utf-8")
    (source / "csv.js").write_text('import { b } from "./main.js"', encoding="utf-8")
    with pytest.raises(build_page.BuildError, match="import cycle: main -> csv -> main"):
        build_page.page("page", source)


def test_the_archive_of_the_reference_is_what_its_sources_build() -> None:
    with zipfile.ZipFile(ARCHIVE) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    vendor = json.loads((ROOT / "page/vendor.json").read_text())
    assert members.pop("swagger_ui.py") == (ROOT / "page/swagger_ui.py").read_bytes()
    assert {name.removeprefix("files/"): build_reference.digest(content) for name, content in members.items()} == vendor["files"]


def test_the_license_of_swagger_ui_is_in_the_archive(function: Any) -> None:
    assert "Apache License" in function("LICENSE.txt")["body"]
    assert "SmartBear" in function("NOTICE.txt")["body"]


@pytest.mark.parametrize(("name", "media_type"), [("swagger-ui-bundle.js", "text/javascript"), ("swagger-ui.css", "text/css")])
def test_the_function_returns_a_file_within_lambdas_limit(function: Any, name: str, media_type: str) -> None:
    answer = function(name)
    assert answer["headers"]["content-type"] == f"{media_type}; charset=utf-8"
    assert answer["headers"]["x-request-id"] == "r1"
    assert len(json.dumps(answer)) < LARGEST_RESPONSE


@pytest.mark.parametrize("name", ["", "../swagger_ui.py", "swagger_ui.py", "none.css"])
def test_the_function_returns_nothing_but_these_files(function: Any, name: str) -> None:
    answer = function(name)
    document = json.loads(answer["body"])
    assert (answer["statusCode"], document["code"], document["request_id"]) == (404, "route_unknown", "r1")


def test_an_event_without_a_path_is_answered(function: Any) -> None:
    assert function(None)["statusCode"] == 404
