"""The environment that LocalStack runs in: nothing of the user's own settings, and nobody to call home to."""

from __future__ import annotations

import os
from pathlib import Path

HOST = "127.0.0.1"
DEFAULT_PORT = 4566
REGION = "us-east-1"
ROOT_VARIABLE = "SAGEMAKER_SANDBOX_ROOT"

# what a Python program needs of the machine to run at all
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


def root() -> Path:
    """Return the root folder of the sandbox that this process belongs to."""
    return Path(os.environ[ROOT_VARIABLE])


def functions_folder() -> Path:
    """Return the folder for Lambda functions, in the LocalStack process."""
    return temporary_folder(root()) / "functions"


def temporary_folder(root: Path) -> Path:
    """Return the folder below ``root`` for everything that ends with LocalStack, unpacked functions among it."""
    return root / "tmp"


def server_environment(root: Path, port: int) -> dict[str, str]:
    """Return the whole environment of the LocalStack process that serves ``root`` on ``port``."""
    temporary = temporary_folder(root)
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | {
        ROOT_VARIABLE: str(root),
        "HOME": str(temporary),
        "TEMP": str(temporary),
        "XDG_CACHE_HOME": str(root / "cache"),
        "FILESYSTEM_ROOT": str(root / "cache" / "volume"),
        "CONFIG_DIR": str(temporary / "config"),
        "GATEWAY_LISTEN": f"{HOST}:{port}",
        "GATEWAY_SERVER": "loopback",
        "LOCALSTACK_HOST": f"{HOST}:{port}",
        "LAMBDA_RUNTIME_EXECUTOR": "process",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DNS_ADDRESS": "0",
        # in a container that is not its own LocalStack would take itself for being in Docker, and write below /var/lib
        "OVERRIDE_IN_DOCKER": "0",
        # a socket that is not there: LocalStack asks for Docker in places where it could do without
        "DOCKER_HOST": f"unix://{temporary / 'no-docker.sock'}",
    }
