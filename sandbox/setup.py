"""Build the package that pyproject.toml declares."""  # noqa: INP001

from contextlib import suppress
from pathlib import Path

from setuptools import setup

# LocalStack's plugin library hooks into setuptools, and an editable build fails if this folder does not exist
folder = Path("src/sagemaker_sandbox.egg-info")
folder.mkdir(exist_ok=True)
setup()
with suppress(OSError):
    folder.rmdir()
