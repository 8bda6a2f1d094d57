"""LocalStack's choice of a service for a request: AWS Signer and its data plane sign with the same name, so the path decides."""

from __future__ import annotations

from localstack.aws.protocol.service_router import signing_name_path_prefix_rules
from localstack.aws.spec import ServiceModelIdentifier


def apply_patches() -> None:
    """Add a rule beside those for LocalStack's own services: GetRevocationStatus is the only operation of signer-data."""
    signing_name_path_prefix_rules["signer"] = {"/revocations": ServiceModelIdentifier("signer-data")}
