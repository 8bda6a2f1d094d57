"""The package as it is installed: what a wheel and a source distribution contain."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]
BUILD = "import sys; from hatchling import build; print(getattr(build, sys.argv[1])(sys.argv[2]))"


def built(kind: str, source: Path, folder: Path) -> Path:
    """Build a distribution as pip does, and return its file."""
    done = subprocess.run([sys.executable, "-c", BUILD, kind, folder], cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.strip().splitlines()[-1]


def members(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info" not in name}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("build_wheel", TREE / "tools", tmp_path_factory.mktemp("wheel"))


def test_a_wheel_checks_contracts_without_the_repository(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")  # noqa: S202 - our own
    program = "import prediction_api, prediction_tools.cli as cli; print(prediction_api.__file__, cli.__file__); cli.main()"
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "installed")}  # before the editable installation
    contract = TREE / "examples/penguins/contract.yaml"
    command = [sys.executable, "-c", program, "contract", "check", contract]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.count(str(tmp_path / "installed")) == 2
    assert done.stdout.endswith(f"{contract}: no problems\n"), done.stderr


def test_a_wheel_contains_the_handler_s_code_and_the_rules(wheel: Path) -> None:
    code = {f"prediction_api/{path.name}" for path in (TREE / "lambda/src/prediction_api").glob("*.py")}
    rules = {
        f"prediction_tools/{path.relative_to(TREE)}"
        for name in ("contract", "written_contract")
        for path in (TREE / "modules" / name).glob("*.tf")
    }
    assert code | rules <= members(wheel)


def test_a_wheel_contains_the_repositorys_license(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/licenses/LICENSE"))
        assert archive.read(name) == (TREE / "LICENSE").read_bytes()


def test_a_source_distribution_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(built("build_sdist", TREE / "tools", tmp_path)) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (source,) = (tmp_path / "unpacked").iterdir()
    assert members(built("build_wheel", source, tmp_path)) == members(wheel)
