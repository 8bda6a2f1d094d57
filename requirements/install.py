"""Install one environment of this repository: python3.13 requirements/install.py {sandbox,test,clients,clients-v3,checkov,site,pipeline}.

A file is installed only if it has a hash that requirements/*.txt lists, whatever index it comes from. uv does the work in a fraction of
pip's time; pip, which comes with Python, installs uv itself and takes over where uv cannot.
"""

import argparse
import ast
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MAIN = ROOT / ".venv"
FOLDERS = {
    "sandbox": MAIN,
    "test": MAIN,
    "clients": ROOT / ".venv-clients",
    "clients-v3": ROOT / ".venv-clients-v3",
    "checkov": ROOT / ".venv-checkov",
    "site": ROOT / ".venv-site",
    "pipeline": ROOT / ".venv-pipeline",
}
# The packages of this repository that an environment contains.
EDITABLE = {
    "sandbox": ["sandbox"],
    "test": ["sandbox", "tools"],
    "clients": ["tools"],
    "clients-v3": [],
    "checkov": [],
    "site": ["tools"],
    "pipeline": ["tools"],
}
# Settings of pip that uv reads from its own variables only. uv would otherwise ask an index that the user replaced.
SHARED_SETTINGS = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}
# Nothing may be downloaded to build a source distribution: what the builds need is installed first, with hashes.
HASHED = ["--require-hashes", "--no-deps", "--no-build-isolation"]


def main() -> int:
    """Install the environment that the command line names. Return 0, or 1 after pip has printed the error."""
    parser = argparse.ArgumentParser(description="Install one environment of this repository.")
    parser.add_argument("name", choices=FOLDERS)
    name = parser.parse_args().name
    for folder in {MAIN, FOLDERS[name]}:
        if folder.is_symlink():  # the sandbox would be installed from here, for the other folder as well
            print(f"set-up: {folder.name} is a link to {folder.resolve()}, which is out of date. Run make setup there", file=sys.stderr)
            return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # subprocess.run then ends the installer as well
    try:
        prepare(MAIN)
        prepare(FOLDERS[name])
        install(FOLDERS[name], [*HASHED, "-r", str(HERE / f"{name}.txt")])
        packages = [argument for package in EDITABLE[name] for argument in ("-e", str(ROOT / package))]
        if packages:
            install(FOLDERS[name], ["--no-deps", "--no-build-isolation", *packages])
    except subprocess.CalledProcessError:
        print(f"set-up: the packages of requirements/{name}.txt could not be installed; the lines above say why", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("set-up: interrupted; the next command resumes", file=sys.stderr)
        return 130
    return 0


def prepare(folder: Path) -> None:
    """Create a virtual environment, again if it was copied or moved here. Raises CalledProcessError."""
    if not works(folder):
        if folder.exists():
            print(f"set-up: {folder.name} was created in another folder, or its Python is gone; creating it again", file=sys.stderr)
            shutil.rmtree(folder)
        options = [] if folder == MAIN else ["--without-pip"]
        subprocess.run([sys.executable, "-m", "venv", *options, str(folder)], check=True)
    if folder == MAIN and not uv().exists():
        pip(MAIN, [*HASHED, "--only-binary=:all:", "-r", str(HERE / "installer.txt")])


def works(folder: Path) -> bool:
    """Whether a virtual environment was created where it is. The programs in a copied one still run the code of the original folder."""
    try:
        text = (folder / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return False
    # The Makefile makes the same comparison.
    created_here = re.search(rf"^command = .* -m venv .*{re.escape(str(folder.resolve()))}$", text, re.MULTILINE)
    return bool(created_here) and os.access(folder / "bin" / "python", os.X_OK)


def install(folder: Path, arguments: Sequence[str]) -> None:
    """Install packages into a virtual environment. Raises CalledProcessError."""
    command = [str(uv()), "pip", "install", "--quiet", "--python", str(folder / "bin" / "python"), *arguments]
    # Entry points are read from the metadata of these packages, which must be as new as their pyproject.toml.
    command += ["--reinstall-package", "sagemaker-sandbox", "--reinstall-package", "sagemaker-prediction-tools"]
    if subprocess.run(command, env=environment(), check=False).returncode:
        print("set-up: uv could not install the packages; trying pip", file=sys.stderr)
        pip(folder, arguments)


def pip(folder: Path, arguments: Sequence[str]) -> None:
    """Install packages into a virtual environment with the pip of the main one. Raises CalledProcessError."""
    python = str(folder / "bin" / "python")
    command = [str(MAIN / "bin" / "python"), "-m", "pip", "--python", python, "install", "-qq", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True)


def uv() -> Path:
    """Return the path of uv, which the main environment contains."""
    return MAIN / "bin" / "uv"


def environment() -> dict[str, str]:
    """Return the variables to run uv with: the user's own, and pip's settings where uv has none."""
    command = [str(MAIN / "bin" / "python"), "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    settings = {}
    for scope in ("global", "install", ":env:"):
        for name, variable in SHARED_SETTINGS.items():
            if found := re.search(rf"^{scope}\.{name}=('.*'|\".*\")$", listed, re.MULTILINE):
                settings[variable] = str(ast.literal_eval(found[1]))
    return settings | os.environ


if __name__ == "__main__":
    sys.exit(main())
