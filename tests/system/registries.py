"""Programs that others wrote, installed into a folder of the test from the public registries, for as long as it lasts.

Where a registry cannot be reached the test is skipped, and says so: what could not be tried has not been shown.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_SECONDS = 300


def _run(*command: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=_SECONDS)


def from_pypi(folder: Path, *packages: str) -> Path:
    """A virtual environment below the folder with these packages, such as `name==1.2`; the folder of its programs."""
    made = _run(sys.executable, "-m", "venv", str(folder))
    assert made.returncode == 0, made.stderr
    pip = str(folder / "bin" / "pip")
    done = _run(pip, "install", "--quiet", "--disable-pip-version-check", *packages)
    if done.returncode:
        pytest.skip(f"NOT TRIED: {', '.join(packages)} cannot be had from PyPI: {done.stderr.strip()[-500:]}")
    return folder / "bin"


def from_npm(folder: Path, *packages: str) -> Path:
    """A folder with these packages, such as `name@1.2`, from which `node` finds them."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip(f"NOT TRIED: {', '.join(packages)} need Node.js, which is not installed here")
    folder.mkdir()
    done = _run("npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", *packages, cwd=folder)
    if done.returncode:
        pytest.skip(f"NOT TRIED: {', '.join(packages)} cannot be had from npm: {done.stderr.strip()[-500:]}")
    return folder
