"""Which file system a path lies on, by made-up tables of mounts."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder import mounts

TABLE = r"""22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /proc rw,nosuid - proc proc rw
30 22 0:40 / /srv/drop rw shared:9 master:2 - nfs4 server:/export rw,vers=4.2
31 30 8:2 / /srv/drop/local rw - xfs /dev/sdb1 rw
32 22 0:41 / /srv/with\040space rw - cifs //server/a\040b rw
33 22 0:42 / /srv/tab\011line\012back\134slash rw - nfs server:/x rw
34 22 0:43 / /srv/over rw - nfs server:/y rw
35 34 8:3 / /srv/over rw - ext4 /dev/sdc1 rw
36 22 8:4 / /srv/other rw - ext4 /dev/sdd1 rw
37 36 0:44 / /srv/other rw - fuse.sshfs host:/ rw
38 22 0:45 / /srv/目　録 rw - nfs server:/z rw
39 22 0:46 / /srv/feed{}return rw - nfs server:/w rw
40 22 0:47 / /srv/dash\040-\040dash rw - nfs server:/v rw
42 22 0:49 / /mnt/again rw - nfs4 server:/export/ rw,nosharecache
43 22 0:50 / /mnt/part rw - nfs4 server:/export/a rw,nosharecache
44 22 0:50 /b\040b /mnt/bound rw - nfs4 server:/export/a rw
41 22 0:48 / /srv/caf@byte@ rw - nfs server:/u rw
""".format("\x0c\x85\u2028\r")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "mountinfo"
    path.write_bytes(TABLE.encode().replace(b"@byte@", b"\xe9"))
    return path


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "ext4"),
        ("/srv", "ext4"),
        ("/srv/drop", "nfs4"),
        ("/srv/drop/a/b/c", "nfs4"),
        ("/srv/drop/../drop/a", "nfs4"),
        ("/srv/dropped", "ext4"),
        ("/srv/drop/local", "xfs"),
        ("/srv/drop/local/x", "xfs"),
        ("/srv/drop/locale", "nfs4"),
        ("/srv/with space/x", "cifs"),
        ("/srv/with", "ext4"),
        ("/srv/tab\tline\nback\\slash/x", "nfs"),
        ("/srv/over/x", "ext4"),
        ("/srv/other/x", "fuse.sshfs"),
        ("/srv/目　録/x", "nfs"),
        ("/srv/目/x", "ext4"),
        ("/srv/feed\x0c\x85\u2028\rreturn/x", "nfs"),
        ("/srv/dash - dash/x", "nfs"),
        ("/srv/caf\udce9/x", "nfs"),
    ],
)
def test_the_deepest_and_last_mount_holds_the_path(table: Path, path: str, kind: str) -> None:
    assert mounts.file_system(Path(path), table) == kind


def test_links_are_followed_to_where_they_lead(table: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/srv/drop/new")
    assert mounts.file_system(tmp_path / "link" / "x", table) == "nfs4"


def test_a_path_that_is_not_there_yet_is_where_it_would_be_made(table: Path) -> None:
    assert mounts.file_system(Path("/srv/drop/not/yet"), table) == "nfs4"


def test_where_it_is_mounted_is_told(table: Path) -> None:
    assert mounts.mount_of(Path("/srv/drop/a/b"), table).point == Path("/srv/drop")
    assert mounts.mount_of(Path("/srv/with space/x"), table).point == Path("/srv/with space")
    assert mounts.mount_of(Path("/srv/none/x"), table).point == Path("/")


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EIO, errno.ENOMEM])
def test_what_cannot_be_asked_just_now_is_not_taken_for_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    real = os.open

    def failing(path: Any, *more: Any, **named: Any) -> int:
        if str(path).startswith("/proc/self/"):
            raise OSError(number, os.strerror(number), path)
        return real(path, *more, **named)

    def unread(path: Path) -> bytes:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(os, "open", failing)
    monkeypatch.setattr(Path, "read_bytes", unread)
    asked: list[Callable[[], object]] = [
        lambda: mounts.mount_of(tmp_path),
        lambda: mounts.below(tmp_path),
        lambda: mounts.share_path(tmp_path),
        lambda: mounts.number_of(0),
    ]
    for ask in asked:
        with pytest.raises(OSError, match="/proc/self") as caught:
            ask()
        assert caught.value.errno == number


def test_without_a_table_nothing_is_told(tmp_path: Path) -> None:
    assert mounts.file_system(tmp_path, tmp_path / "missing") == ""
    (tmp_path / "empty").touch()
    assert mounts.file_system(tmp_path, tmp_path / "empty") == ""


def test_the_table_of_this_machine_is_read(tmp_path: Path) -> None:
    assert mounts.file_system(Path("/proc/self")) == "proc"
    assert mounts.file_system(tmp_path)
    assert not mounts.is_network(Path("/proc/self"))


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p"])
def test_file_systems_of_other_machines_are_known(kind: str) -> None:
    assert kind in mounts.NETWORK


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", ""])
def test_local_file_systems_are_not_taken_for_others(kind: str) -> None:
    assert kind not in mounts.NETWORK


def mount(point: str, kind: str = "ext4", source: str = "/dev/vda") -> mounts.Mount:
    return mounts.Mount(Path(point), kind, source)


@pytest.mark.parametrize(
    ("known", "now", "missing"),
    [
        (mount("/srv"), mount("/srv"), False),
        (mount("/srv/share", "nfs4", "server:/x"), mount("/"), True),
        # A sandbox mounts the mount point itself: the path stays, what is there does not.
        (mount("/srv/share", "nfs4", "server:/x"), mount("/srv/share"), True),
        (mount("/data", source="/dev/vdb"), mount("/"), True),
        # The device has another name since the last restart.
        (mount("/data", source="/dev/vdb"), mount("/data", source="/dev/vdc"), False),
        # A sandbox that mounts another part of the same file system.
        (mount("/srv/x/updates"), mount("/srv/x"), False),
        (mount("/srv/share", "nfs4", "server:/x"), mount("/srv/share", "nfs", "server:/x"), False),
        (mount("/srv/share", "nfs4", "server:/x"), mount("/srv", "nfs4", "server:/srv"), True),
        # A share that was mounted since.
        (mount("/"), mount("/srv/share", "nfs4", "server:/x"), False),
    ],
)
def test_a_mount_that_is_missing_is_told_from_one_that_moved(
    known: mounts.Mount, now: mounts.Mount, missing: bool
) -> None:
    assert mounts.is_missing(known, now) is missing


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/srv/drop", "server:/export"),
        ("/mnt/again", "server:/export"),
        ("/srv/drop/a/b b/c", "server:/export/a/b b/c"),
        ("/mnt/again/a/b b/c", "server:/export/a/b b/c"),
        ("/mnt/part/b b/c", "server:/export/a/b b/c"),
        ("/mnt/bound/c", "server:/export/a/b b/c"),
        ("/srv/drop/local/x", None),
        ("/srv", None),
    ],
)
def test_a_folder_of_a_share_has_one_name_however_it_is_mounted(table: Path, path: str, name: str | None) -> None:
    assert mounts.share_path(Path(path), table) == name
