"""The environment that LocalStack runs in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sagemaker_sandbox.host import settings

PROBE = """
import json
from localstack import config
print(json.dumps({
    "folders": list(vars(config.dirs).values()),
    "listen": [str(address) for address in config.GATEWAY_LISTEN],
    "silent": config.DISABLE_EVENTS and config.SKIP_SSL_CERT_DOWNLOAD,
    "debug": config.DEBUG,
}))
"""


@pytest.fixture(scope="module")
def configured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return LocalStack's configuration in the sandbox's environment, for a user with LocalStack settings."""
    root = tmp_path_factory.mktemp("root")
    with pytest.MonkeyPatch.context() as user:
        user.setenv("DEBUG", "1")
        user.setenv("GATEWAY_LISTEN", "0.0.0.0:4566")
        environment = settings.server_environment(root, 4999)
    done = subprocess.run([sys.executable, "-I", "-c", PROBE], env=environment, capture_output=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found | {"root": root}


def test_localstack_writes_only_in_the_root_folder(configured: dict[str, Any]) -> None:
    assert all(Path(folder).is_relative_to(configured["root"]) for folder in configured["folders"])


def test_localstack_listens_only_on_the_loopback_address(configured: dict[str, Any]) -> None:
    assert configured["listen"] == ["127.0.0.1:4999"]


def test_localstack_sends_no_telemetry_and_downloads_nothing(configured: dict[str, Any]) -> None:
    assert configured["silent"]


def test_the_users_settings_of_localstack_are_ignored(configured: dict[str, Any]) -> None:
    assert not configured["debug"]
