"""A drop folder to put files away in, and the ways that a move can be made."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mdwatch.dropfolder import moving
from mdwatch.dropfolder.folder import DropFolder
from tests.dropfolder.filings import Failing, refusing


@pytest.fixture(params=["rename", "link", "claim"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    if name != "rename":
        monkeypatch.setattr(moving, "_renameat2", refusing(errno.EINVAL))
    if name == "claim":
        monkeypatch.setattr(os, "link", Failing(os.link, errno.EPERM, always=True))
    return name


@pytest.fixture
def nfs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links are all there is."""
    monkeypatch.setattr(moving, "_renameat2", refusing(errno.EINVAL))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "drop"
    path.mkdir()
    return path


@pytest.fixture
def folder(path: Path) -> Iterator[DropFolder]:
    with DropFolder(path) as folder:
        folder.make_places()
        yield folder


@pytest.fixture(params=["done", "error"])
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)
