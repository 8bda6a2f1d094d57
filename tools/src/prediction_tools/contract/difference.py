# SPDX-License-Identifier: Apache-2.0
"""Two versions of a contract, and which clients of the API a change breaks: semantic versioning (semver.org) of the API.

- major: a request that was accepted is rejected, or a prediction has another form or unit.
- minor: more requests are accepted, or a prediction of the same form may have another value.
- patch: clients notice nothing.

A client may send rows by name or by position, and may read the response as CSV: the order of the features and the name of the output count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .document import Path

MAJOR, MINOR, PATCH = "major", "minor", "patch"
LEVELS = (PATCH, MINOR, MAJOR)
HARMLESS_STEPS = ("clip", "round")  # the prediction keeps its unit
WIDER_TYPES = {("integer", "number"), ("category", "string")}


@dataclass(frozen=True)
class Change:
    """One change: its level, its path in the new contract, and its effect on clients."""

    level: str
    path: Path
    message: str


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return the changes between the settings of two contracts without problems."""
    found = [*_features(old, new), *_output(old["output"], new["output"]), *_payload(old["payload"], new["payload"])]
    if old["columns"] != new["columns"]:
        found.append(Change(PATCH, ("columns",), "columns: the model's columns change, which no client sees."))
    return found


def level(found: list[Change]) -> str:
    """Return the highest level of changes."""
    return max((change.level for change in found), key=LEVELS.index, default=PATCH)


def _features(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before = {feature["name"]: feature for feature in old["features"]}
    after = {feature["name"]: feature for feature in new["features"]}
    for name in before.keys() - after.keys():
        yield Change(MAJOR, ("features",), f"features: {name} was removed. Requests that send it are rejected.")
    for place, (name, feature) in enumerate(after.items()):
        path = ("features", place)
        if name in before:
            yield from _feature(before[name], feature, path)
        elif _optional(feature):
            yield Change(
                MAJOR,
                path,
                f"features[{place}] ({name}): new and optional. Rows by position have another length; rows by name may omit it.",
            )
        else:
            yield Change(MAJOR, path, f"features[{place}] ({name}): new and required. Requests without it are rejected.")
    if before.keys() == after.keys() and list(before) != list(after):
        yield Change(MAJOR, ("features",), "features: the order changed. Rows by position are read with the wrong features.")


def _optional(feature: Mapping[str, Any]) -> bool:
    return bool(feature.get("nullable")) or feature.get("default") is not None


def _feature(old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[Change]:
    where = f"features[{path[1]}] ({new['name']})"
    if old["type"] != new["type"]:
        wider = (old["type"], new["type"]) in WIDER_TYPES
        effect = "More values are accepted." if wider else "Values of the old type are rejected."
        yield Change(MINOR if wider else MAJOR, (*path, "type"), f"{where}: type {old['type']} became {new['type']}. {effect}")
    yield from _bound(old, new, path, "minimum", rises=True)
    yield from _bound(old, new, path, "maximum", rises=False)
    yield from _bound(old, new, path, "max_length", rises=False)
    yield from _values(old, new, path)
    if _optional(old) and not _optional(new):
        yield Change(MAJOR, path, f"{where}: required now. Requests with null, or without it, are rejected.")
    elif _optional(new) and not _optional(old):
        yield Change(MINOR, path, f"{where}: optional now.")
    elif old.get("default") != new.get("default"):
        yield Change(MINOR, path, f"{where}: another default. Predictions of rows without a value change.")


def _bound(old: Mapping[str, Any], new: Mapping[str, Any], path: Path, key: str, *, rises: bool) -> Iterator[Change]:
    """Return the change of a limit, which is stricter if it rises (a minimum) or falls (a maximum)."""
    before, after = old.get(key), new.get(key)
    if before == after:
        return
    stricter = before is None or (after is not None and (after > before) == rises)
    effect = "Values beyond it are rejected." if stricter else "More values are accepted."
    text = f"features[{path[1]}] ({new['name']}): {key} {_shown(before)} became {_shown(after)}. {effect}"
    yield Change(MAJOR if stricter else MINOR, (*path, key), text)


def _shown(value: Any) -> str:
    return "(none)" if value is None else str(value)


def _values(old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[Change]:
    before, after = old.get("values"), new.get("values")
    where = f"features[{path[1]}] ({new['name']})"
    if after is not None and (lost := [value for value in before or [] if value not in after]):
        yield Change(MAJOR, (*path, "values"), f"{where}: values lost {', '.join(map(str, lost))}. Requests that send them are rejected.")
    elif before is None and after is not None:
        yield Change(MAJOR, (*path, "values"), f"{where}: values are listed now. Other values are rejected.")
    elif before is not None and (after is None or len(after) > len(before)):
        yield Change(MINOR, (*path, "values"), f"{where}: more values are accepted.")


def _output(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    if old["name"] != new["name"]:
        text = f"output.name: {old['name']} became {new['name']}. The header of CSV responses changes."
        yield Change(MAJOR, ("output", "name"), text)
    if old["kind"] != new["kind"]:
        text = f"output.kind: {old['kind']} became {new['kind']}. Predictions have another form."
        yield Change(MAJOR, ("output", "kind"), text)
    if old.get("labels") != new.get("labels"):
        yield Change(MAJOR, ("output", "labels"), "output.labels: changed. Clients that compare labels do not expect the new ones.")
    if old["steps"] != new["steps"]:
        changed = [step for step in (*old["steps"], *new["steps"]) if step not in old["steps"] or step not in new["steps"]]
        harmless = bool(changed) and all(step.startswith(HARMLESS_STEPS) for step in changed)
        effect = "Predictions change within their unit." if harmless else "Predictions have another unit or form."
        yield Change(MINOR if harmless else MAJOR, ("output", "steps"), f"output.steps: changed. {effect}")


def _payload(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = set(old.get("targets", [])), set(new.get("targets", []))
    for target in sorted(before - after):
        yield Change(MAJOR, ("payload", "targets"), f"payload.targets: {target} was removed. Requests that name one are rejected.")
    for target in sorted(after - before):
        required = target == "model"
        effect = "Requests must name a model." if required else "Requests may name a variant."
        yield Change(MAJOR if required else MINOR, ("payload", "targets"), f"payload.targets: {target} was added. {effect}")
    for key in ("content_type", "accept"):
        if old[key] != new[key]:
            yield Change(PATCH, ("payload", key), f"payload.{key}: the container is called in another way, which no client sees.")
