"""The environment of a sandbox's clients: Terraform, boto3 and anything else that calls AWS."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from sagemaker_sandbox.host import identity, settings, terraform_cli
from sagemaker_sandbox.host.files import put_text

if TYPE_CHECKING:
    from pathlib import Path

FILE = "env"

# user settings that would direct a client elsewhere than to the sandbox
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


# a service's own endpoint, such as AWS_ENDPOINT_URL_S3, takes precedence over AWS_ENDPOINT_URL
_UNSET_ENDPOINTS = """for name in $(env | sed -n 's/^\\(AWS_ENDPOINT_URL_[A-Z0-9_]*\\)=.*/\\1/p'); do
  unset "$name"
done
unset name"""

# AWS_ENDPOINT_URL must not go through a proxy; the user's own exclusions are kept
_NO_PROXY = """case ",${{{name}:-}}," in
  *,{host},*) ;;
  *) export {name}="${{{name}:+${name},}}{host},localhost" ;;
esac"""


def variables(root: Path, port: int) -> dict[str, str]:
    """Return the variables that direct any AWS client to the sandbox of ``root`` on ``port``.

    Raises ``terraform_cli.MirrorError``.
    """
    configuration = terraform_cli.configuration(root)
    return {
        "AWS_ENDPOINT_URL": f"http://{settings.HOST}:{port}",
        "AWS_ACCESS_KEY_ID": identity.access_key(root),  # of LocalStack's account 000000000000
        "AWS_SECRET_ACCESS_KEY": settings.ADMINISTRATOR_SECRET,
        "AWS_REGION": settings.REGION,
        "AWS_DEFAULT_REGION": settings.REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        # the user's profiles might set endpoints, roles or Regions
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        # Terraform would check for new versions at every start
        "CHECKPOINT_DISABLE": "1",
    } | ({terraform_cli.CONFIGURATION_VARIABLE: str(configuration)} if configuration else {})


def write(root: Path, port: int) -> Path:
    """Write the file that a POSIX shell sources and return its path. Raises ``terraform_cli.MirrorError``."""
    found = variables(root, port)
    unset = [name for name in (*UNSET, terraform_cli.CONFIGURATION_VARIABLE) if name not in found]
    lines = [
        f"unset {' '.join(unset)}",
        _UNSET_ENDPOINTS,
        *(f"export {name}={shlex.quote(value)}" for name, value in found.items()),
        *(_NO_PROXY.format(name=name, host=settings.HOST) for name in ("NO_PROXY", "no_proxy")),
    ]
    path = root / FILE
    put_text(path, "\n".join([*lines, ""]))
    return path


def remove(root: Path) -> None:
    """Delete the file: the sandbox that it points to has stopped."""
    (root / FILE).unlink(missing_ok=True)


def applied(root: Path, port: int) -> dict[str, str]:
    """Return this process's environment as sourcing the file would leave it, for programs started from Python."""
    inherited = {name: value for name, value in os.environ.items() if name not in UNSET and not name.startswith("AWS_ENDPOINT_URL_")}
    inherited.pop(terraform_cli.CONFIGURATION_VARIABLE, None)
    for name in ("NO_PROXY", "no_proxy"):
        hosts = [*inherited.get(name, "").split(","), settings.HOST, "localhost"]
        inherited[name] = ",".join(dict.fromkeys(filter(None, hosts)))
    return inherited | variables(root, port)
