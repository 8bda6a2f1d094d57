"""Build the documentation site in .site/html. `make site` runs this.

The pages are the Markdown files of the repository, in the same folders, so that a link works in both places. Pages of the reference are
generated from the code. MkDocs builds strictly, and every link of the built pages is followed. Nothing is
downloaded, and the pages load nothing from another server. To search them, serve them: python3 -m http.server --directory .site/html
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import built_pages
import generated_pages
import staged_pages

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / ".site"
# The theme's maintainers announce their next generator at every build.
QUIET = {"NO_MKDOCS_2_WARNING": "1"}


def main() -> int:
    """Build the site. Return 0, or 1 after printing every problem."""
    shutil.rmtree(SITE, ignore_errors=True)
    staged_pages.stage(ROOT, SITE / "pages")
    for name, text in generated_pages.pages(ROOT).items():
        page = SITE / "pages" / "reference" / name
        page.parent.mkdir(exist_ok=True)
        page.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(ROOT / "website" / "mkdocs.yml")]
    done = subprocess.run(command, env=os.environ | QUIET, capture_output=True, text=True, check=False)
    if done.returncode or "WARNING" in done.stderr:
        print(done.stdout + done.stderr, file=sys.stderr)
        return 1
    problems = list(built_pages.problems(SITE / "html"))
    print(*problems, sep="\n", end="\n" if problems else "", file=sys.stderr)
    if problems:
        return 1
    count = len(list((SITE / "html").rglob("*.html")))
    print(f"{count} pages without warnings or dead links: {(SITE / 'html' / 'index.html').relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
