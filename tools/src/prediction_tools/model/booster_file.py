# SPDX-License-Identifier: Apache-2.0
"""A file with an XGBoost model: its format, its version, and the facts that a contract must agree with.

No code from the file runs: a pickle's operations are listed, not executed, and the booster's own bytes are read from them.
"""

from __future__ import annotations

import json
import pickletools
import re
from dataclasses import dataclass
from typing import Any

from . import ubjson

JSON, UBJSON, PICKLE, BINARY = "JSON", "UBJSON", "pickle", "binary"
JSON_VERSION = re.compile(rb'"version":\s*\[\s*([0-9]+),\s*([0-9]+),\s*([0-9]+)\s*\]')
OLD_SNAPSHOT = b"CONFIG-offset:"  # xgboost 1.0 to 2.0, src/learner.cc: LearnerIO::Save
BYTES = {"BINBYTES", "BINBYTES8", "SHORT_BINBYTES", "BYTEARRAY8"}
TEXTS = {"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE"}
SAVE = "Save it with booster.save_model('xgboost-model.json')."
BOOSTER = ("xgboost.core", "Booster")


class ModelFileError(ValueError):
    """The file is not a model of XGBoost."""


@dataclass(frozen=True)
class BoosterFile:
    """A model of XGBoost."""

    name: str
    format: str
    content: bytes
    """The model without its pickle."""
    version: tuple[int, int, int] | None
    """The release of XGBoost that saved it; None where the format does not say."""
    features: int | None
    feature_names: tuple[str, ...]
    """Empty if the model was trained without names."""
    classes: int
    """0 for a model that is not of several classes."""
    objective: str | None
    targets: int = 1
    """The numbers that it predicts for each row, apart from those of classes."""


def read(name: str, content: bytes) -> BoosterFile:
    """Return the model in a file. Raises ModelFileError."""
    if content.startswith(b"\x80"):
        return _pickled(name, content)
    if content.startswith(b"{") and content[1:2] in b"LlIUi$#}":
        return _document(name, UBJSON, content, _loaded(ubjson.loads, content))
    if content.lstrip().startswith(b"{"):
        return _document(name, JSON, content, _loaded(json.loads, content))
    if content.startswith(b"binf"):  # the deprecated format's signature since 0.81, src/learner.cc
        return BoosterFile(name, BINARY, content, None, None, (), 0, None)
    raise ModelFileError(f"not a model of XGBoost: neither JSON, UBJSON nor a pickle. {SAVE}")


def _loaded(load: Any, content: bytes) -> dict[str, Any]:
    try:
        document = load(content)
    except ValueError as error:
        raise ModelFileError(f"not a model of XGBoost, or cut off: {error}. {SAVE}") from None
    return document if isinstance(document, dict) else {}


def _document(name: str, form: str, content: bytes, document: dict[str, Any]) -> BoosterFile:
    """Return a model from XGBoost's documented JSON structure (doc/model.schema)."""
    try:
        learner = document["learner"]
        parameters = learner["learner_model_param"]
        version = tuple(map(int, document["version"])) if "version" in document else None
        return BoosterFile(
            name,
            form,
            content,
            (version[0], version[1], version[2]) if version else None,
            int(parameters["num_feature"]),
            tuple(learner.get("feature_names", ())),
            int(parameters["num_class"]),
            learner["objective"]["name"],
            int(parameters.get("num_target", 1)),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise ModelFileError(f"not a model of XGBoost: its {form} has another structure. {SAVE}") from None


def _pickled(name: str, content: bytes) -> BoosterFile:
    classes, buffers = _listed(content)
    if BOOSTER not in classes[:1]:
        pickled = ".".join(classes[0]) if classes else "no object"
        raise ModelFileError(
            f"a pickle of {pickled}, and the built-in image needs xgboost.core.Booster. Pickle model.get_booster(), or better save it with "
            "save_model('xgboost-model.json')."
        )
    snapshot = max(buffers, key=len, default=b"")
    if snapshot.startswith(OLD_SNAPSHOT):
        return _old_snapshot(name, snapshot)
    document = _loaded(ubjson.loads if snapshot[1:2] in b"LlIUi$#" else json.loads, snapshot)
    found = _document(name, PICKLE, snapshot, document.get("Model", document))
    config = document.get("Config", {}).get("version")
    return found if found.version or not config else _document(name, PICKLE, snapshot, {**document["Model"], "version": config})


def _old_snapshot(name: str, snapshot: bytes) -> BoosterFile:
    """Return a snapshot of XGBoost 1.0 to 2.0: the deprecated format, then the configuration as JSON."""
    offset = int.from_bytes(snapshot[len(OLD_SNAPSHOT) : len(OLD_SNAPSHOT) + 8], "little")
    try:
        config = json.loads(snapshot[offset:].rstrip(b"\0"))
    except ValueError:
        config = {}
    if found := JSON_VERSION.search(snapshot):
        config["version"] = [int(part) for part in found.groups()]
    return _document(name, PICKLE, snapshot, config)


def _listed(content: bytes) -> tuple[list[tuple[str, str]], list[bytes]]:
    """Return the classes and the bytes that a pickle names, in its order, without executing it. Raises ModelFileError."""
    texts: list[str] = []
    classes: list[tuple[str, str]] = []
    buffers: list[bytes] = []
    try:
        for operation, argument, _ in pickletools.genops(content):
            if operation.name in TEXTS:
                texts.append(str(argument))
            elif operation.name in BYTES:
                buffers.append(bytes(argument or b""))
            elif operation.name == "GLOBAL":
                module, _, name = str(argument).partition(" ")
                classes.append((module, name))
            elif operation.name == "STACK_GLOBAL":
                classes.append((texts[-2], texts[-1]))
    except (ValueError, IndexError) as error:
        raise ModelFileError(f"not a pickle: {error}.") from None
    return [found for found in classes if found[0] not in ("copyreg", "copy_reg")], buffers
