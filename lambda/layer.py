"""Build a Lambda layer: of the wheels that lambda/layers/NAME.txt pins, or of your own Python modules.

    python lambda/layer.py pandas --architecture arm64     lambda/.build/pandas-arm64.zip
    python lambda/layer.py pandas --architecture here      for the sandbox on this machine
    python lambda/layer.py jwt --architecture both --to lambda/dist/jwt.zip
    python lambda/layer.py adapter.py --to adapter.zip     your own module

The same wheels and the same zlib give the same bytes. A layer of wheels that exists is not built again.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from build import write

HERE = Path(__file__).resolve().parent
PINS = HERE / "layers"
BUILT = HERE / ".build"
PYTHON = "3.13"
GLIBC = range(34, 16, -1)  # Lambda has 2.34, on Amazon Linux 2023
MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
EXCLUDED = {"bin", "tests", "__pycache__"}
PIP_METADATA = {"INSTALLER", "RECORD", "REQUESTED", "direct_url.json"}  # written by pip about this installation


def main() -> None:
    """Build what the command line names, and print its path."""
    names = sorted(file.stem for file in PINS.glob("*.txt"))
    parser = argparse.ArgumentParser(description="Build a Lambda layer.")
    parser.add_argument("what", nargs="+", help=f"{' or '.join(names)}, or Python files")
    parser.add_argument("--architecture", choices=[*MACHINES, "both", "here"], default="arm64")
    parser.add_argument("--to", type=Path, help="the zip; by default in lambda/.build")
    arguments = parser.parse_args()
    if arguments.what[0] in names:
        made = for_both(arguments.what[0]) if arguments.architecture == "both" else wheels(arguments.what[0], arguments.architecture)
        print(copy(made, arguments.to) if arguments.to else made)
    else:
        files = [Path(name) for name in arguments.what]
        print(modules(files, arguments.to or BUILT / f"{files[0].stem}.zip"))


def wheels(name: str, architecture: str) -> Path:
    """Return the layer of the wheels pinned under a name, after building it unless it exists.

    ``architecture`` is Lambda's, or ``here`` for this machine. The unpacked wheels stay beside the zip, in a folder
    ``python`` that a PYTHONPATH may name. Raises CalledProcessError if pip fails, after pip has printed why.
    """
    target = BUILT / f"{name}-{architecture}.zip"
    pins = PINS / f"{name}.txt"
    folder = BUILT / f"{name}-{architecture}" / "python"
    stamp = folder.parent / hashlib.sha256(pins.read_bytes() + Path(__file__).read_bytes()).hexdigest()
    if not stamp.exists():
        shutil.rmtree(folder.parent, ignore_errors=True)
        _install(pins, architecture, folder)
        files = (file for file in folder.rglob("*") if file.is_file() and _belongs(file.relative_to(folder)))
        _pack({file.relative_to(folder).as_posix(): file for file in files}, target)
        stamp.touch()
    return target


def for_both(name: str) -> Path:
    """Return one layer of the wheels pinned under a name, for both of Lambda's architectures.

    A compiled module gets the suffix of its architecture, by which Python finds it (importlib.machinery.EXTENSION_SUFFIXES):
    that of the stable ABI is the same for both.
    """
    files: dict[str, Path] = {}
    for architecture, machine in MACHINES.items():
        folder = wheels(name, architecture).with_suffix("") / "python"
        for file in folder.rglob("*"):
            member = file.relative_to(folder)
            if file.is_file() and _belongs(member):
                files[member.as_posix().replace(".abi3.so", f".cpython-{PYTHON.replace('.', '')}-{machine}-linux-gnu.so")] = file
    return _pack(files, BUILT / f"{name}-both.zip")


def copy(made: Path, path: Path) -> Path:
    """Copy a layer to a path, and return that."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(made, path))


def modules(files: list[Path], path: Path) -> Path:
    """Write a layer of Python files, each a top-level module, and return its path."""
    return _pack({file.name: file for file in files}, path)


def _install(pins: Path, architecture: str, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    command += ["--no-compile", "--only-binary=:all:", "--implementation=cp", f"--python-version={PYTHON}"]
    command += [f"--target={folder}", f"--requirement={pins}"]
    if architecture in MACHINES:
        command += [f"--platform=manylinux_2_{minor}_{MACHINES[architecture]}" for minor in GLIBC]
    subprocess.run(command, check=True)


def _pack(files: dict[str, Path], path: Path) -> Path:
    # in python/, where Lambda looks for modules
    return write(path, {f"python/{name}": file.read_bytes() for name, file in files.items()})


def _belongs(file: Path) -> bool:
    return not EXCLUDED & set(file.parts) and file.name not in PIP_METADATA


if __name__ == "__main__":
    main()
