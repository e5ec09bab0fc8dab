"""A drop folder held open: what a look sees, and that only the very file that was sighted is ever read."""

import errno
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mdwatch.dropfolder import statx
from mdwatch.dropfolder.folder import Changed, DropFolder, identity_at
from mdwatch.model import Identity, Sighting
from mdwatch.rules.arrival import DEFAULT_INCLUDE

LIMIT = 1_000_000


@pytest.fixture
def folder(path: Path) -> Iterator[DropFolder]:
    with DropFolder(path) as folder:
        yield folder


def descriptors() -> set[str]:
    """What this process holds open; the descriptor of the listing itself is gone when it is looked at."""
    links = list(Path("/proc/self/fd").iterdir())
    return {f"{link.name} {link.readlink()}" for link in links if link.is_symlink()}


def sighted(folder: DropFolder, name: str = "a.xml") -> Sighting:
    found = folder.sighting(name)
    assert found is not None
    return found


# --- opening ----------------------------------------------------------------------------------------------------------


def test_a_missing_folder_and_a_file_are_faults(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        DropFolder(tmp_path / "missing")
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        DropFolder(tmp_path / "file")


def test_places_are_made_once_and_kept(folder: DropFolder, path: Path) -> None:
    folder.make_places()
    (path / "done" / "kept.xml").touch()
    with DropFolder(path) as again:
        again.make_places()
        assert identity_at(again.done, "kept.xml") is not None
    assert sorted(entry.name for entry in path.iterdir()) == ["done", "error"]
    for name, descriptor in (("done", folder.done), ("error", folder.error)):
        assert os.fstat(descriptor).st_ino == (path / name).stat().st_ino


@pytest.mark.parametrize("place", ["done", "error"])
@pytest.mark.parametrize("kind", ["link", "dangling link", "file", "pipe"])
def test_a_place_that_is_no_folder_is_a_fault_and_no_link_is_followed(
    folder: DropFolder, path: Path, tmp_path: Path, place: str, kind: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    match kind:
        case "link":
            (path / place).symlink_to(elsewhere)
        case "dangling link":
            (path / place).symlink_to(tmp_path / "nowhere")
        case "file":
            (path / place).touch()
        case _:
            os.mkfifo(path / place)
    with pytest.raises(OSError, match=place):
        folder.make_places()
    assert list(elsewhere.iterdir()) == []
    assert not (tmp_path / "nowhere").exists()


def test_closing_lets_every_descriptor_go_and_may_be_done_twice(path: Path) -> None:
    before = descriptors()
    folder = DropFolder(path)
    folder.make_places()
    assert len(descriptors()) == len(before) + 3
    folder.close()
    folder.close()
    assert descriptors() == before


def test_a_closed_folder_is_a_fault(path: Path) -> None:
    folder = DropFolder(path)
    folder.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        folder.sighting("a.xml")


# --- looking ----------------------------------------------------------------------------------------------------------


def test_an_empty_folder_has_nothing(folder: DropFolder) -> None:
    look = folder.look(DEFAULT_INCLUDE)
    assert (look.files, look.ignored) == ([], [])


def test_a_look_sees_files_as_the_disk_has_them(folder: DropFolder, path: Path) -> None:
    names = ["a.xml", "B.XML", "目録.xml", "caf\udce9.xml", "two\nlines.xml"]
    for number, name in enumerate(names):
        (path / name).write_bytes(b"x" * number)
    files = {file.name: file for file in folder.look(DEFAULT_INCLUDE).files}
    assert sorted(files) == sorted(names)
    for name, file in files.items():
        state = (path / name).stat()
        assert file.identity == Identity(state.st_ino, state.st_size, state.st_mtime_ns)
        assert file.ctime_ns == state.st_ctime_ns
        assert file == folder.sighting(name)


def test_what_is_not_taken_is_told_with_the_time_it_lies_there(folder: DropFolder, path: Path) -> None:
    folder.make_places()
    (path / "sub.xml").mkdir()
    (path / "real.txt").touch()
    (path / "link.xml").symlink_to("real.txt")
    (path / "dangling.xml").symlink_to("nowhere")
    os.mkfifo(path / "pipe.xml")
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind(f"/proc/self/fd/{folder.descriptor}/socket.xml")
    for name in (".hidden.xml", "a.xml.part", "b.xml~"):
        (path / name).touch()
        os.utime(path / name, ns=(1, 12_345))
    look = folder.look(DEFAULT_INCLUDE)
    assert look.files == []
    ignored = {item.name: item for item in look.ignored}
    assert {name: item.why.split(";")[0].split("(")[0].strip() for name, item in ignored.items()} == {
        "sub.xml": "a folder",
        "real.txt": "its name matches none of the job's include patterns",
        "link.xml": "a symbolic link",
        "dangling.xml": "a symbolic link",
        "pipe.xml": "not a regular file",
        "socket.xml": "not a regular file",
        ".hidden.xml": "a hidden or temporary name",
        "a.xml.part": "a temporary name",
        "b.xml~": "a temporary name",
    }
    assert ignored["a.xml.part"].mtime_ns == 12_345


def test_include_patterns_are_the_jobs(folder: DropFolder, path: Path) -> None:
    for name in ("a.xml", "a.md", ".a.md"):
        (path / name).touch()
    assert [file.name for file in folder.look(("*.md",)).files] == ["a.md"]


def test_files_in_done_and_error_are_not_seen(folder: DropFolder, path: Path) -> None:
    folder.make_places()
    (path / "done" / "a.xml").touch()
    (path / "error" / "b.xml").touch()
    look = folder.look(DEFAULT_INCLUDE)
    assert (look.files, look.ignored) == ([], [])


def test_a_folder_renamed_underneath_is_still_the_one_held(folder: DropFolder, path: Path, tmp_path: Path) -> None:
    (path / "a.xml").write_bytes(b"mine")
    path.rename(tmp_path / "moved")
    path.mkdir()
    (path / "b.xml").write_bytes(b"other")
    assert [file.name for file in folder.look(DEFAULT_INCLUDE).files] == ["a.xml"]
    assert folder.read(sighted(folder), LIMIT) == b"mine"


def test_looking_twice_sees_what_came_in_between(folder: DropFolder, path: Path) -> None:
    (path / "a.xml").touch()
    assert len(folder.look(DEFAULT_INCLUDE).files) == 1
    (path / "b.xml").touch()
    (path / "a.xml").unlink()
    assert [file.name for file in folder.look(DEFAULT_INCLUDE).files] == ["b.xml"]


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/etc/hostname")])
def test_only_a_regular_file_is_sighted(folder: DropFolder, path: Path, make: Callable[[Path], None]) -> None:
    assert folder.sighting("a.xml") is None
    make(path / "a.xml")
    assert folder.sighting("a.xml") is None


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"<a/>", b"x" * 200_000])
def test_a_file_is_read_whole(folder: DropFolder, path: Path, data: bytes) -> None:
    (path / "a.xml").write_bytes(data)
    assert folder.read(sighted(folder), LIMIT) == data


@pytest.mark.parametrize(("size", "read"), [(99, 99), (100, 100), (101, 101), (102, 101), (5_000_000, 101)])
def test_no_more_is_read_than_one_byte_over_the_limit(folder: DropFolder, path: Path, size: int, read: int) -> None:
    (path / "a.xml").write_bytes(b"x" * size)
    assert len(folder.read(sighted(folder), 100)) == read


def replaced(path: Path) -> None:
    # The old file is kept, or its inode could be used again at once.
    path.rename(path.with_name("old"))
    path.write_bytes(b"other")


def appended(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"!")


def truncated(path: Path) -> None:
    os.truncate(path, 2)


def touched(path: Path) -> None:
    os.utime(path, ns=(0, 7))


def rewritten_in_place(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"other")
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))


def to_a_link(path: Path) -> None:
    path.rename(path.with_name("old"))
    path.symlink_to("old")


def to_a_dangling_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def to_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def to_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def to_a_socket(path: Path) -> None:
    path.unlink()
    directory = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind(f"/proc/self/fd/{directory}/{path.name}")
    os.close(directory)


CONTENT = [appended, truncated, touched, rewritten_in_place]
NAME = [Path.unlink, replaced, to_a_link, to_a_dangling_link, to_a_pipe, to_a_folder, to_a_socket]


@pytest.mark.parametrize("change", [*CONTENT, *NAME])
def test_a_file_that_changed_since_it_was_sighted_is_not_read(
    folder: DropFolder, path: Path, change: Callable[[Path], None]
) -> None:
    (path / "a.xml").write_bytes(b"sighted")
    file = sighted(folder)
    change(path / "a.xml")
    before = descriptors()
    with pytest.raises(Changed, match=r"a\.xml"):
        folder.read(file, LIMIT)
    assert descriptors() == before


@pytest.mark.parametrize("change", CONTENT)
def test_a_file_that_changes_while_it_is_read_is_not_believed(
    folder: DropFolder, path: Path, change: Callable[[Path], None]
) -> None:
    (path / "a.xml").write_bytes(b"sighted")
    before = descriptors()
    with pytest.raises(Changed, match=r"a\.xml"):
        folder.read(sighted(folder), LIMIT, lambda: change(path / "a.xml"))
    assert descriptors() == before


@pytest.mark.parametrize("change", [change for change in NAME if change is not Path.unlink])
def test_what_takes_the_name_while_a_file_is_read_is_not_read_in_its_place(
    folder: DropFolder, path: Path, change: Callable[[Path], None]
) -> None:
    (path / "a.xml").write_bytes(b"sighted")
    assert folder.read(sighted(folder), LIMIT, lambda: change(path / "a.xml")) == b"sighted"


def test_a_file_that_was_born_later_and_looks_the_same_is_not_read_in_its_place(folder: DropFolder, path: Path) -> None:
    (path / "a.xml").write_bytes(b"a")
    file = folder.sighting("a.xml")
    assert file is not None
    if not file.born_ns:
        pytest.skip("no births are told here")
    before = file._replace(ctime_ns=file.ctime_ns - 1)
    assert folder.read(before, LIMIT) == b"a", "what only its rights were changed of"
    with pytest.raises(Changed, match=r"a\.xml"):
        folder.read(before._replace(born_ns=file.born_ns - 1), LIMIT)


def test_a_fault_of_the_disk_is_no_change(folder: DropFolder) -> None:
    """A name no disk can hold stands for EIO and its like, which a test cannot make."""
    with pytest.raises(OSError, match="File name too long"):
        folder.read(Sighting("x" * 300, Identity(1, 1, 1), 1, 1), LIMIT)


def test_identity_tells_files_apart(folder: DropFolder, path: Path) -> None:
    assert identity_at(folder.descriptor, "a.xml") is None
    (path / "a.xml").write_bytes(b"1")
    state = (path / "a.xml").stat()
    assert identity_at(folder.descriptor, "a.xml") == Identity(state.st_ino, 1, state.st_mtime_ns)


@pytest.mark.parametrize("times", [1, 2])
def test_a_file_that_is_listed_and_said_not_to_be_there_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).touch()
    real, left = statx.stat_at, [times]

    def stat_at(directory: int, name: str) -> statx.Stat:
        if name == "a.xml" and left[0] > 0:
            left[0] -= 1
            raise FileNotFoundError(errno.ENOENT, "no such file")
        return real(directory, name)

    monkeypatch.setattr(statx, "stat_at", stat_at)
    with DropFolder(tmp_path) as folder:
        look = folder.look(("*.xml",))
    assert sorted(file.name for file in look.files) == ["a.xml", "b.xml"][times - 1 :]
    assert look.unseen == ({} if times == 1 else {"a.xml": "it is listed, and yet not there"})
