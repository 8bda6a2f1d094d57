# SPDX-License-Identifier: Apache-2.0
"""The exception that ends a run before its last row."""

from __future__ import annotations


class PredictError(Exception):
    """The run cannot start or go on. The message says why, and what to do; it contains no credentials."""
