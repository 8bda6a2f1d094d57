"""Serving containers: an image and an unpacked model in, answers out. Nothing here knows of LocalStack."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class ModelLoadError(Exception):
    """The container cannot start with this model; the message is what it would have logged."""


@dataclass(frozen=True)
class Request:
    """What SageMaker posts to a container's ``/invocations``; ``None`` stands for an absent header."""

    body: bytes
    content_type: str | None = None
    accept: str | None = None
    target_model: str | None = None


@dataclass(frozen=True)
class Answer:
    """A container's HTTP answer."""

    status: int
    body: bytes
    content_type: str


class Container(Protocol):
    """A started container with its model loaded."""

    def invoke(self, request: Request) -> Answer:
        """Answer one request; safe to call from several threads."""


@dataclass(frozen=True)
class Image:
    """A container image's address, taken apart: ``REGISTRY/REPOSITORY:TAG`` or ``REGISTRY/REPOSITORY@DIGEST``."""

    uri: str
    repository: str
    tag: str

    @classmethod
    def parse(cls, uri: str) -> Image:
        """Take ``uri`` apart; the tag is empty when only a digest is given."""
        path = uri.partition("@")[0]
        match = re.fullmatch(r"(.+):([^:/]+)", path)
        path, tag = match.groups() if match else (path, "")
        return cls(uri=uri, repository=path.partition("/")[2] or path, tag=tag)


class Loader(Protocol):
    """How containers of one repository start."""

    def __call__(self, image: Image, folder: Path, environment: Mapping[str, str], *, multi_model: bool) -> Container:
        """Load the model in ``folder``; ``multi_model`` is one of many behind one container."""


def _load_xgboost(image: Image, folder: Path, environment: Mapping[str, str], *, multi_model: bool) -> Container:
    from sagemaker_sandbox.sagemaker.xgboost_image.server import XGBoostContainer  # a second of import

    return XGBoostContainer.load(image.tag, folder, environment, multi_model=multi_model)


LOADERS: dict[str, Loader] = {"sagemaker-xgboost": _load_xgboost}


def loader_of(uri: str) -> Loader:
    """Find how containers of image ``uri`` start; ModelLoadError if the sandbox has none of them."""
    loader = LOADERS.get(Image.parse(uri).repository)
    if loader is None:
        served = ", ".join(sorted(LOADERS))
        raise ModelLoadError(
            f"The sandbox has no container for image {uri}: it can serve images of the repositories {served}."
        )
    return loader


def load(uri: str, folder: Path, environment: Mapping[str, str], *, multi_model: bool = False) -> Container:
    """Start a container of image ``uri`` with the model unpacked in ``folder``; ModelLoadError if it cannot start."""
    return loader_of(uri)(Image.parse(uri), folder, environment, multi_model=multi_model)
