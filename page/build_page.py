"""Build modules/api/page.html and modules/api/reference.html from page/src: each with its style and its script in it.

API Gateway serves both as mapping templates, whose language interprets dollar and number signs: the pages have none
(docs/decisions/0024-page-in-the-gateway.md). A script's hash is its permission to run (Content Security Policy Level 3,
section 6.7.3.2); the page for people has no other, and the reference has Swagger UI's beside it. Each module becomes a
function that returns its exports, in the order of the imports, so that names of different modules cannot collide.
Usage: python page/build_page.py
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "src"
TARGET = HERE.parent / "modules/api"
PAGES = {"page": "main", "reference": "reference"}  # each page's document and style, and its entry module

IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js"$', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?(?:function\*?|class|const) (\w+))", re.MULTILINE)
OTHER = re.compile(r'^(import\b.*"\./|export\b).*', re.MULTILINE)
PLACE = re.compile(r"\{\{([\w. -]+)\}\}")
INTERPRETED = re.compile("[$#]")


class BuildError(ValueError):
    """The sources cannot become a page."""


def page(name: str, source: Path = SOURCE) -> str:
    """Return a page, with ``{{contract}}`` where Terraform writes the contract. Raises BuildError."""
    style = _read(source / f"{name}.css")
    modules: dict[str, str] = {}
    _add(PAGES[name], source, modules, ())
    script = "\n".join(modules.values())
    vendor = json.loads((HERE / "vendor.json").read_text(encoding="utf-8"))
    parts = {
        **vendor["files"],
        "version": vendor["version"],
        "style": style,
        "script": script,
        "style hash": _digest(style),
        "script hash": _digest(script),
    }
    return PLACE.sub(lambda place: parts.get(place[1], place[0]), _read(source / f"{name}.html"))


def _read(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        if INTERPRETED.search(line):
            raise BuildError(f"{file.name}:{number}: API Gateway interprets dollar and number signs. Write an escape: \\u0024, \\u0023.")
    return text


def _add(name: str, source: Path, modules: dict[str, str], path: tuple[str, ...]) -> None:
    """Add a module after those that it imports."""
    if name in path:
        raise BuildError(f"import cycle: {' -> '.join((*path, name))}")
    if name in modules:
        return
    text = _read(source / f"{name}.js")
    for imported in IMPORT.finditer(text):
        _add(imported[2], source, modules, (*path, name))
    exports = [found[2] for found in EXPORT.finditer(text)]
    text = IMPORT.sub(r"const \1 = module_\2", text)
    text = EXPORT.sub(r"\1", text)
    if left := OTHER.search(text):
        raise BuildError(f"{name}.js: the build does not support this form: {left[0]}")
    modules[name] = f"const module_{name} = (() => {{\n{text}\nreturn {{ {', '.join(exports)} }}\n}})()"


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


if __name__ == "__main__":
    for name in PAGES:
        file = TARGET / f"{name}.html"
        file.write_text(page(name), encoding="utf-8")
        print(f"{file.relative_to(HERE.parent)}: {file.stat().st_size} bytes")
