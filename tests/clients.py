"""boto3 clients of one session, which parses botocore's data once: with a session for each, a client costs a tenth of a second of CPU."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any

import boto3

# a session must not create two clients at a time:
# https://boto3.amazonaws.com/v1/documentation/api/latest/guide/session.html#multithreading-or-multiprocessing-with-sessions
_ONE_AT_A_TIME = Lock()


def create(service: str, **settings: Any) -> Any:
    """Return a new client; ``settings`` are those of ``boto3.session.Session.client``."""
    with _ONE_AT_A_TIME:
        return _session().client(service, **settings)


@cache
def _session() -> Any:
    return boto3.session.Session()
