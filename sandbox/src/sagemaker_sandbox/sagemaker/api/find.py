"""Finding and deleting records by name, with AWS's error messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemaker_sandbox.aws.errors import ValidationException

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagemaker_sandbox.sagemaker.api.context import ApiContext
    from sagemaker_sandbox.sagemaker.models import Endpoint, Record


def _find[T](records: Mapping[str, T], context: ApiContext, noun: str, name: str) -> T:
    """Return the record with this name, in any case. Raises ValidationException if there is none."""
    record = records.get(name.lower())
    if record is None:
        resource_type = noun.replace("endpoint configuration", "endpoint-config")
        raise ValidationException(f'Could not find {noun} "{context.arn(resource_type, name)}".')
    return record


def find_model(context: ApiContext, name: str) -> Record:
    """Return a model. Raises ValidationException if it does not exist."""
    return _find(context.store.models, context, "model", name)


def find_endpoint_config(context: ApiContext, name: str) -> Record:
    """Return an endpoint configuration. Raises ValidationException if it does not exist."""
    return _find(context.store.configs, context, "endpoint configuration", name)


def find_endpoint(context: ApiContext, name: str) -> Endpoint:
    """Return an endpoint. Raises ValidationException if it does not exist."""
    return _find(context.store.endpoints, context, "endpoint", name)


def already_exists(arn: str, noun: str) -> ValidationException:
    """Return the error for a name that is already in use."""
    return ValidationException(f'Cannot create already existing {noun} "{arn}".')


def delete(records: dict[str, Record], context: ApiContext, record: Record) -> None:
    """Delete a record and its tags; the caller holds the store's lock."""
    del records[record.name.lower()]
    context.store.tags.pop(record.arn, None)
