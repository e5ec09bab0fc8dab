"""The power fails under a working daemon, again and again: whatever was durable before is there once, and told once.

File systems of their own in images; the shutdown ioctl of ext4 without a flush of its log drops all that is not yet on
the disk, as a power cut does. Once with all on one file system, once with the drop folder on another than the rest. The
store beyond the database, an OCFL object for each IE, is whole and valid after it, by its own check and by ocfl-py's.
"""

import fcntl
import os
import random
import shutil
import signal
import struct
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from mdwatch.handlers.stores import checking
from tests.objectstore.validators import invalid
from tests.proof import tally
from tests.system.daemons import running, until
from tests.worlds import World, dc, ie, update

pytestmark = [pytest.mark.system, pytest.mark.timeout(1500)]

SHUT_DOWN: Final = 0x8004587D  # EXT4_IOC_SHUTDOWN
WITHOUT_FLUSH: Final = 2  # EXT4_GOING_FLAGS_NOLOGFLUSH
IES: Final = 20
CUTS: Final = 15


class Disk:
    """A file system in an image, whose power can be cut."""

    def __init__(self, image: Path, folder: Path) -> None:
        self.folder = folder
        self._image = image
        with image.open("wb") as stream:
            stream.truncate(96 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
        folder.mkdir(parents=True)
        self.mount()

    def mount(self) -> None:
        """Makes it there."""
        subprocess.run(["mount", "-o", "loop", self._image, self.folder], check=True)

    def mount_again(self) -> None:
        """Makes it there after a cut, from a copy of what had reached the image.

        Whoever made a mount namespace meanwhile, as services and containers do, keeps the dead file system in it; the
        same image would be that one again.
        """
        last = self._image
        self._image = last.with_name(f"{last.name}+")
        subprocess.run(["cp", "--sparse=always", last, self._image], check=True)
        last.unlink()
        self.mount()

    def cut(self) -> None:
        """Nothing reaches the disk any more."""
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, SHUT_DOWN, struct.pack("I", WITHOUT_FLUSH))
        finally:
            os.close(descriptor)

    def unmount(self) -> None:
        """Takes it away, as soon as nobody uses it."""
        until(lambda: subprocess.run(["umount", self.folder], stderr=subprocess.DEVNULL, check=False).returncode == 0)


@pytest.fixture(params=[1, 2], ids=["one disk", "two disks"])
def disks(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[list[Disk]]:
    """One disk for all, or one more for the drop folder."""
    if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
        pytest.skip("mounting images takes root and mkfs.ext4")
    made = [Disk(tmp_path / "one.img", tmp_path / "site")]
    if request.param == 2:
        made.append(Disk(tmp_path / "two.img", tmp_path / "site" / "drop"))
    yield made
    for disk in reversed(made):
        subprocess.run(["umount", "-l", disk.folder], check=False)


def drop_durably(world: World, name: str, data: bytes) -> None:
    """Drops a file as a careful sender does: whole on the disk before its name is, and the name before it counts."""
    aside = world.folder / f".{name}.part"
    with aside.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    aside.rename(world.folder / name)
    folder = os.open(world.folder, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def filed(world: World) -> int:
    return sum(1 for place in ("done", "error") for _ in (world.folder / place).glob("*.xml"))


def has_filed(world: World, wanted: int) -> bool:
    return filed(world) >= wanted


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_lost_or_doubled_when_the_power_fails(disks: list[Disk], seed: int) -> None:
    chance = random.Random(seed)
    world = World(disks[0].folder, settle_seconds=0.1, sweep_seconds=1, group_size=5)
    world.load(*(ie(f"IE{number}") for number in range(IES)), ie("IE99", lockedBy="curator"))
    store = disks[0].folder / "store"
    world.raw["store"] = {"ocfl": str(store)}
    os.sync()
    dropped: list[str] = []
    for _ in range(CUTS):
        with running(world) as daemon:
            before = filed(world)
            for _ in range(chance.randrange(10, 40)):
                number = len(dropped)
                pid = "IE99" if number % 7 == 3 else f"IE{number % IES}"
                drop_durably(world, f"{number}.xml", update(pid, dc(f"T{number}")))
                dropped.append(pid)
            until(partial(has_filed, world, min(len(dropped), before + chance.randrange(1, 25))))
            for disk in disks:
                disk.cut()
            daemon.process.send_signal(signal.SIGKILL)
            daemon.process.wait()
        for disk in reversed(disks):
            disk.unmount()
        for disk in disks:
            disk.mount_again()
    with running(world) as daemon:
        until(lambda: filed(world) == len(dropped) and not list(world.folder.glob("*.xml")), 60)
        until(lambda: world.log_lines() and "Job completed" in world.log_lines()[-1])
        until(lambda: _still_to_be_kept(world) == 0, 60)
        assert daemon.stop() == 0
    wrong = [*_wrong(world, dropped), *_wrong_in_store(world, store)]
    tally.note(f"power loss under the daemon, {len(disks)} disk{'s' * (len(disks) > 1)}", CUTS, len(wrong))
    assert wrong == []


def _wrong(world: World, dropped: list[str]) -> list[str]:
    """What is not so: every file applied once, in order, filed once, its reason whole, its line there once."""
    errors = {f"{number}.xml" for number, pid in enumerate(dropped) if pid == "IE99"}
    done = {f"{number}.xml" for number in range(len(dropped))} - errors
    applied = _applied(world)
    lines = world.log_lines()
    told = Counter(line.rpartition("File name is ")[2] for line in lines if "File name is" in line)
    updated = Counter(line.split()[2] for line in lines if "successfully updated" in line)
    facts = {
        "in done/ is what belongs there": {path.name for path in (world.folder / "done").iterdir()} == done,
        "in error/ is what belongs there": {path.name for path in (world.folder / "error").glob("*.xml")} == errors,
        "reasons are whole": all("locked by curator" in _reason(world, name) for name in errors),
        "updates are in order": applied == sorted(applied),
        "each update is made once": sorted(f"{number}.xml" for _, number in applied) == sorted(done),
        "each error is told once": told == Counter(errors),
        "an audit finds nothing": world.audit() == [],
        "each update is told once": updated == Counter(pid for pid in dropped if pid != "IE99"),
    }
    return [fact for fact, so in facts.items() if not so]


def _still_to_be_kept(world: World) -> int:
    with world.context() as context:
        return checking.check(context, digests=False).due


def _wrong_in_store(world: World, store: Path) -> list[str]:
    """What is not so of the store beyond the database: every version of every IE, whole and valid."""
    with world.context() as context:
        found = checking.check(context, digests=True)
        with context.repository.read() as connection:
            versions = connection.exec_driver_sql("SELECT count(*) FROM ie_version").scalar()
    return [*found.faults, *invalid(store), *([] if (found.objects, found.versions) == (IES + 1, versions) else [
        f"the store has {found.objects} objects of {found.versions} versions, and there are {IES + 1} of {versions}"
    ])]  # fmt: skip


def _reason(world: World, name: str) -> str:
    path = world.folder / "error" / f"{name}.reason.txt"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _applied(world: World) -> list[tuple[int, int]]:
    """The IE and the number of each file that made a version, in the order of the versions of each IE."""
    sql = "SELECT ie_id, file FROM ie_version WHERE cause = 'update' ORDER BY ie_id, version"
    with world.context() as context, context.repository.read() as connection:
        return [(ie_id, int(str(name).removesuffix(".xml"))) for ie_id, name in connection.exec_driver_sql(sql)]
