"""A container for many models: all below one prefix of S3, each loaded when it is first asked for."""

from __future__ import annotations

import tempfile
import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from sagemaker_sandbox.sagemaker import artifacts, container
from sagemaker_sandbox.sagemaker.container import Answer

if TYPE_CHECKING:
    from sagemaker_sandbox.sagemaker.artifacts import Location
    from sagemaker_sandbox.sagemaker.container import Container, Request
    from sagemaker_sandbox.sagemaker.container_log import ContainerLog
    from sagemaker_sandbox.sagemaker.store import Json


class TargetModelError(Exception):
    """The model that a request names cannot be downloaded; the message is AWS's."""


@dataclass
class MultiModelContainer:
    """One started container without any model yet."""

    definition: Json
    prefix: Location
    log: ContainerLog
    _loaded: dict[str, Container] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def invoke(self, request: Request) -> Answer:
        """Answer by the model that the request names; TargetModelError if it is not there."""
        assert request.target_model is not None  # noqa: S101  the runtime has checked
        try:
            return self._model(request.target_model).invoke(request)
        except container.ModelLoadError as error:
            return Answer(HTTPStatus.INTERNAL_SERVER_ERROR, str(error).encode(), "text/html; charset=utf-8")

    def _model(self, target: str) -> Container:
        with self._lock:
            loaded = self._loaded.get(target) or self._load(target)
            if self.definition.get("MultiModelConfig", {}).get("ModelCacheSetting") != "Disabled":
                self._loaded[target] = loaded
            return loaded

    def _load(self, target: str) -> Container:
        key = f"{self.prefix.key.rstrip('/')}/{target}".lstrip("/")
        location = artifacts.Location(self.prefix.bucket, key)
        with tempfile.TemporaryDirectory(prefix="sagemaker-model-") as name:
            try:
                artifacts.check(location, self.log.role, self.log.place)
                artifacts.unpack(location, Path(name), self.log.place)
            except artifacts.ArtifactError as error:
                raise TargetModelError(
                    f"Failed to download model data(bucket: {location.bucket}, key: {location.key}). Please ensure "
                    "that there is an object located at the URL and that the role passed to CreateModel has "
                    "permissions to download the model."
                ) from error
            environment = self.definition.get("Environment", {})
            return container.load(self.definition["Image"], Path(name), environment, multi_model=True)
