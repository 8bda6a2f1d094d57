# SPDX-License-Identifier: Apache-2.0
"""The rules of a contract: those of the plan, which stand in modules/contract and modules/written_contract only."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

from prediction_tools.terraform.module import Module
from prediction_tools.terraform.values import TerraformError

from .document import Document, DocumentError, Path, Place, parse

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FEATURE = re.compile(r"features\[(\d+)\]")
COLUMN = re.compile(r"columns\[(\d+)\]")
MEMBER = re.compile(r"([a-z_]+)(?:\.([a-z_]+))?(?:\.([a-z_]+))?(?:\[(\d+)\])?: ")
UNKNOWN_KEY = re.compile(r'"([^"]*)" is unknown\. (?:Did you mean|Use one of)')


@dataclass(frozen=True)
class Serving:
    """The parts of a deployment that decide how a contract can be served; by default a real-time endpoint of the built-in XGBoost image."""

    algorithm: str | None = "xgboost"
    """The built-in algorithm; None for a container of your own."""
    outputs: str | None = None
    """SAGEMAKER_INFERENCE_OUTPUT of the built-in XGBoost image."""
    variants: bool = True
    """Whether the endpoint may have several variants: neither serverless nor asynchronous."""
    multi_model: bool = False
    adapter: bool = False
    """Whether an adapter creates the model's rows and the predictions."""
    drift: bool = False
    """Whether the function counts drift, and needs summaries."""


@dataclass(frozen=True)
class Problem:
    """One problem of a contract: the plan's sentence, and where in the file to correct it."""

    message: str
    place: Place


@dataclass(frozen=True)
class Checked:
    """A contract with its problems; without any, also the settings that the handler gets."""

    document: Document
    problems: list[Problem]
    settings: dict[str, Any] | None


@functools.cache
def module(name: str) -> Module:
    """Return a module of the repository, which a wheel holds a copy of."""
    installed: Traversable = files("prediction_tools") / "modules" / name
    return Module(installed if installed.is_dir() else File(__file__).resolve().parents[4] / "modules" / name)


def check(text: str, serving: Serving | None = None) -> Checked:
    """Return what the plan finds in a contract's text."""
    try:
        document = parse(text)
    except DocumentError as error:
        return Checked(Document(None), [Problem(error.message, Place(error.line, error.column))], None)
    messages, settings = _evaluated(document.value, serving or Serving())
    problems = [Problem(message, place(document, message)) for message in messages]
    return Checked(document, sorted(problems, key=lambda problem: (problem.place.line, problem.place.column)), settings)


def check_file(path: File, serving: Serving | None = None) -> Checked:
    """Return what the plan finds in a contract's file. Raises OSError."""
    try:
        return check(path.read_text(encoding="utf-8"), serving)
    except UnicodeDecodeError as error:
        line = path.read_bytes().count(b"\n", 0, error.start) + 1
        return Checked(Document(None), [Problem("not text in UTF-8.", Place(line, 1))], None)


def messages(contract: Any, serving: Serving) -> list[str]:
    """Return the plan's sentences about a contract, in the plan's order."""
    return _evaluated(contract, serving)[0]


def _evaluated(contract: Any, serving: Serving) -> tuple[list[str], dict[str, Any] | None]:
    written = module("written_contract").outputs(["problems"], {"contract": contract})["problems"] if contract is not None else _absent()
    if written:
        return written, None
    variables = {
        "contract": contract,
        "adapter": serving.adapter,
        "drift": serving.drift,
        "serving": {
            "variants": serving.variants,
            "multi_model": serving.multi_model,
            "algorithm": serving.algorithm,
            "outputs": serving.outputs,
        },
    }
    try:
        outputs = module("contract").outputs(["problems", "settings"], variables)
    except TerraformError as error:  # a value of a type that no rule foresees: the plan fails with Terraform's own words
        return [f"contract: {error}."], None
    return outputs["problems"], None if outputs["problems"] else outputs["settings"]


def _absent() -> list[str]:
    return ["contract: null. Write a contract."]


def place(document: Document, message: str) -> Place:
    """Return where in a contract to correct what a message reports."""
    path, rest = _path(document, message)
    if unknown := UNKNOWN_KEY.match(rest):
        return document.keys.get((*path, unknown[1]), document.place(path))
    found, key = document.place(path), document.keys.get(path)
    return key if key and key.line < found.line else found  # of a list that begins below its key


def _path(document: Document, message: str) -> tuple[Path, str]:
    """Return the path of the value that a message is about, and the message without it."""
    if found := FEATURE.match(message):
        return _feature_path(document, int(found[1]), message[found.end() :])
    if found := COLUMN.match(message):
        return ("columns", int(found[1])), ""
    if message.startswith("model.environment."):
        return ("output", "kind"), ""
    if message.startswith("monitoring.drift: "):
        return ("features",), ""
    found = MEMBER.match(message)
    if not found:
        return (), message
    names = [name for name in found.group(1, 2, 3) if name and name != "contract"]
    path: Path = (*names, int(found[4])) if found[4] else tuple(names)
    return _quoted(document, path, message), message[found.end() :]


def _feature_path(document: Document, index: int, rest: str) -> tuple[Path, str]:
    path: Path = ("features", index)
    feature = document.value["features"][index] if isinstance(document.value["features"], list) else None
    members = feature if isinstance(feature, dict) else {}
    rest = rest.removeprefix(f" ({_text(members.get('name'))})")
    if found := re.match(r"((?:\.\w+)+)(?:\[(\d+)\])?: ", rest):
        path = (*path, *found[1].split(".")[1:])
        return ((*path, int(found[2])) if found[2] else path), rest[found.end() :]
    rest = rest.removeprefix(": ")
    if UNKNOWN_KEY.match(rest):
        return path, rest
    named = [word for word in re.findall(r"\w+", rest) if word in members]
    return (*path, named[0] if named else "name"), rest


def _quoted(document: Document, path: Path, message: str) -> Path:
    """Return the item of a list that a message quotes, or the list itself."""
    value = document.value
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    texts = value if isinstance(value, list) else []
    return next(((*path, index) for index, text in enumerate(texts) if f'"{_text(text)}"' in message), path)


def _text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
