"""Build modules/reference/reference.zip: the function of swagger_ui.py and Swagger UI's files, at the version that vendor.json pins.

The files come from the archive that is there, if their digests are those of vendor.json, or from npm. For another version,
write it and the package's integrity (`npm view swagger-ui-dist@VERSION dist.integrity`) into vendor.json, remove its files,
run this, and build the page again. Usage: python page/build_reference.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from base64 import b64encode
from hashlib import new
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lambda"))

from build import write  # noqa: E402  lambda/ is not a package

VENDOR = HERE / "vendor.json"
FUNCTION = HERE / "swagger_ui.py"
ARCHIVE = HERE.parent / "modules/reference/reference.zip"
# Names in the archive, and those in the package. A license goes with what it is for.
FILES = {
    "swagger-ui-bundle.js": "swagger-ui-bundle.js",
    "swagger-ui.css": "swagger-ui.css",
    "swagger-ui-bundle.js.LICENSE.txt": "swagger-ui-bundle.js.LICENSE.txt",
    "LICENSE.txt": "LICENSE",
    "NOTICE.txt": "NOTICE",
}


def digest(content: bytes, algorithm: str = "sha384") -> str:
    """Return a digest as Subresource Integrity and npm write it."""
    return f"{algorithm}-{b64encode(new(algorithm, content).digest()).decode()}"


def packed() -> dict[str, bytes]:
    """Return the files of the committed archive by name; none without one."""
    if not ARCHIVE.exists():
        return {}
    with zipfile.ZipFile(ARCHIVE) as archive:
        return {name: archive.read(f"files/{name}") for name in FILES if f"files/{name}" in archive.namelist()}


def downloaded(vendor: dict[str, Any]) -> dict[str, bytes]:
    """Return the files of the package from npm. Raises SystemExit if it is not the one that vendor.json pins."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder, f"{vendor['package']}@{vendor['version']}"]
        name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
        package = Path(folder, name)
        if digest(package.read_bytes(), "sha512") != vendor["integrity"]:
            raise SystemExit(f"{name} is not the package whose integrity is in vendor.json.")
        with tarfile.open(package) as archive:
            members = {name: archive.extractfile(f"package/{member}") for name, member in FILES.items()}
            return {name: member.read() for name, member in members.items() if member}


def main() -> None:
    """Write the archive, and the digests of its files into vendor.json."""
    vendor = json.loads(VENDOR.read_text(encoding="utf-8"))
    files = packed()
    if {name: digest(content) for name, content in files.items()} != vendor.get("files"):
        files = downloaded(vendor)
    vendor["files"] = {name: digest(content) for name, content in files.items()}
    VENDOR.write_text(json.dumps(vendor, indent=2) + "\n", encoding="utf-8")
    members = {"swagger_ui.py": FUNCTION.read_bytes(), **{f"files/{name}": content for name, content in files.items()}}
    print(f"{write(ARCHIVE, members).relative_to(HERE.parent)}: {ARCHIVE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
