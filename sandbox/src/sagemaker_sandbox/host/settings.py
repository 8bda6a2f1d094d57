"""The environment that LocalStack runs in: none of the user's settings, no telemetry, no downloads."""

from __future__ import annotations

import os
from pathlib import Path

from sagemaker_sandbox.host import identity

HOST = "127.0.0.1"
DEFAULT_PORT = 4566
REGION = "us-east-1"
# the secret of the account's administrator, whose permissions are not checked
ADMINISTRATOR_SECRET = "test"  # noqa: S105  not secret: it opens nothing but the sandbox
ROOT_VARIABLE = "SAGEMAKER_SANDBOX_ROOT"
ACCESS_KEY_VARIABLE = "SAGEMAKER_SANDBOX_ACCESS_KEY"
STATUS_PATH = "/_sandbox/status"
# inside another program's container, LocalStack would assume its own image, and read and write below /usr/lib and /var/lib
HOST_MODE = {"OVERRIDE_IN_DOCKER": "0"}

_TRIM_BYTES = 1024 * 1024

# variables of the machine's environment without which a Python program may not run
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


def root() -> Path:
    """Return the root folder of the sandbox that this process belongs to."""
    return Path(os.environ[ROOT_VARIABLE])


def administrator() -> str:
    """Return the access key of the administrator of the sandbox that this process belongs to."""
    return os.environ[ACCESS_KEY_VARIABLE]


def is_inside_sandbox() -> bool:
    """Return whether this process is the sandbox's LocalStack, rather than another one with the plugins installed."""
    return ROOT_VARIABLE in os.environ


def functions_folder() -> Path:
    """Return the folder for Lambda functions, in the LocalStack process."""
    return temporary_folder(root()) / "functions"


def temporary_folder(root: Path) -> Path:
    """Return the folder in ``root`` for everything that is deleted when LocalStack stops, unpacked functions included."""
    return root / "tmp"


def volume(root: Path) -> Path:
    """Return the folder in ``root`` that LocalStack takes for the root of its file system."""
    return root / "cache" / "volume"


def server_environment(root: Path, port: int) -> dict[str, str]:
    """Return the complete environment of the LocalStack process that serves ``root`` on ``port``."""
    temporary = temporary_folder(root)
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | {
        ROOT_VARIABLE: str(root),
        ACCESS_KEY_VARIABLE: identity.access_key(root),
        "HOME": str(temporary),
        "TEMP": str(temporary),
        "XDG_CACHE_HOME": str(root / "cache"),
        "FILESYSTEM_ROOT": str(volume(root)),
        "CONFIG_DIR": str(temporary / "config"),
        "GATEWAY_LISTEN": f"{HOST}:{port}",
        "GATEWAY_SERVER": "loopback",
        "LOCALSTACK_HOST": f"{HOST}:{port}",
        "LAMBDA_RUNTIME_EXECUTOR": "process",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        # of presigned URLs; the sandbox verifies all others itself
        "S3_SKIP_SIGNATURE_VALIDATION": "0",
        "DNS_ADDRESS": "0",
        **HOST_MODE,
        # One heap of glibc for all threads, which returns free memory to the system. With a heap for each thread, every request leaves
        # some free memory between objects that stay: https://man7.org/linux/man-pages/man3/mallopt.3.html
        "MALLOC_ARENA_MAX": "1",
        "MALLOC_TRIM_THRESHOLD_": str(_TRIM_BYTES),
        # a socket that does not exist: LocalStack looks for Docker even where it does not need it
        "DOCKER_HOST": f"unix://{temporary / 'no-docker.sock'}",
    }
