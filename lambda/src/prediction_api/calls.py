# SPDX-License-Identifier: Apache-2.0
"""The values that pass between the encoder, the endpoint and the output: calls and their answers.

Their classes are not named tuples: each of those would add half a millisecond to a cold start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Payload = tuple[bytes, int]  # the body of one call, and its number of rows
    Payloads = list[Payload] | Iterator[Payload]  # of one call, or of several, each made when it is asked for
    Answers = list[tuple[bytes, int]]  # the model's output for each call, and its number of rows


@final
class Target:
    """The ID under which SageMaker captures the data of calls, and the variant or model that the caller names.

    ``named`` holds the latter as arguments of boto3's calls; it is empty if the caller names none.
    """

    __slots__ = ("inference_id", "named")

    def __init__(self, inference_id: str, named: Mapping[str, str]) -> None:
        self.inference_id = inference_id
        self.named = named


@final
class Answered:
    """Calls that the model has answered, and the production variants that did, as far as SageMaker says so."""

    __slots__ = ("answers", "variant")

    def __init__(self, answers: Answers, variant: str) -> None:
        self.answers = answers
        self.variant = variant


@final
class Accepted:
    """Calls whose answers can be fetched later, under this ID."""

    __slots__ = ("id",)

    def __init__(self, identifier: str) -> None:
        self.id = identifier
