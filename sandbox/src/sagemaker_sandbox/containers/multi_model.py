"""A container for many models: all are stored under one S3 prefix, and each is loaded when it is first requested."""

from __future__ import annotations

import tempfile
import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagemaker_sandbox.aws.s3 import S3Location
from sagemaker_sandbox.containers import artifacts, registry
from sagemaker_sandbox.containers.base import Answer, ModelLoadError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.containers.base import Container, Request


class TargetModelError(Exception):
    """The model that a request names cannot be downloaded; the message is AWS's."""


@dataclass
class MultiModelContainer:
    """A started container that has not loaded any model yet."""

    definition: Mapping[str, Any]
    prefix: S3Location
    role: str
    scope: Scope
    _loaded: dict[str, Container] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def invoke(self, request: Request) -> Answer:
        """Answer with the model that the request names. Raises TargetModelError if it does not exist."""
        assert request.target_model is not None  # noqa: S101  the runtime has checked
        try:
            return self._model(request.target_model).invoke(request)
        except ModelLoadError as error:
            return Answer(HTTPStatus.INTERNAL_SERVER_ERROR, str(error).encode(), "text/html; charset=utf-8")

    def _model(self, target: str) -> Container:
        with self._lock:
            loaded = self._loaded.get(target) or self._load(target)
            if self.definition.get("MultiModelConfig", {}).get("ModelCacheSetting") != "Disabled":
                self._loaded[target] = loaded
            return loaded

    def _load(self, target: str) -> Container:
        key = f"{self.prefix.key.rstrip('/')}/{target}".lstrip("/")
        location = S3Location(self.prefix.bucket, key)
        with tempfile.TemporaryDirectory(prefix="sagemaker-model-") as name:
            try:
                artifacts.check(location, self.role, self.scope)
                artifacts.unpack(location, Path(name), self.scope)
            except artifacts.ArtifactError as error:
                raise TargetModelError(
                    f"Failed to download model data(bucket: {location.bucket}, key: {location.key}). Please ensure "
                    "that there is an object located at the URL and that the role passed to CreateModel has "
                    "permissions to download the model."
                ) from error
            environment = self.definition.get("Environment", {})
            return registry.load(self.definition["Image"], Path(name), environment, multi_model=True)
