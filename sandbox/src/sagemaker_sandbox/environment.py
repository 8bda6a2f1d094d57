"""The environment of a sandbox's users: Terraform, boto3, anything that speaks to AWS."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from sagemaker_sandbox import settings, terraform_cli

if TYPE_CHECKING:
    from pathlib import Path

FILE = "env"

# settings of the user's that would lead somewhere else than to the sandbox
UNSET = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
)


def variables(root: Path, port: int) -> dict[str, str]:
    """What to set so that an AWS client of any kind reaches the sandbox of ``root`` on ``port``."""
    found = {
        "AWS_ENDPOINT_URL": f"http://{settings.HOST}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",  # LocalStack's account 000000000000
        "AWS_REGION": settings.REGION,
        "AWS_DEFAULT_REGION": settings.REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        # the user's own profiles might name endpoints, roles or regions
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    for name in ("NO_PROXY", "no_proxy"):
        found[name] = _without_proxy(os.environ.get(name, ""))
    if configuration := terraform_cli.configuration(root):
        found["TF_CLI_CONFIG_FILE"] = str(configuration)
    return found


def write(root: Path, port: int) -> Path:
    """Write the file that a POSIX shell sources; returns its path."""
    found = variables(root, port)
    unset = [name for name in (*UNSET, "TF_CLI_CONFIG_FILE") if name not in found]
    lines = [f"export {name}={shlex.quote(value)}" for name, value in found.items()]
    path = root / FILE
    partial = path.with_suffix(".partial")
    partial.write_text("\n".join([f"unset {' '.join(unset)}", *lines, ""]), encoding="utf-8")
    return partial.replace(path)


def remove(root: Path) -> None:
    """Take the files away that ``write`` left."""
    (root / FILE).unlink(missing_ok=True)
    terraform_cli.remove(root)


def _without_proxy(hosts: str) -> str:
    known = [host for host in hosts.split(",") if host]
    return ",".join([*known, *(host for host in (settings.HOST, "localhost") if host not in known)])
