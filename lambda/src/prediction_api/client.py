# SPDX-License-Identifier: Apache-2.0
"""Clients of AWS services."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

if TYPE_CHECKING:
    from typing import Any

    from .settings import Limits

CONNECT_SECONDS = 2.0


def connect(service: str, limits: Limits) -> Any:
    """Return boto3's client of a service, whose calls are single attempts: retries must fit into the request's time.

    It is made by botocore, as boto3 makes it: importing boto3 itself also imports the managers of S3 transfers and
    resources, which are not used and take a twelfth of a cold start.
    """
    seconds = limits.attempt_timeout_in_milliseconds / 1000
    core = botocore.session.get_session()
    core.register_component("data_loader", _loader_of(service))
    config = Config(
        region_name=os.environ.get("AWS_REGION"),
        connect_timeout=min(CONNECT_SECONDS, seconds),
        read_timeout=seconds,
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=limits.concurrent_calls,
        tcp_keepalive=True,
    )
    return core.create_client(service, config=config)


def _loader_of(service: str) -> Loader:
    class OneServiceLoader(Loader):
        """Reads neither 400 service folders nor the endpoints of all services: a fifteenth and a tenth of a cold start.

        Botocore takes the URL and the signing Region of a request from the service's endpoint rule set and `partitions.json`.
        It parses `endpoints.json` (1.25 MB), their predecessor, all the same, and without an entry there it assumes
        AWS's usual form (`ClientEndpointBridge.resolve` and `_resolve_endpoint_ruleset` in botocore/client.py).
        """

        def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002
            return [service]

        def load_data_with_path(self, name: str) -> tuple[Any, str]:
            if name == "endpoints":
                return {"partitions": []}, f"{self.BUILTIN_DATA_PATH}/{name}"
            return super().load_data_with_path(name)

    return OneServiceLoader()


def fetch(bucket: str, key: str) -> bytes:
    """Return an object of S3: a contract that is too large for the environment."""
    import boto3  # 15 ms, and only needed for such a contract

    return boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
