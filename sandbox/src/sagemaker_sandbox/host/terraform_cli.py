"""Where Terraform installs hashicorp/aws from: the user's setting, a mirror on this machine, or else the registry."""

from __future__ import annotations

import functools
import json
import os
import platform
import re
from pathlib import Path
from typing import TYPE_CHECKING

from sagemaker_sandbox.host.files import put_text

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "terraform.rc"
MIRROR_VARIABLE = "TERRAFORM_PROVIDER_MIRROR"
CONFIGURATION_VARIABLE = "TF_CLI_CONFIG_FILE"

PROVIDER = "registry.terraform.io/hashicorp/aws"
# the module's own constraint, >= 5.100, < 7.0
OLDEST, TOO_NEW = (5, 100), (7, 0)

# a mirror is searched for this many levels deep; Terraform itself reads the first one only beside a root module
PREFIXES = ("terraform.d/plugins", "/opt", "/srv", "/usr/local", "/usr/share", "/usr/lib", "/var/lib", "/var/cache")
DEPTH = 4
# per prefix, so that `up` stays fast on a machine with a great deal installed
FOLDERS_SEEN = 4000

_MARK = "# Written by sagemaker_sandbox; rewritten by its `up`.\n"
_CONFIGURATION = """provider_installation {{
  filesystem_mirror {{
    path    = {path}
    include = ["{provider}"]
  }}
  direct {{
    exclude = ["{provider}"]
  }}
}}
"""


class MirrorError(Exception):
    """The mirror that the user named does not hold the provider; the message says what is missing and where."""


def configuration(root: Path) -> Path | None:
    """Return the value for TF_CLI_CONFIG_FILE, or ``None`` if it must be unset.

    Writes ``root``/terraform.rc if a mirror is found where Terraform itself does not look. Raises ``MirrorError``.
    """
    if named := os.environ.get(MIRROR_VARIABLE):
        if not holds_provider(Path(named)):
            message = f"{MIRROR_VARIABLE}={named} holds no {PROVIDER} >= 5.100, < 7.0 for {_platform()}"
            raise MirrorError(message)
        return _write(root, Path(named))
    if explicit := _explicit_configuration():
        return explicit
    if _user_installs_by_rule() or any(holds_provider(folder) for folder in _implied_mirrors()):
        return None
    mirror = find_mirror(PREFIXES)
    return _write(root, mirror) if mirror else None


@functools.cache
def find_mirror(prefixes: tuple[str, ...]) -> Path | None:
    """Return the first folder under ``prefixes`` that is a provider mirror with a supported version of hashicorp/aws."""
    folders = (folder for prefix in prefixes for folder in _folders(Path(prefix)))
    return next(filter(holds_provider, folders), None)


def holds_provider(mirror: Path) -> bool:
    """Return whether a folder holds a supported version of hashicorp/aws for this machine, packed or unpacked."""
    return any(OLDEST <= version < TOO_NEW for version in _versions(mirror / PROVIDER))


def _versions(folder: Path) -> Iterator[tuple[int, int]]:
    """Yield the major and minor number of each version of the provider for this machine."""
    number = r"(\d+)\.(\d+)\.\d+"
    packed = re.compile(rf"terraform-provider-aws_{number}_{_platform()}\.zip")
    unpacked = re.compile(number)
    for name in _names(folder):
        found = packed.fullmatch(name)
        if not found and (found := unpacked.fullmatch(name)):
            binaries = (entry.startswith("terraform-provider-aws") for entry in _names(folder / name / _platform()))
            found = found if any(binaries) else None
        if found:
            yield int(found[1]), int(found[2])


def _folders(top: Path) -> Iterator[Path]:
    """Yield ``top`` and the folders under it, nearest first, each once even if several links lead to it."""
    seen: set[str] = set()
    level = [top]
    for depth in range(DEPTH + 1):
        below: list[Path] = []
        for folder in level:
            real = os.path.realpath(folder)
            if real in seen or len(seen) > FOLDERS_SEEN:
                continue
            seen.add(real)
            yield folder
            if depth < DEPTH:
                below.extend(_subfolders(folder))
        level = below


def _subfolders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(entry.path) for entry in entries if entry.is_dir())
    except OSError:
        return []


def _names(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return []


def _platform() -> str:
    """Return Terraform's name for this platform, such as linux_amd64."""
    machine = platform.machine().lower()
    known = {"x86_64": "amd64", "aarch64": "arm64", "i386": "386", "i686": "386", "armv7l": "arm"}
    return f"{platform.system().lower()}_{known.get(machine, machine)}"


def _explicit_configuration() -> Path | None:
    """Return the file that the user's TF_CLI_CONFIG_FILE names, unless it does not exist or the sandbox wrote it."""
    named = os.environ.get(CONFIGURATION_VARIABLE)
    if not named or not Path(named).is_file() or _text(Path(named)).startswith(_MARK):
        return None
    return Path(named).resolve()


def _user_installs_by_rule() -> bool:
    """Return whether a file that Terraform reads by default states where providers are installed from."""
    files = [Path.home() / ".terraformrc", *sorted((Path.home() / ".terraform.d").glob("*.tfrc"))]
    return any(re.search(r"^\s*provider_installation\b", _text(file), re.MULTILINE) for file in files)


def _implied_mirrors() -> Iterator[Path]:
    """Yield the folders that Terraform searches by default, as its documentation lists them."""
    home = Path.home()
    yield home / ".terraform.d/plugins"
    if platform.system() == "Darwin":
        for library in (home / "Library", Path("/Library")):
            yield library / "Application Support/io.hashicorp.terraform/plugins"
        return
    data = [os.environ.get("XDG_DATA_HOME") or str(home / ".local/share")]
    data += (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    yield from (Path(folder) / "terraform/plugins" for folder in data if folder)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _write(root: Path, mirror: Path) -> Path:
    path = root.resolve() / FILE
    text = _MARK + _CONFIGURATION.format(path=json.dumps(str(mirror.resolve())), provider=PROVIDER)
    if _text(path) != text:
        put_text(path, text)
    return path
