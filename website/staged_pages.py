"""The Markdown files of the repository as the pages of the site, in the same folders."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

# a link or an image: [text](target) or [text](target#heading)
LINK = re.compile(r"(\]\()([^)\s#]+)(#[^)\s]*)?(\))")
FENCE = re.compile(r"^ *```", re.MULTILINE)
EXTERNAL = re.compile(r"^[a-z]+:")
NOT_PAGES = (".github/", ".site/")


def stage(root: Path, pages: Path) -> None:
    """Copy every page and the files that pages link to."""
    for name in sources(root):
        text = (root / name).read_text(encoding="utf-8")
        target = pages / name
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = (root / name).parent
        changed = [part if inside else _links(part, folder, root, pages) for part, inside in _parts(text)]
        target.write_text("".join(changed), encoding="utf-8")


def sources(root: Path) -> list[str]:
    """Return the Markdown files that git lists, or all of them in a copy without git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout.splitlines()
    found = listed or [path.relative_to(root).as_posix() for path in root.rglob("*.md") if "/." not in f"/{path.relative_to(root)}"]
    return [name for name in found if not name.startswith(NOT_PAGES) and (root / name).exists()]


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Return the parts of a text, and whether each is a fenced block."""
    inside, part = False, ""
    for line in text.splitlines(keepends=True):
        if FENCE.match(line):
            if inside:
                yield part + line, True
            else:
                yield part, False
                part = line
            inside, part = not inside, "" if inside else part
            continue
        part += line
    yield part, inside


def _links(text: str, folder: Path, root: Path, pages: Path) -> str:
    """Write links to folders as links to their READMEs, and copy other files that are linked."""

    def changed(link: re.Match[str]) -> str:
        before, target, anchor, after = link[1], link[2], link[3] or "", link[4]
        if EXTERNAL.match(target):
            return link[0]
        path = (folder / target).resolve()
        if path.is_dir():
            target = f"{target.rstrip('/')}/README.md"
        elif path.is_file() and path.suffix != ".md":
            copy = pages / path.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
            # MkDocs publishes no file without an ending
            if not path.suffix:
                copy.rename(copy.with_suffix(".txt"))
                target += ".txt"
        return f"{before}{target}{anchor}{after}"

    return LINK.sub(changed, text)
