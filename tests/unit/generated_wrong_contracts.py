"""Seeded contracts with one to three mistakes: in keys, types, values, columns, payload and output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import generated_contracts

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    Contract = dict[str, Any]
    Mistake = Callable[[random.Random, Contract], None]


def _in_feature(**members: Any) -> Mistake:
    """Return a mistake: members of any feature."""

    def make(rng: random.Random, contract: Contract) -> None:
        rng.choice(contract["features"]).update(members)

    return make


def _in(part: str, **members: Any) -> Mistake:
    """Return a mistake: members of the payload or the output."""

    def make(_rng: random.Random, contract: Contract) -> None:
        contract.setdefault(part, {}).update(members)

    return make


def _column(text: str) -> Mistake:
    """Return a mistake: a further column, where {} stands for the name of a feature."""

    def make(rng: random.Random, contract: Contract) -> None:
        contract["columns"].append(text.format(rng.choice(contract["features"])["name"]))

    return make


def _drop(key: str) -> Mistake:
    """Return a mistake: a missing key of a feature."""

    def make(rng: random.Random, contract: Contract) -> None:
        rng.choice(contract["features"]).pop(key, None)

    return make


def _whole(key: str, value: Any) -> Mistake:
    """Return a mistake: another value of a key of the contract."""

    def make(_rng: random.Random, contract: Contract) -> None:
        contract[key] = value

    return make


def _repeated(key: str) -> Mistake:
    """Return a mistake: the first item of a list once more."""

    def make(_rng: random.Random, contract: Contract) -> None:
        contract[key] = [*contract[key], contract[key][0]]

    return make


MISTAKES: list[Mistake] = [
    _in_feature(nulable=True),
    _in_feature(descriptions="x"),
    _in_feature(name="a b"),
    _in_feature(name="features"),
    _in_feature(name=True),
    _in_feature(type="float"),
    _in_feature(type="text"),
    _in_feature(type=None),
    _in_feature(minimum=10, maximum=1),
    _in_feature(minimum="low"),
    _in_feature(minimum=3),
    _in_feature(values=[]),
    _in_feature(values=["a", "b", "a"]),
    _in_feature(values=["no", "yes"], example="maybe"),
    _in_feature(values=[True, False]),
    _in_feature(values="red"),
    _in_feature(values=["a", None]),
    _in_feature(max_length=0),
    _in_feature(max_length=2.5),
    _in_feature(nullable=True, default="0"),
    _in_feature(nullable="perhaps"),
    _in_feature(default="2024-02-30"),
    _in_feature(example="2024-02-30 10:00:00"),
    _in_feature(example="2024-01-01T00:00:00Z"),
    _in_feature(example={"a": 1}),
    _in_feature(summary={"mean": "low"}),
    _in_feature(summary={"median": 1}),
    _in_feature(summary={"deviation": -1, "shares": {"a": 2}}),
    _drop("name"),
    _drop("type"),
    _column("nothing"),
    _column("{} | sqrt"),
    _column("{}.week"),
    _column("{}.hour | sin(0)"),
    _column("{} | standardize(1, 0)"),
    _column("{} | onehot | log1p"),
    _column("{} | ordinal | ordinal"),
    _column("{} | log1p("),
    _column("{}"),
    _repeated("columns"),
    _repeated("features"),
    _whole("columns", []),
    _whole("columns", "x"),
    _whole("features", []),
    _whole("payload", "text/csv"),
    _whole("version", 2),
    _in("payload", content_type="text/xml"),
    _in("payload", content_type="application/json"),
    _in("payload", content_type=True),
    _in("payload", accept="text/html"),
    _in("payload", accept="application/x-npy"),
    _in("payload", targets=["model", "container"]),
    _in("payload", target=["model"]),
    _in("output", kind="ranking"),
    _in("output", name="the count"),
    _in("output", steps=["floor", "clip(2, 1)"]),
    _in("output", steps="expm1"),
    _in("output", steps=["softmax"], kind="binary"),
    _in("output", steps=["threshold(0.5)"], kind="multiclass"),
    _in("output", labels=["a", "b"], kind="regression"),
    _in("output", labels=["a"], kind="binary"),
    _in("output", labels=["a", "a"], kind="multiclass"),
    _in("output", labels=[False, True], kind="binary"),
    _in("output", label=["a", "b"]),
]


def contract(rng: random.Random, number: int) -> Contract:
    """Return a contract with the mistake of a number, and up to two others."""
    made = generated_contracts.contract(rng)
    for mistake in [MISTAKES[number % len(MISTAKES)], *rng.sample(MISTAKES, rng.randint(0, 2))]:
        try:
            mistake(rng, made)
        except (AttributeError, IndexError, KeyError, TypeError):  # an earlier mistake replaced what this one changes
            continue
    return made
