"""Machines for tests: real systemd in a container, real NFS in a virtual machine.

The scripts of ../shared/harness boot them. The image is built once, into `build/system/image`; what a session of tests
makes (an installed tree, the facts a guest found) is made once too, however many processes share the work.
"""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[2]
GUEST: Final = Path(__file__).parent / "guest"
SCRIPTS: Final = Path(os.environ.get("MDWATCH_HARNESS", ROOT.parent / "shared" / "harness"))
# The guest's Debian, and its Python. Another one: SUITE=trixie GUEST_VERSION=3.13 make test-system.
SUITE: Final = os.environ.get("SUITE", "bookworm")
IMAGE: Final = ROOT / "build" / "system" / ("image" if SUITE == "bookworm" else f"image-{SUITE}")
GUEST_PYTHON: Final = "/usr/bin/python3"
GUEST_VERSION: Final = os.environ.get("GUEST_VERSION", "3.11")
# What guests have beside systemd and Python: what documents tell people to use.
GUEST_PACKAGES: Final = "curl,logrotate,make,nginx-light,openssl,sqlite3"
_PACKAGES: Final = {
    "mmdebstrap": "mmdebstrap",
    "mke2fs": "e2fsprogs",
    "systemd-nspawn": "systemd-container",
    "qemu-system-x86_64": "qemu-system-x86 seabios",
}


@cache
def why_not() -> str | None:
    """Why no machine can be had here, or None."""
    if not (SCRIPTS / "build-image.sh").exists():
        return f"no harness at {SCRIPTS}"
    if os.geteuid() != 0:
        return "booting machines takes root"
    missing = " ".join(package for command, package in _PACKAGES.items() if shutil.which(command) is None)
    if missing:
        return f"missing: apt-get install --no-install-recommends {missing}"
    if python_for_guest() is None:
        return f"no Python {GUEST_VERSION} here, as the guest has it"
    return None


def python_for_guest() -> str | None:
    """A Python here of the guest's version, to gather packages for it."""
    asked = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
    for name in (GUEST_PYTHON, f"python{GUEST_VERSION}"):
        path = shutil.which(name)
        if path and subprocess.run([path, "-c", asked], capture_output=True, check=False).stdout.split() == [
            GUEST_VERSION.encode()
        ]:
            return path
    return None


class Once:
    """What is made once in a session of tests, in a folder that its processes share."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        base = factory.getbasetemp()
        self._folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(self, name: str, make: Callable[[Path], None]) -> Path:
        """The folder of this name, filled by whoever comes first; one that failed is not tried again."""
        folder = self._folder / name
        failure = self._folder / f"{name}.failed"
        with (self._folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if failure.exists():
                pytest.fail(failure.read_text(encoding="utf-8"))
            if not folder.exists():
                new = self._folder / f"{name}.new"
                new.mkdir()
                try:
                    make(new)
                except Exception as error:
                    failure.write_text(f"{name}: {error}", encoding="utf-8")
                    raise
                new.rename(folder)
        return folder


def install(folder: Path, *variables: str) -> None:
    """`make install` below a folder."""
    done = subprocess.run(
        ["make", "install", f"DESTDIR={folder}", *variables],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def build_image() -> None:
    """Builds the image, unless it is there; skips the test where Debian's packages cannot be had."""
    IMAGE.parent.mkdir(parents=True, exist_ok=True)
    with (IMAGE.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        noted = IMAGE.with_name(f"{IMAGE.name}.packages")
        if (IMAGE / "disk.img").exists() and noted.exists() and noted.read_text(encoding="utf-8") == GUEST_PACKAGES:
            return
        environment = {**os.environ, "EXTRA_PACKAGES": GUEST_PACKAGES}
        done = subprocess.run(
            [SCRIPTS / "build-image.sh", IMAGE],
            env=environment,
            capture_output=True,
            text=True,
            timeout=1200,
            check=False,
        )
        if done.returncode != 0:
            pytest.skip(f"no image, Debian's packages cannot be had: {(done.stdout + done.stderr)[-500:]}")
        noted.write_text(GUEST_PACKAGES, encoding="utf-8")


Bringing = Callable[[Once, Path], None]


def installed(once: Once, given: Path) -> None:
    """Brings mdwatch, installed, as `root/`."""
    python = python_for_guest()
    tree = once.made("installed", lambda folder: install(folder, f"PYTHON={python}", f"TARGET_PYTHON={GUEST_PYTHON}"))
    shutil.copytree(tree, given / "root", symlinks=True)


def checkout(parts: Mapping[str, list[dict[str, str]]]) -> Bringing:
    """Brings the sources as `source/`, the packages that pip would fetch as `wheels/`, and what is to be done."""

    def bring(once: Once, given: Path) -> None:
        named = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(named, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
        for name in filter(None, names):
            if (ROOT / name).exists():
                (given / "source" / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, given / "source" / name)
        shutil.copytree(once.made("wheels", wheels), given / "wheels")
        (given / "steps.json").write_text(json.dumps(parts), encoding="utf-8")

    return bring


def wheels(folder: Path) -> None:
    """What `make install EXTRAS="postgres xlsx"` has pip fetch, for the guest's Python."""
    python = str(python_for_guest())
    for purpose in (["run", "postgres", "xlsx"], ["build"]):
        lock = folder / f"{purpose[0]}.lock"
        asked = [python, "packages/requirements.py", *purpose]
        lock.write_text(subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout, "utf-8")
        fetched = [python, "-m", "pip", "download", "--quiet", "--require-hashes", "--only-binary=:all:",
                   "--dest", str(folder), "-r", str(lock)]  # fmt: skip
        done = subprocess.run(fetched, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"Python's packages cannot be had: {done.stderr[-500:]}")


def run(once: Once, runner: str, program: str, seconds: int, bring: Bringing = installed) -> dict[str, Any]:
    """What a program of `guest/` found out in a guest: facts by the name of the step.

    `runner` is `run-nspawn.sh` or `run-vm.sh`, `bring` what puts into a folder what the guest is given. The console is
    kept beside the facts.
    """
    build_image()

    def boot(folder: Path) -> None:
        given = folder / "input"
        shutil.copytree(GUEST, given / GUEST.relative_to(ROOT), ignore=shutil.ignore_patterns("__pycache__"))
        bring(once, given)
        environment = {**os.environ, "VM_TIMEOUT": str(seconds), "VM_OUT": str(folder / "out")}
        with (folder / "console").open("wb") as console:
            done = subprocess.run(
                [SCRIPTS / runner, IMAGE, given, "python3", "-m", f"tests.system.guest.{program}"],
                env=environment,
                stdout=console,
                stderr=subprocess.STDOUT,
                timeout=seconds + 120,
                check=False,
            )
        shutil.rmtree(given)
        text = (folder / "console").read_text(encoding="utf-8", errors="replace")
        assert done.returncode == 0, f"{program} ended with {done.returncode}: {text[-4000:]}"

    folder = once.made(program, boot)
    facts: dict[str, Any] = json.loads((folder / "out" / "facts.json").read_text(encoding="utf-8"))
    return facts


def fact(facts: dict[str, Any], step: str) -> dict[str, Any]:
    """The facts of a step, which must have come to its end."""
    found: dict[str, Any] = facts[step]
    assert "failed" not in found, f"{step}: {found['failed']}"
    return found
