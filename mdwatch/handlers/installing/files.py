"""The files that come with the program are put in place, or taken away again; nobody's changes are overwritten."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mdwatch import shipped
from mdwatch.errors import Deferred
from mdwatch.rules import placement
from mdwatch.rules.placement import FoundFile, Placement, PlacingAct


class Destination(NamedTuple):
    """Where to: the program's files below `prefix`, all of it below `destdir`, which packagers use.

    `command` is what the unit is to start, by its path on the machine that will run it.
    """

    prefix: str
    destdir: str
    command: str

    def path(self, target: str) -> Path:
        """Where a file of the machine is now."""
        return Path(self.destdir + target)


class Placed(NamedTuple):
    """What was done with one file, and what it is for."""

    path: str
    act: PlacingAct
    what: str


def put(to: Destination) -> Iterator[Placed]:
    """Puts every file in place; the file is what it should be when its line comes. Raises `Deferred`."""
    written = _manifest(to)
    for item in placement.placements(to.prefix):
        content = _content(item, to)
        if content is None:
            continue
        act = placement.placing(item.owner, _found(to.path(item.target), content, written.get(item.target)))
        if act in {PlacingAct.WRITE, PlacingAct.REPLACE}:
            _write(to.path(item.target), content, item.mode)
        if act in {PlacingAct.WRITE, PlacingAct.REPLACE, PlacingAct.NOTHING}:
            written[item.target] = _digest(content)
        yield Placed(item.target, act, item.what)
    lines = "".join(f"{digest}  {target}\n" for target, digest in sorted(written.items()))
    _write(to.path(placement.manifest(to.prefix)), lines.encode(), 0o644)
    link = _link(to)
    if link is not None:
        yield link


def remove(to: Destination) -> Iterator[Placed]:
    """Takes away what is the program's and nobody changed. Raises `Deferred`."""
    written = _manifest(to)
    for item in placement.placements(to.prefix):
        path = to.path(item.target)
        act = placement.removal(item.owner, _found(path, _content(item, to), written.get(item.target)))
        if act is PlacingAct.REMOVE:
            _remove(path)
        if act is not PlacingAct.MISSING:
            yield Placed(item.target, act, item.what)
    _remove(to.path(placement.manifest(to.prefix)))
    link = to.path(f"{to.prefix}/bin/mdwatch")
    if link.is_symlink() and str(link.readlink()) == to.command:
        _remove(link)
        yield Placed(f"{to.prefix}/bin/mdwatch", PlacingAct.REMOVE, "the command")


def _content(item: Placement, to: Destination) -> bytes | None:
    """A file as it goes to the machine: the unit names the command and its prefix."""
    content = shipped.read(item.source)
    if content is None or not item.source.endswith(".service"):
        return content
    return content.replace(b"/usr/local/bin/mdwatch", to.command.encode())


def _found(path: Path, content: bytes | None, written: str | None) -> FoundFile:
    if path.is_symlink():
        return FoundFile.FOREIGN
    try:
        there = path.read_bytes()
    except FileNotFoundError:
        return FoundFile.ABSENT
    except OSError as error:
        raise Deferred(f"{path} cannot be read: {error.strerror}") from error
    if there == content:
        return FoundFile.SAME
    return FoundFile.OURS if _digest(there) == written else FoundFile.FOREIGN


def _manifest(to: Destination) -> dict[str, str]:
    """The digests of what was written before, by target."""
    try:
        text = to.path(placement.manifest(to.prefix)).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    rows = (line.partition("  ") for line in text.splitlines())
    return {target: digest for digest, _, target in rows}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes, mode: int) -> None:
    """Writes a file whole, with its mode from the beginning; folders that are made on the way are open to all."""
    try:
        missing = [folder for folder in path.parents if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir()
            folder.chmod(0o755)
        new = path.with_name(f".{path.name}.new")
        new.unlink(missing_ok=True)
        with open(new, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(content)
            os.fchmod(file.fileno(), mode)
        new.replace(path)
    except OSError as error:
        raise Deferred(f"{path} cannot be written: {error.strerror}") from error


def _remove(path: Path) -> None:
    """Removes a file, and the folder named after the program that it leaves empty."""
    try:
        path.unlink(missing_ok=True)
        if path.parent.name == "mdwatch" and path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()
    except OSError as error:
        raise Deferred(f"{path} cannot be removed: {error.strerror}") from error


def _link(to: Destination) -> Placed | None:
    """Has `mdwatch` be found among the commands, where it is installed in a place of its own."""
    target = f"{to.prefix}/bin/mdwatch"
    path = to.path(target)
    if to.command == target:
        return None
    if path.is_symlink() and str(path.readlink()) == to.command:
        return Placed(target, PlacingAct.NOTHING, "the command")
    if path.is_symlink() or path.exists():
        return Placed(target, PlacingAct.LEAVE_CHANGED, "the command")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(to.command)
    except OSError as error:
        raise Deferred(f"{path} cannot be made: {error.strerror}") from error
    return Placed(target, PlacingAct.WRITE, "the command")
