"""Check that a tag can be released: python3 checks/release.py v1.2.3 [--notes]. Needs Python 3.13 alone.

The tag is a semantic version, the packages have the same one, the changelog has a section for it, and the committed archives are made from
the tag: handler.zip contains the sources of lambda/src and the bytecode that lambda/build.py makes of them, and jwt.zip, the authorizer's
layer, the wheels that lambda/layers/jwt.txt pins. ``--notes`` prints the section of the changelog instead. The workflow compares every
other generated file with the one that `make generated` writes.
"""

import argparse
import marshal
import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ARCHIVE = "lambda/dist/handler.zip"
LAYER = "lambda/dist/jwt.zip"
PACKAGES = ("pyproject.toml", "tools/pyproject.toml")
# https://semver.org, its suggested expression: no leading zeros, an optional pre-release, and no build metadata
VERSION = re.compile(r"v((?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)")
PYC_HEADER = 16  # bytes before the code (PEP 552)


def main() -> int:
    """Print every reason not to release, or the notes. Return 1 if there is a reason."""
    parser = argparse.ArgumentParser(description="Check that a tag can be released.")
    parser.add_argument("tag")
    parser.add_argument("--notes", action="store_true", help="print the tag's section of the changelog")
    given = parser.parse_args()
    if given.notes:
        print(notes(ROOT, given.tag.removeprefix("v")))
        return 0
    found = [*problems(ROOT, given.tag), *layer_problems(ROOT)]
    for problem in found:
        print(f"release: {problem}", file=sys.stderr)
    return 1 if found else 0


def problems(root: Path, tag: str) -> Iterator[str]:
    """Return the reasons not to release the files in a folder under a tag."""
    version = VERSION.fullmatch(tag)
    if not version:
        yield f"{tag} is not a semantic version with a v before it, such as v1.2.3"
        return
    for package in PACKAGES:
        found = tomllib.loads((root / package).read_text(encoding="utf-8"))["project"]["version"]
        if found != version[1]:
            yield f"{package} has version {found}; write {version[1]}"
    if not notes(root, version[1]):
        yield f"CHANGELOG.md has no section '## {version[1]} - YYYY-MM-DD' with content; rename '## Unreleased'"
    yield from archive_problems(root)


def notes(root: Path, version: str) -> str:
    """Return the changelog's section of a version, without its heading; empty if there is none."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {re.escape(version)} - \d{{4}}-\d\d-\d\d\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return section[1].strip() if section else ""


def archive_problems(root: Path) -> Iterator[str]:
    """Return the differences between the committed archive and one that is built from the sources."""
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "handler.zip"
        subprocess.run([sys.executable, str(root / "lambda" / "build.py"), str(built)], check=True, stdout=subprocess.DEVNULL)
        for name in different(built, root / ARCHIVE):
            yield f"{ARCHIVE} does not contain what lambda/build.py makes of lambda/src: {name}. Run make zip"


def layer_problems(root: Path) -> Iterator[str]:
    """Return the differences between the committed layer and one of the wheels that are pinned, which pip downloads."""
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "jwt.zip"
        command = [str(root / "lambda" / "layer.py"), "jwt", "--architecture", "both", "--to"]
        subprocess.run([sys.executable, *command, str(built)], check=True, stdout=subprocess.DEVNULL)
        for name in different(built, root / LAYER):
            yield f"{LAYER} does not contain the wheels of lambda/layers/jwt.txt: {name}. Build it again, see lambda/README.md"


def different(built: Path, committed: Path) -> list[str]:
    """Return the first member that differs between two archives; none if they have the same content."""
    expected, found = members(built), members(committed)
    return [name for name in sorted(expected.keys() | found.keys()) if expected.get(name) != found.get(name)][:1]


def members(path: Path) -> dict[str, Any]:
    """Return the content of an archive by name; bytecode as its code, because marshal may write equal code in several ways."""
    with zipfile.ZipFile(path) as archive:
        read = {name: archive.read(name) for name in archive.namelist()}
    return {name: code(content) if name.endswith(".pyc") else content for name, content in read.items()}


def code(content: bytes) -> CodeType:
    """Return the code of a .pyc; two are equal if they do the same at the same lines."""
    loaded: CodeType = marshal.loads(content[PYC_HEADER:])  # noqa: S302 - our own
    return loaded


if __name__ == "__main__":
    sys.exit(main())
