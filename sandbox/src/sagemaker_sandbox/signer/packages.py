"""A function's package as a zip, and the signature in it.

AWS Signer adds a signature that is not documented. Here it is the comment of the zip, so that a signed package has other bytes
than the unsigned one; whether it is valid is known by the digest of the package alone.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from typing import Final

_MARK: Final = b"signed by "


class UnsignableError(Exception):
    """A package cannot be signed; the message says why."""


def signed(package: bytes, job_arn: str) -> bytes:
    """Return a package with its signature.

    https://docs.aws.amazon.com/signer/latest/developerguide/signing-jobs-lambda.html: "Signing fails for a zip file if the file is
    empty, already has a signature, or is malformed."
    """
    content = io.BytesIO(package)
    if not zipfile.is_zipfile(content):
        raise UnsignableError("The object is not a zip file.")
    try:
        with zipfile.ZipFile(content, "a") as archive:
            if not archive.namelist():
                raise UnsignableError("The zip file is empty.")
            if archive.comment.startswith(_MARK):
                raise UnsignableError("The zip file already has a signature.")
            archive.comment = _MARK + job_arn.encode()
    except zipfile.BadZipFile as error:
        raise UnsignableError("The zip file is malformed.") from error
    return content.getvalue()


def digest(package: bytes) -> str:
    """Return a package's digest as Lambda shows it (CodeSha256)."""
    return base64.b64encode(hashlib.sha256(package).digest()).decode()
