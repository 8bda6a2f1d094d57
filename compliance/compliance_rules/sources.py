"""The file and the line of a resource: where it is declared, or where the module is called that declares it."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from compliance_rules.plan import unindexed

if TYPE_CHECKING:
    from pathlib import Path


class Place(NamedTuple):
    """A file, relative to the folder that paths are reported within, and a line of it."""

    file: str
    line: int


class Sources:
    """The Terraform files of a root module, and those of the modules that `terraform init` has installed for it."""

    def __init__(self, root: Path, within: Path) -> None:
        """Read where the modules are. A folder without an initialized root module has only its own files."""
        self._root = root
        self._within = within
        manifest = root / ".terraform/modules/modules.json"
        modules = json.loads(manifest.read_text(encoding="utf-8"))["Modules"] if manifest.exists() else []
        self._folders = {module["Key"]: module["Dir"] for module in modules} | {"": "."}

    def place(self, address: str) -> Place:
        """Return where a resource is declared; the first line of the root module if it is in no file here.

        No report can show a line of a module that is not in the folder, such as one from a registry. Its place is the block that calls it.
        """
        *modules, kind, name = unindexed(address).split(".") if address else ("", "")
        calls = modules[1::2]
        for depth, call in enumerate(calls):
            if not self._is_within(calls[: depth + 1]):
                return self._declared(calls[:depth], rf'module\s+"{re.escape(call)}"')
        return self._declared(calls, rf'resource\s+"{re.escape(kind)}"\s+"{re.escape(name)}"')

    def _is_within(self, calls: list[str]) -> bool:
        """Return whether the files of a module are in the folder itself, instead of in a copy that `terraform init` has downloaded."""
        folder = self._folders.get(".".join(calls))
        parts = self._path(folder, "").split("/") if folder is not None else [".."]
        return parts[0] != ".." and ".terraform" not in parts

    def _declared(self, calls: list[str], block: str) -> Place:
        """Return the line of a module on which a block begins."""
        folder, declaration = self._folders[".".join(calls)], re.compile(rf"^\s*{block}")
        for file in sorted((self._root / folder).glob("*.tf")):
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
                if declaration.match(line):
                    return Place(self._path(folder, file.name), number)
        return Place(self._path(".", "main.tf"), 1)

    def _path(self, folder: str, name: str) -> str:
        """Return the path of a file to report. A root module outside of the folder has a path that leads there, such as ../../main.tf."""
        return os.path.relpath(self._root / folder / name, self._within).replace(os.sep, "/")
