"""The access keys that requests can be signed with: the administrator's, users' and those of roles' sessions."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from localstack.aws.accounts import get_account_id_from_access_key_id
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from sagemaker_sandbox.host import identity, settings

if TYPE_CHECKING:
    from moto.sts.models import AssumedRole


@dataclass(frozen=True)
class AccessKey:
    """An access key's secret and, for a session's key, its token and its end."""

    secret: str
    token: str | None = None
    expires: datetime | None = None

    @property
    def is_expired(self) -> bool:
        """Whether the session has ended."""
        return self.expires is not None and self.expires <= datetime.now(UTC).replace(tzinfo=None)


def is_administrator(key: str) -> bool:
    """Return whether the key is that of an account's administrator: the sandbox's own, or the number of another account."""
    return key == settings.administrator() or re.fullmatch(r"\d{12}", key) is not None


def find_key(key: str, partition: str) -> AccessKey | None:
    """Return the access key; None if it does not exist, or is inactive."""
    if is_administrator(key):
        return AccessKey(settings.ADMINISTRATOR_SECRET)
    account = get_account_id_from_access_key_id(key)
    found = iam_backends[account][partition].access_keys.get(key)
    if found is None or found.status != "Active":
        return None
    session = find_session(key, account, partition) if found.user_name is None else None
    if session is None:
        return AccessKey(found.secret_access_key)
    return AccessKey(session.secret_access_key, session.session_token, session.expiration)


def is_of_another_sandbox(key: str) -> bool:
    """Return whether the key is that of the administrator of another sandbox."""
    return key.startswith(identity.PREFIX) and not is_administrator(key)


@functools.lru_cache(4096)
def find_session(key: str, account: str, partition: str) -> AssumedRole | None:
    """Return the role's session that a key was issued for; a session never changes."""
    sessions = list(sts_backends[account][partition].assumed_roles)
    return next((session for session in reversed(sessions) if session.access_key_id == key), None)
