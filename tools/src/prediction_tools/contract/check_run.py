# SPDX-License-Identifier: Apache-2.0
"""One run of ``contract check``: the rules, the model, and the predictions, each on the results of the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prediction_api.contract import load

from prediction_tools.file_error import FileError
from prediction_tools.model import checks
from prediction_tools.model.booster_file import ModelFileError

from . import rules
from .report import Finding

if TYPE_CHECKING:
    from pathlib import Path

    from prediction_tools.model.booster_file import BoosterFile

    from .images import Image


class CheckRun:
    """The parts that ran, and their findings."""

    def __init__(self, contract: Path, serving: rules.Serving, image: Image) -> None:
        self._path = contract
        self._serving = serving
        self._image = image
        self._checked = rules.check_file(contract, serving)
        self._model: BoosterFile | None = None
        self.parts = ["rules"]
        self.findings = [
            Finding("rules", str(contract), problem.message, problem.place.line, problem.place.column) for problem in self._checked.problems
        ]

    def compare_model(self, path: Path) -> None:
        """Compare an artifact with the contract; a contract with problems is not compared."""
        self.parts.append("model")
        artifact = checks.artifact(path, self._image.xgboost)
        self._model = artifact.model
        self.findings += [Finding("model", str(path), problem) for problem in artifact.problems]
        if artifact.model and self._checked.settings and not self._serving.adapter:
            contract = load(self._checked.settings)
            self.findings += [
                self._finding("model", problem) for problem in checks.disagreements(contract, artifact.model, self._serving.outputs)
            ]

    def compare_predictions(self, data: Path, expected: Path, tolerance: float) -> None:
        """Predict the rows of a file, and compare with expected predictions; only if nothing else is wrong."""
        from .predictions import compare  # 0.7 s with polars and botocore, which the other checks do not need

        self.parts.append("predictions")
        if self.findings or not self._model or not self._checked.settings:
            return
        try:
            differences = compare(self._checked.settings, self._model, data, expected, tolerance)
        except FileError as error:
            self.findings.append(Finding("predictions", str(error.path), str(error)))
            return
        except (OSError, ValueError, ModelFileError) as error:
            self.findings.append(Finding("predictions", str(data), str(error)))
            return
        self.findings += [Finding("predictions", str(each.file), each.message, each.line, 1 if each.line else None) for each in differences]

    def _finding(self, part: str, message: str) -> Finding:
        place = rules.place(self._checked.document, message)
        return Finding(part, str(self._path), message, place.line, place.column)
