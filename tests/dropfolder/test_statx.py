"""statx(2) through ctypes tells what os.stat tells, and the birth time besides."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mdwatch.dropfolder import statx


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    yield descriptor
    os.close(descriptor)


def agrees(directory: int, name: str) -> statx.Stat:
    found = statx.stat_at(directory, name)
    assert found._replace(born_ns=0) == statx.from_stat(os.stat(name, dir_fd=directory, follow_symlinks=False))
    return found


def test_a_file_a_folder_a_link_a_pipe_and_a_socket(directory: int, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "nowhere").symlink_to("missing")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as plug:
        # A path that is short enough for a socket's address, wherever the tests run.
        plug.bind(f"/proc/self/fd/{directory}/socket")
    names = ["file", "folder", "link", "nowhere", "pipe", "socket"]
    assert [name for name in names if statx.is_regular(agrees(directory, name).mode)] == ["file"]


@pytest.mark.parametrize("size", [0, 1, (1 << 32) - 1, 1 << 32, 5 << 30])
def test_sizes(directory: int, tmp_path: Path, size: int) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(size)
    assert agrees(directory, "sparse").identity.size == size


@pytest.mark.parametrize(
    "mtime_ns", [0, 1, -1, -1_500_000_001, 1_451_281_440_123_456_789, (1 << 32) * 1_000_000_000 + 7]
)
def test_times_to_the_nanosecond(directory: int, tmp_path: Path, mtime_ns: int) -> None:
    (tmp_path / "file").touch()
    os.utime(tmp_path / "file", ns=(0, mtime_ns))
    assert agrees(directory, "file").identity.mtime_ns == (tmp_path / "file").stat().st_mtime_ns == mtime_ns


@pytest.mark.parametrize("raw", [b"caf\xe9.xml", "目録.xml".encode(), b"a b\n\\.xml", b"x" * 255])
def test_names_of_any_bytes(directory: int, tmp_path: Path, raw: bytes) -> None:
    (tmp_path / os.fsdecode(raw)).touch()
    agrees(directory, os.fsdecode(raw))


def test_an_open_file_is_what_its_name_tells(directory: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "file").open("wb") as file:
        assert statx.stat_of(file.fileno()) == agrees(directory, "file")
        monkeypatch.setattr(statx, "_statx", None)
        assert statx.stat_of(file.fileno()) == statx.stat_at(directory, "file")


def test_what_is_not_there_is_told_by_name(directory: int) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        statx.stat_at(directory, "missing.xml")
    assert caught.value.filename == "missing.xml"


@pytest.mark.parametrize(("name", "kind"), [("file/below", NotADirectoryError), ("x" * 256, OSError)])
def test_other_faults_are_os_errors(directory: int, tmp_path: Path, name: str, kind: type[OSError]) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(kind) as caught:
        statx.stat_at(directory, name)
    assert not isinstance(caught.value, FileNotFoundError)


def test_birth_stays_when_all_else_changes(directory: int, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    before = agrees(directory, "file")
    if not before.born_ns:
        pytest.skip("this file system has no birth times")
    os.utime(path, ns=(0, 5))
    path.chmod(0o600)
    with path.open("ab") as file:
        file.write(b"more")
    path.rename(tmp_path / "moved")
    after = agrees(directory, "moved")
    assert after.born_ns == before.born_ns
    assert after.identity != before.identity
    told = subprocess.run(["stat", "-c", "%W", tmp_path / "moved"], capture_output=True, check=True, text=True).stdout
    assert int(told) == after.born_ns // 1_000_000_000


def test_a_second_file_is_born_no_earlier(directory: int, tmp_path: Path) -> None:
    (tmp_path / "one").touch()
    (tmp_path / "two").touch()
    assert agrees(directory, "one").born_ns <= agrees(directory, "two").born_ns


def test_without_statx_all_but_birth_is_told(directory: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"1")
    with_it = statx.stat_at(directory, "file")
    monkeypatch.setattr(statx, "_statx", None)
    assert statx.stat_at(directory, "file") == with_it._replace(born_ns=0)
    with pytest.raises(FileNotFoundError):
        statx.stat_at(directory, "missing")
