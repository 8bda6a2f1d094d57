"""Adds the handler's package and the contract's rules to what is built.

Both stand once in the repository, outside of this folder. A wheel holds a copy of them, a source distribution holds them in `shared`, and
an editable installation reads the repository's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).resolve().parent
SHARED = {
    "lambda/src/prediction_api": "prediction_api",
    "modules/contract": "prediction_tools/modules/contract",
    "modules/written_contract": "prediction_tools/modules/written_contract",
}


class SharedFiles(BuildHookInterface):  # type: ignore[type-arg]
    """Names the files for each kind of distribution."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files. ``version`` is hatchling's word for a kind of wheel: standard or editable."""
        if version == "editable":
            return
        unpacked = HERE / "shared"
        source = unpacked if unpacked.is_dir() else HERE.parent
        for path, target in SHARED.items():
            files = [file for file in sorted((source / path).iterdir()) if file.suffix in (".py", ".tf")]
            folder = f"shared/{path}" if self.target_name == "sdist" else target
            build_data["force_include"] |= {str(file): f"{folder}/{file.name}" for file in files}
