"""A function's code and layers, laid out in the sandbox's folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from localstack.aws.api.lambda_ import PackageType

from sagemaker_sandbox.host import settings
from sagemaker_sandbox.lambda_.runtime_process import Folders

if TYPE_CHECKING:
    from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, HotReloadingCode, S3Code

    type Code = S3Code | HotReloadingCode


class UnsupportedFunctionError(Exception):
    """The sandbox cannot run this function; the message becomes the reason of its state."""


def prepare(version: FunctionVersion) -> None:
    """Unpack a version's code and layers. Raises ``UnsupportedFunctionError``."""
    config = version.config
    if config.package_type != PackageType.Zip or not config.code or not config.handler:
        message = f"{version.qualified_arn} is a container image; the sandbox runs only zip packages"
        raise UnsupportedFunctionError(message)
    if not str(config.runtime).startswith("python3"):
        message = f"{version.qualified_arn} has runtime {config.runtime}; the sandbox runs only Python functions"
        raise UnsupportedFunctionError(message)
    _unpacked(config.code)
    _layers(version)


def lay_out(environment_id: str, version: FunctionVersion) -> Folders:
    """Return the folders of a new execution environment, with a copy of the code: an update deletes the original."""
    home = settings.functions_folder() / "environments" / environment_id
    home.mkdir(parents=True)
    code = _unpacked(version.config.code)
    original = code.get_unzipped_code_location()
    if code.is_hot_reloading():
        task = original
    else:
        task = home / "task"
        _link_tree(original, task)
    return Folders(task=task, layers=_layers(version), home=home)


def remove(folders: Folders) -> None:
    """Delete what ``lay_out`` created."""
    shutil.rmtree(folders.home, ignore_errors=True)


def _layers(version: FunctionVersion) -> Path:
    """Return the folder that merges the version's layers, later ones over earlier ones."""
    layers = version.config.layers
    key = hashlib.sha256("\n".join(layer.layer_version_arn for layer in layers).encode()).hexdigest()[:16]
    folder = settings.functions_folder() / "layers" / key
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(dir=folder.parent))
        for layer in layers:
            _link_tree(_unpacked(layer.code).get_unzipped_code_location(), partial)
        try:
            partial.rename(folder)
        except OSError:  # another version with the same layers was faster
            shutil.rmtree(partial)
    return folder


def _unpacked(code: Code | None) -> Code:
    if code is None:
        message = "the version has no code to unpack"
        raise UnsupportedFunctionError(message)
    code.prepare_for_execution()
    return code


def _link_tree(source: Path, target: Path) -> None:
    shutil.copytree(source, target, copy_function=_link, dirs_exist_ok=True)


def _link(source: str, target: str) -> None:
    Path(target).unlink(missing_ok=True)
    os.link(source, target)
