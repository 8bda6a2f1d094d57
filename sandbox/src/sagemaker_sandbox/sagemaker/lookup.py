"""Finding and forgetting records by name, with the sentences that AWS has for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemaker_sandbox.sagemaker.errors import ValidationException

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagemaker_sandbox.sagemaker.store import Place, Record, Store


def found[T](records: Mapping[str, T], place: Place, kind: str, name: str) -> T:
    """Find the ``kind`` of that name, whatever its case; ValidationException if there is none."""
    record = records.get(name.lower())
    if record is None:
        path = kind.replace("endpoint configuration", "endpoint-config")
        raise ValidationException(f'Could not find {kind} "{place.arn(path, name)}".')
    return record


def exists(arn: str, kind: str) -> ValidationException:
    """Make the error for a name that is taken."""
    return ValidationException(f'Cannot create already existing {kind} "{arn}".')


def delete(records: dict[str, Record], place: Place, store: Store, kind: str, name: str) -> None:
    """Forget a record and its tags; ValidationException if there is none."""
    with store.lock:
        record = found(records, place, kind, name)
        del records[name.lower()]
        store.tags.pop(record.arn, None)
