"""The images that the sandbox can serve. Add a repository to ``_REPOSITORIES`` to serve another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sagemaker_sandbox.containers.base import ModelLoadError
from sagemaker_sandbox.containers.images import Image
from sagemaker_sandbox.containers.xgboost.release import is_tag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sagemaker_sandbox.containers.base import Container, Loader


@dataclass(frozen=True)
class _Repository:
    load: Loader
    is_tag: Callable[[str], bool]
    """Whether AWS's repository can contain an image with this tag."""


def _load_xgboost(image: Image, folder: Path, environment: Mapping[str, str], *, multi_model: bool) -> Container:
    from sagemaker_sandbox.containers.xgboost.server import XGBoostContainer  # imports xgboost, about a second

    return XGBoostContainer.load(image.tag, folder, environment, multi_model=multi_model)


_REPOSITORIES: Final = {"sagemaker-xgboost": _Repository(_load_xgboost, is_tag)}


def exists(uri: str) -> bool:
    """Return False for an image that is missing from a known repository; other repositories are not checked."""
    image = Image.parse(uri)
    repository = _REPOSITORIES.get(image.repository)
    return repository is None or not image.tag or repository.is_tag(image.tag)


def loader_of(uri: str) -> Loader:
    """Return the loader for an image's containers. Raises ModelLoadError if the sandbox cannot serve the image."""
    repository = _REPOSITORIES.get(Image.parse(uri).repository)
    if repository is None:
        served = ", ".join(sorted(_REPOSITORIES))
        raise ModelLoadError(f"The sandbox has no container for image {uri}: it can serve images of the repositories {served}.")
    return repository.load


def load(uri: str, folder: Path, environment: Mapping[str, str], *, multi_model: bool = False) -> Container:
    """Start a container of image ``uri`` with the model in ``folder``. Raises ModelLoadError if it cannot start."""
    return loader_of(uri)(Image.parse(uri), folder, environment, multi_model=multi_model)
