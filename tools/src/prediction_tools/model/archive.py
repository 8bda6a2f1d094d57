# SPDX-License-Identifier: Apache-2.0
"""The files of an artifact: a model.tar.gz, or a single model file. And an artifact from a booster."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

MEMBER = "xgboost-model"  # the name that the built-in image gives its own models
LARGEST = 2**31  # bytes, of one file in the archive: a larger one is not a booster, but a bomb


class ArtifactError(ValueError):
    """The artifact cannot be read."""


def files(path: Path) -> dict[str, bytes]:
    """Return the content of an artifact's model files by name. Nothing is written to disk. Raises ArtifactError."""
    if not tarfile.is_tarfile(path):
        return {path.name: path.read_bytes()}
    try:
        with tarfile.open(path, "r:gz") as archive:
            members = archive.getmembers()
            if unsafe := [member.name for member in members if not (member.isfile() or member.isdir())]:
                raise ArtifactError(f"{unsafe[0]} is a link, which SageMaker rejects. Pack plain files.")
            if large := [member.name for member in members if member.size > LARGEST]:
                raise ArtifactError(f"{large[0]} has more than 2 GiB.")
            return {member.name.removeprefix("./"): _content(archive, member) for member in members if member.isfile()}
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise ArtifactError(f"not a valid tar.gz archive ({error}). Pack it with tar -czf model.tar.gz.") from None


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return file.read() if file else b""


def write_artifact(booster: Any, path: Path) -> None:
    """Write a booster as the only member of a model.tar.gz. Equal boosters give equal bytes."""
    content = bytes(booster.save_raw("json"))
    member = tarfile.TarInfo(MEMBER)
    member.size = len(content)
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as packed:
        packed.addfile(member, io.BytesIO(content))
    path.write_bytes(gzip.compress(archive.getvalue(), mtime=0))
