# SPDX-License-Identifier: Apache-2.0
"""The checks of an artifact: its files, its format, and its agreement with a contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .agreement import format_problems, problems
from .archive import ArtifactError, files
from .booster_file import BoosterFile, ModelFileError, read

if TYPE_CHECKING:
    from pathlib import Path

    from prediction_api.contract import Contract


@dataclass(frozen=True)
class Artifact:
    """The first model of an artifact, None if it cannot be read, and the problems of its files."""

    model: BoosterFile | None
    problems: list[str]


def artifact(path: Path, release: tuple[int, int] | None) -> Artifact:
    """Return the model in an artifact for an image with a release of XGBoost, None for another image."""
    try:
        contents = {name: content for name, content in files(path).items() if not name.rpartition("/")[2].startswith(".")}
    except ArtifactError as error:
        return Artifact(None, [str(error)])
    if not contents:
        return Artifact(None, ["the archive contains no file. Pack the model's file at its top."])
    name, content = min(contents.items(), key=lambda file: ("/" in file[0], file[0]))  # folders, such as code/ of script mode, last
    if "/" in name:
        return Artifact(None, [f"{name}: the model is in a folder of the archive, and the built-in image reads only files at its top."])
    try:
        model = read(name, content)
    except ModelFileError as error:
        return Artifact(None, [str(error) if name == path.name else f"{name}: {error}"])
    return Artifact(model, [problem.removeprefix(f"{path.name}: ") for problem in format_problems(model, release)])


def disagreements(contract: Contract, model: BoosterFile, outputs: str | None) -> list[str]:
    """Return the sentences about a contract and a model that disagree, each with the contract's path."""
    return problems(contract, model, outputs)
