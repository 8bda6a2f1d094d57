"""Layers that lambda/layer.py builds: of wheels for an architecture, and of a user's own modules."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "lambda" / "layer.py"
ARM64 = 183  # of the field e_machine in ELF
DIRECT_UPLOAD = 50 * 1024 * 1024  # bytes of a zip that Lambda takes without S3


def layer(*arguments: str | Path) -> Path:
    """Run the program and return the zip that it names."""
    command = [sys.executable, PROGRAM, *arguments]
    return Path(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def numpy_for_arm64() -> Path:
    return layer("numpy", "--architecture=arm64")


def test_a_module_of_one_s_own_lies_where_lambda_looks_for_it(tmp_path: Path) -> None:
    (tmp_path / "adapter.py").write_text("def encode(instances): ...\n")
    built = layer(tmp_path / "adapter.py", "--to", tmp_path / "deep" / "layer.zip")
    assert contents(built) == {"python/adapter.py": b"def encode(instances): ...\n"}


def test_the_same_modules_give_the_same_bytes(tmp_path: Path) -> None:
    files = [tmp_path / "one.py", tmp_path / "two.py"]
    for file in files:
        file.write_text(file.name)
    first = layer(*files, "--to", tmp_path / "first.zip")
    second = layer(*reversed(files), "--to", tmp_path / "second.zip")
    assert first.read_bytes() == second.read_bytes()


def test_every_compiled_file_of_a_layer_of_wheels_is_of_its_architecture(numpy_for_arm64: Path) -> None:
    compiled = {name: content for name, content in contents(numpy_for_arm64).items() if ".so" in Path(name).suffixes}
    machines = {int.from_bytes(content[18:20], "little") for content in compiled.values()}
    assert (machines, "python/numpy/__init__.py" in contents(numpy_for_arm64)) == ({ARM64}, True)


def test_a_layer_of_wheels_leaves_programs_and_tests_out(numpy_for_arm64: Path) -> None:
    assert [name for name in contents(numpy_for_arm64) if {"bin", "tests", "__pycache__"} & set(Path(name).parts)] == []


def test_a_layer_of_wheels_can_be_uploaded_directly(numpy_for_arm64: Path) -> None:
    assert numpy_for_arm64.stat().st_size < DIRECT_UPLOAD


def test_a_layer_that_is_there_is_not_built_again(numpy_for_arm64: Path) -> None:
    before = numpy_for_arm64.stat().st_mtime_ns
    assert layer("numpy", "--architecture=arm64").stat().st_mtime_ns == before
