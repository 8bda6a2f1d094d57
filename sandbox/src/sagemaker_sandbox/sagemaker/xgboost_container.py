"""AWS's built-in XGBoost container in algorithm mode: same bytes in, same bytes and status out, for each release.

What differs from the real image: one XGBoost (the installed one) loads the models of every release.
"""

from __future__ import annotations

import csv
import html
import io
import json
import pickle
import threading
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import xgboost
from scipy.sparse import csr_matrix

from sagemaker_sandbox.sagemaker import selectable
from sagemaker_sandbox.sagemaker.container import Answer, ModelLoadError, Request
from sagemaker_sandbox.sagemaker.xgboost_release import MEBIBYTE, RELEASES, Release, release_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

CSV: Final = "text/csv"
JSON: Final = "application/json"
NPY: Final = "application/x-npy"
ACCEPTED: Final = [JSON, "application/jsonlines", "application/x-recordio-protobuf", CSV]

_CONTENT_TYPES: Final = {
    "csv": "csv",
    "libsvm": "libsvm",
    "parquet": "parquet",
    "recordio-protobuf": "recordio-protobuf",
    "text/csv": "csv",
    "text/libsvm": "libsvm",
    "text/x-libsvm": "libsvm",
    "application/x-parquet": "parquet",
    "application/x-recordio-protobuf": "recordio-protobuf",
}
_FORMS: Final = {"application/x-www-form-urlencoded", "application/x-url-encoded", "multipart/form-data"}
_DEFAULT_LIMIT: Final = 6 * MEBIBYTE


class _HttpError(Exception):
    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.answer = _text(status, message)


def _text(status: HTTPStatus, message: str) -> Answer:
    return Answer(status, message.encode(), "text/html; charset=utf-8")


def _page(status: HTTPStatus, title: str, description: str) -> Answer:
    """The HTML page with which Flask answers for an exception."""
    body = (
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n'
        f"<title>{status.value} {title}</title>\n<h1>{title}</h1>\n<p>{html.escape(description)}</p>\n"
    )
    return Answer(status, body.encode(), "text/html")


_TOO_LARGE = _page(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "Request Entity Too Large",
    "The data value transmitted exceeds the capacity limit.",
)
_UNCAUGHT = _page(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Internal Server Error",
    "The server encountered an internal error and was unable to complete your request. "
    "Either the server is overloaded or there is an error in the application.",
)


def _parse_header(value: str) -> tuple[str, dict[str, str]]:
    """A header's first value and its parameters."""
    message = Message()
    message["content-type"] = value
    parameters = message.get_params() or [("", "")]
    return parameters[0][0].strip(), {name.lower(): content for name, content in parameters[1:]}
