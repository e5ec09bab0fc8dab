"""Which file system a path lies on, as the kernel's table of mounts tells."""

import os
import re
from pathlib import Path
from typing import Final, NamedTuple

NETWORK: Final = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "beegfs", "glusterfs", "gpfs", "ocfs2",
    "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "fuse.davfs",
})  # fmt: skip

_OCTAL = re.compile(r"\\([0-7]{3})")
_NUMBER: Final = re.compile(rb"^mnt_id:\s*(\d+)", re.MULTILINE)
_TOLD: Final = 4096  # bytes: what the kernel tells of an open file is shorter, or begins with the number
_TABLE: Final = Path("/proc/self/mountinfo")
# Where the kernel, or a sandbox, tells nothing.
_UNTOLD: Final = (FileNotFoundError, NotADirectoryError, PermissionError)


class Mount(NamedTuple):
    """One mounted file system: where, of what type (`ext4`, `nfs4`, ...), and from where."""

    point: Path
    kind: str
    source: str = ""


def mount_of(path: Path, table: Path = _TABLE) -> Mount:
    """The mount that holds the path; the root and no type where the system tells of none.

    The path need not exist: what counts is where it would be made. Raises `OSError` where the table cannot be read just
    now: that tells nothing of what is mounted.
    """
    return _mount_and_root(path.resolve(), table)[0]


def below(path: Path, table: Path = _TABLE) -> list[Path]:
    """Where something is mounted below the path; raises `OSError`."""
    start = f"{path.resolve()}/"
    lines = _lines(table)
    points = (_unescaped(line.split(" ")[4]) for line in lines if " - " in line)
    return [Path(point) for point in dict.fromkeys(points) if point.startswith(start)]


def share_path(path: Path, table: Path = _TABLE) -> str | None:
    """The path by the name that the server has for it, as `server:/export/folder`; None on a disk of this machine.

    A share that is mounted twice, or from two of its folders, may have a device number of its own each time.
    """
    path = path.resolve()
    mount, root = _mount_and_root(path, table)
    if mount.kind not in NETWORK:
        return None
    parts = [*Path(root).parts[1:], *path.relative_to(mount.point).parts]
    return "/".join([mount.source.rstrip("/"), *parts])


def _mount_and_root(path: Path, table: Path) -> tuple[Mount, str]:
    """The mount that holds the path, and which folder of the file system is mounted there."""
    lines = _lines(table)
    found, root = Mount(Path("/"), ""), "/"
    wanted = f"{path}/"
    for line in lines:
        # The kernel escapes the white space of ASCII only: other white space may be part of a name.
        before, _, after = line.partition(" - ")
        if not after:
            continue
        fields = before.split(" ")
        there = _unescaped(fields[4])
        # Told by the texts first: a machine has many mounts, and a daemon asks before each of its looks.
        if there != "/" and not wanted.startswith(f"{there}/"):
            continue
        fields, point = [_unescaped(field) for field in fields], Path(there)
        # The last of several mounts over one folder is the one in force.
        if len(point.parts) >= len(found.point.parts):
            kind, source, *_ = [*after.split(" "), ""]
            found, root = Mount(point, kind, source), fields[3]
    return found, root


def _lines(table: Path) -> list[str]:
    try:
        return table.read_bytes().decode("utf-8", "surrogateescape").split("\n")
    except _UNTOLD:
        return []


def _unescaped(field: str) -> str:
    return _OCTAL.sub(lambda match: chr(int(match[1], 8)), field)


def number_of(descriptor: int) -> tuple[int, bytes]:
    """What tells the mount of an open file from others: its device, and the kernel's number of the mount, if it tells.

    A bind mount has the device of what it shows, and yet nothing can be moved into it from outside. Raises `OSError`.
    """
    device = os.fstat(descriptor).st_dev
    try:
        # Three calls of the kernel, where a file object makes nine: it is asked for each drop.
        information = os.open(f"/proc/self/fdinfo/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)
        try:
            number = _NUMBER.search(os.read(information, _TOLD))
        finally:
            os.close(information)
    except _UNTOLD:
        number = None
    return device, number[1] if number else b""


def file_system(path: Path, table: Path = _TABLE) -> str:
    """The type of the file system that holds the path, or "" where it cannot be told."""
    return mount_of(path, table).kind


def is_missing(known: Mount, now: Mount) -> bool:
    """Whether what is at a folder now is not the file system that was there, but what shows through without it.

    A device that has another name after a restart, a folder that is mounted once more by a sandbox, or a share that is
    mounted from elsewhere or in another version, is no such case.
    """
    if (known.kind, known.source) == (now.kind, now.source):
        return False
    if known.kind in NETWORK and now.kind not in NETWORK:
        return True
    return known.point != now.point and known.point.is_relative_to(now.point)


def is_network(path: Path) -> bool:
    """Whether the path lies on a file system of another machine."""
    return file_system(path) in NETWORK
