"""IAM: the document of a managed policy is returned encoded, as that of every other policy is.

moto returns it as it is, so that clients, which decode it, change each %3A in a path of API Gateway.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html: "URL-encoded compliant with RFC 3986"
"""

from __future__ import annotations

from moto.core.serialize import url_encode
from moto.iam.responses import IamResponse


def apply_patches() -> None:
    """Encode the document."""
    IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER["GetPolicyVersionResponse.PolicyVersion.Document"] = url_encode
