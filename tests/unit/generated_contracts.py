"""Seeded contracts of any features, and instances that they allow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import reference

if TYPE_CHECKING:
    import random

    Contract = dict[str, Any]
    Row = dict[str, Any]

KINDS = ("number", "integer", "boolean", "category", "date", "datetime")
TEXTS = ("red", "green", "a b", "Düne", "日本", "0", "x;y")


def contract(rng: random.Random) -> Contract:
    """Return a contract of any features whose columns are numbers."""
    features = [feature(rng, f"f{index}") for index in range(rng.randint(1, 6))]
    columns = [column for one in features for column in rng.sample(columns_of(one), min(2, len(columns_of(one))))]
    rng.shuffle(columns)
    kind = rng.choice(["regression", "binary", "multiclass"])
    output: dict[str, Any] = {"kind": kind, "steps": []}
    if kind != "regression" and rng.random() < 0.7:
        output["labels"] = ["no", "yes", "perhaps"][: 2 if kind == "binary" else 3]
    if kind == "binary" and rng.random() < 0.5:
        output["steps"].append("threshold(0.6)")
    return {
        "features": features,
        "columns": columns,
        "payload": {"content_type": rng.choice(["text/csv", "text/libsvm"])},
        "output": output,
    }


def feature(rng: random.Random, name: str) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name, "type": rng.choice(KINDS)}
    if made["type"] == "category":
        made["values"] = rng.sample(TEXTS, rng.randint(1, len(TEXTS)))
    if made["type"] in ("number", "integer") and rng.random() < 0.5:
        made |= {"minimum": rng.randint(0, 5), "maximum": rng.randint(6, 1000)}
    option = rng.choice(["required", "nullable", "default"])
    return made | {"required": {}, "nullable": {"nullable": True}, "default": {"default": value(rng, made)}}[option]


def columns_of(one: dict[str, Any]) -> list[str]:
    name = one["name"]
    if one["type"] in ("date", "datetime"):
        return [f"{name}.{part}" for part in reference.DATE_PARTS] + [f"{name}.month | sin(12)"]
    if one["type"] == "category":
        return [f"{name} | onehot", f"{name} | ordinal"]
    return [name, f"{name} | standardize(3, 2.5)"] + [f"{name} | log1p"] * (one.get("minimum", -1) >= 0)


def value(rng: random.Random, one: dict[str, Any]) -> Any:
    """Return a value that a feature allows."""
    kind = one["type"]
    if one.get("values"):
        return rng.choice(one["values"])
    if kind == "boolean":
        return rng.random() < 0.5
    low, high = one.get("minimum", -1000), one.get("maximum", 1000)
    if kind == "integer":
        edges = [low, high] if "minimum" in one else [2**53, -(2**53)]
        return rng.choice([*edges, rng.randint(math.ceil(low), math.floor(high)), rng.randint(math.ceil(low), math.floor(high))])
    if kind == "number":
        edges = [low, high] if "minimum" in one else [1e30, -1e-30, -0.0]
        return rng.choice([*edges, rng.randint(math.ceil(low), math.floor(high)), rng.uniform(low, high), round(rng.uniform(low, high), 2)])
    year = rng.choice([1, 1900, 2000, 2023, 2024, 9999])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    day = rng.choice(
        [f"{year:04}-02-{28 + leap}", f"{year:04}-12-31", f"{year:04}-01-01", f"{year:04}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"]
    )
    if kind == "date":
        return day
    clock = f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}" + rng.choice(["", ":59", ":00.5", ":07.123456"])
    return day + rng.choice([" ", "T"]) + clock


def row(rng: random.Random, made: Contract) -> Row:
    """Return a valid instance; optional values may be None."""

    def one(given: dict[str, Any]) -> Any:
        optional = given.get("nullable") or "default" in given
        return None if optional and rng.random() < 0.3 else value(rng, given)

    return {given["name"]: one(given) for given in made["features"]}
