"""The interface of a serving container: an image and an unpacked model in, responses out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sagemaker_sandbox.containers.images import Image


class ModelLoadError(Exception):
    """The container cannot start with this model; the message is what it would have logged."""


@dataclass(frozen=True)
class Request:
    """A request that SageMaker posts to a container's ``/invocations``; ``None`` stands for a missing header."""

    body: bytes
    content_type: str | None = None
    accept: str | None = None
    target_model: str | None = None


@dataclass(frozen=True)
class Answer:
    """A container's HTTP response."""

    status: int
    body: bytes
    content_type: str


class Container(Protocol):
    """A started container with its model loaded."""

    def invoke(self, request: Request) -> Answer:
        """Answer one request; safe to call from several threads."""


class Loader(Protocol):
    """Starts the containers of one image repository."""

    def __call__(self, image: Image, folder: Path, environment: Mapping[str, str], *, multi_model: bool) -> Container:
        """Load the model in ``folder``; with ``multi_model`` it is one of several behind a single container."""
