"""The links of the built site: every file and heading that a page names exists, and a page loads nothing from another server."""

from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src")}


class Page(HTMLParser):
    """The headings and links of a page."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.names: set[str] = set()
        self.links: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element is called, and what it leads to."""
        for name, value in attrs:
            if name == "id" and value:
                self.names.add(value)
            elif name in ("href", "src") and value:
                self.links.append((tag, value))


@cache
def page(path: Path) -> Page:
    """Return a page of the site."""
    return Page(path.read_text(encoding="utf-8"))


def problems(html: Path) -> Iterator[str]:
    """Return a sentence for every link that leads nowhere."""
    for path in sorted(html.rglob("*.html")):
        for tag, link in page(path).links:
            name = path.relative_to(html)
            target = urlsplit(link)
            if target.scheme or target.netloc:
                if (tag, "src" if tag in ("script", "img", "iframe") else "href") in LOADED and target.scheme != "data":
                    yield f"{name}: loads {link} from another server"
                continue
            found = path if not target.path else (path.parent / unquote(target.path)).resolve()
            found = found / "index.html" if found.is_dir() else found
            if not found.is_file():
                if name.name != "404.html":  # its links are those of the site's root
                    yield f"{name}: {link} does not exist"
            elif target.fragment and found.suffix == ".html" and unquote(target.fragment) not in page(found).names:
                yield f"{name}: {link} names no heading"
