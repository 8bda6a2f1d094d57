# SPDX-License-Identifier: Apache-2.0
"""The exception that fails a step of the pipeline."""

from __future__ import annotations


class PipelineError(Exception):
    """The step failed. The message says why, and what to do; it contains no credentials and nothing of a plan."""
