"""Write schema.json: what version 6 of the AWS provider declares of the resource types that this repository uses.

    make provider-6-schema

Terraform reads a provider's schema from the provider itself, which has to be installed for that; its generated bindings
on npm tell the same and run nothing. Two packages are read: CDKTF's has every argument, nested block and attribute by
its Terraform name, and Pulumi's says what is deprecated. Needs npm, and the network.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from hcl import owners  # noqa: E402  tests/ is not a package

NAMES = "@cdktf/provider-aws@21.22.1"  # the last release: CDKTF is archived
DEPRECATIONS = "@pulumi/aws@7.48.0"
PROVIDER = "6.25.0"  # the version that NAMES was generated from; checked below

# Where Pulumi's name is not what the Terraform name leads to.
RESOURCES = {"aws_s3_bucket_replication_configuration": "s3/bucketReplicationConfig", "aws_s3_object": "s3/bucketObjectv2"}
# Names that Pulumi changed otherwise than by its rules.
PROPERTIES = {
    "alarm_name": ["name"],
    "api_id": ["restApi"],
    "deployment_id": ["deployment"],
    "filename": ["code"],
    "function_name": ["name", "function"],
    "rest_api_id": ["restApi"],
}

type Json = dict[str, Any]


def main() -> None:
    """Download both packages and write the schema beside this file."""
    with tempfile.TemporaryDirectory() as folder:
        bindings = Cdktf(_package(NAMES, Path(folder)))
        notes = Pulumi(_package(DEPRECATIONS, Path(folder)))
        schemas = {owner: _with_notes(owner, bindings.schema(owner), notes) for owner in sorted(owners())}
    document = {
        "about": {
            "provider": PROVIDER,
            "names": NAMES,
            "deprecations": DEPRECATIONS,
            "date": datetime.now(tz=UTC).date().isoformat(),
            "command": "make provider-6-schema",
        },
        "schemas": schemas,
    }
    (HERE / "schema.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _package(name: str, folder: Path) -> tarfile.TarFile:
    done = subprocess.run(
        ["npm", "pack", name, "--json", "--silent", "--pack-destination", folder],
        check=True,
        capture_output=True,
        text=True,
    )
    (packed,) = json.loads(done.stdout)
    return tarfile.open(folder / packed["filename"].replace("@", "").replace("/", "-"))


def _with_notes(owner: str, schema: Json, notes: Pulumi) -> Json:
    deprecated = {}
    for path in [*paths(schema), *((name,) for name in schema["attributes"].split())]:
        # Pulumi keeps the ID of a resource, and the timeouts, in ways of its own.
        if path[0] == "timeouts" or (path == ("id",) and not owner.startswith("data.")):
            continue
        if note := notes.deprecation(owner, path):
            deprecated[".".join(path)] = note
    return schema | ({"deprecated": deprecated} if deprecated else {})


def paths(schema: Json) -> list[tuple[str, ...]]:
    """Return the path of every argument and block of a schema."""
    found: list[tuple[str, ...]] = [(name,) for name in schema.get("arguments", "").split()]
    for name, block in schema.get("blocks", {}).items():
        found += [(name,), *((name, *path) for path in paths(block))]
    return found


def camel(name: str) -> str:
    """Return a Terraform name as the bindings write it: `subnet_ids` is `subnetIds`."""
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


class Cdktf:
    """CDKTF's bindings: one folder per resource type, each argument by its Terraform name."""

    def __init__(self, package: tarfile.TarFile) -> None:
        """Read from an open package."""
        self._package = package
        self._names = set(package.getnames())

    def schema(self, owner: str) -> Json:
        """Return the arguments, blocks and attributes of a resource type or a data source (`data.aws_region`)."""
        folder = owner.replace("data.", "data_").removeprefix("aws_").replace("_", "-")
        script = self._read(f"package/lib/{folder}/index.js")
        assert f"providers/hashicorp/aws/{PROVIDER}/" in script, f"{NAMES} is not of provider {PROVIDER}"
        members = script[script.rindex("synthesizeHclAttributes()") :]
        attributes = re.findall(r"// (\w+) - computed: true, optional: false", script[script.rindex("\nclass ") :])
        return self._block(script, members) | {"attributes": " ".join(sorted(set(attributes)))}

    def _read(self, name: str) -> str:
        assert name in self._names, f"{NAMES} has no {name}"
        file = self._package.extractfile(name)
        assert file
        return file.read().decode()

    def _block(self, script: str, members: str) -> Json:
        """Read the object literal at the start of ``members``: what it names, and the nested blocks that it converts.

        The function of a block without arguments has no such literal. Blocks that may contain themselves are untyped: the
        statements of a web ACL.
        """
        literal = members[: members.index("\n}")].partition("Object.fromEntries")[0]
        arguments, blocks, untyped = [], {}, []
        for name, value in re.findall(r"^\s+(\w+): \{\n\s+value: (.*),\n\s+isBlock:", literal, re.MULTILINE):
            converter = re.search(r"(?<![\w.])(\w+ToHclTerraform)", value)
            if converter:
                blocks[name] = self._block(script, script[script.index(f"\nfunction {converter[1]}(") :])
            else:
                (untyped if "anyToHcl" in value else arguments).append(name)
        schema = {"arguments": " ".join(sorted(arguments)), "untyped": " ".join(sorted(untyped)), "blocks": blocks}
        return {name: value for name, value in schema.items() if value or name == "arguments"}


class Pulumi:
    """Pulumi's bindings: interfaces in TypeScript, whose comments say what is deprecated."""

    def __init__(self, package: tarfile.TarFile) -> None:
        """Read from an open package."""
        self._package = package
        self._names = set(package.getnames())
        self._inputs = self._read("package/types/input.d.ts")

    def deprecation(self, owner: str, path: tuple[str, ...]) -> str:
        """Return why an argument or attribute is deprecated, "" if it is not. AssertionError if Pulumi has no such name."""
        members = self._members(owner)
        note = ""
        for name in path:
            known = [each for each in self._candidates(name) if each in members]
            assert known, f"{DEPRECATIONS} has no {owner}.{'.'.join(path)}: name it in PROPERTIES"
            comment, type_ = members[known[0]]
            deprecated = re.search(r"@deprecated\s+(.*?)\s*(?:\*/|\n)", comment)
            note = deprecated[1] if deprecated else ""
            nested = re.search(r"inputs\.(?:(\w+)\.)?(\w+)", type_)
            members = self._nested(nested[1], nested[2]) if nested else {}
        return note

    @staticmethod
    def _candidates(name: str) -> list[str]:
        plain = camel(name)
        return [plain, f"{plain}s", f"{plain}es", re.sub("y$", "ies", plain), *PROPERTIES.get(name, [])]

    @cache  # noqa: B019  lives as long as the script
    def _members(self, owner: str) -> dict[str, tuple[str, str]]:
        name = self._file(owner)
        text = self._read(f"package/{name}.d.ts")
        title = name.rpartition("/")[2]
        title = title[0].upper() + title[1:]
        kinds = [f"interface {title}Args", f"interface {title}Result", f"class {title} extends"]
        found: dict[str, tuple[str, str]] = {}
        for kind in kinds:
            found = _properties(text, kind) | found
        return found

    @cache  # noqa: B019
    def _nested(self, module: str | None, name: str) -> dict[str, tuple[str, str]]:
        start = self._inputs.index(f"export declare namespace {module} {{") if module else 0
        return _properties(self._inputs[start:], f"interface {name} {{")

    def _file(self, owner: str) -> str:
        if owner in RESOURCES:
            return RESOURCES[owner]
        words = owner.removeprefix("data.").removeprefix("aws_").split("_")
        for split in range(len(words)):
            module, name = "".join(words[:split]), camel("_".join(words[split:]))
            name = f"get{name[0].upper()}{name[1:]}" if owner.startswith("data.") else name
            # the names of a network's resources do not begin with their service
            for file in (f"{module}/{name}" if module else name, f"ec2/{name}"):
                if f"package/{file}.d.ts" in self._names:
                    return file
        raise AssertionError(f"{DEPRECATIONS} has no {owner}: name it in RESOURCES")

    def _read(self, name: str) -> str:
        file = self._package.extractfile(name)
        assert file
        return file.read().decode()


def _properties(text: str, header: str) -> dict[str, tuple[str, str]]:
    """Return the properties of an interface or class: the comment and the type of each."""
    start = re.search(rf"\b{re.escape(header)}", text)
    if not start:
        return {}
    indent = text[text.rindex("\n", 0, start.start()) + 1 :]
    indent = indent[: len(indent) - len(indent.lstrip())]
    body = text[start.end() : text.index(f"\n{indent}}}", start.end())]
    member = re.compile(
        rf"^{indent}    (?P<comment>/\*\*(?:(?!\*/).)*\*/\s*)?(?:readonly )?(?P<name>\w+)\??: (?P<type>(?:(?!;\n).)*);$",
        re.MULTILINE | re.DOTALL,
    )
    return {found["name"]: (found["comment"] or "", found["type"]) for found in member.finditer(body)}


if __name__ == "__main__":
    main()
