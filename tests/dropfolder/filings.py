"""Files to put away, what may fail on the way, and what is there then."""

import ctypes
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mdwatch.dropfolder import filing, reason_files
from mdwatch.dropfolder.filing import Filed
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.model import Identity

WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
NAME = "a.xml"
SECOND = "a.20260304T050607Z.xml"
THIRD = "a.20260304T050607Z.2.xml"
REASON = ".reason.txt"


class Failing:
    """Stands before a call of the system and fails it with these errors, one a call; 0 lets the call through."""

    def __init__(self, real: Callable[..., Any], *errors: int, always: bool = False) -> None:
        self.real = real
        self.errors = list(errors)
        self.always = always
        self.calls = 0

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.calls += 1
        error = self.errors[0] if self.always else self.errors.pop(0) if self.errors else 0
        if error:
            raise OSError(error, os.strerror(error))
        return self.real(*given, **named)


def refusing(error: int) -> Callable[..., int]:
    """A renameat2(2) that always fails."""

    def call(*_given: object) -> int:
        ctypes.set_errno(error)
        return -1

    return call


def drop(path: Path, text: str = "dropped", name: str = NAME) -> Identity:
    (path / name).write_text(text)
    return identity(path / name)


def identity(path: Path) -> Identity:
    state = path.lstat()
    return Identity(state.st_ino, state.st_size, state.st_mtime_ns)


def tree(path: Path) -> dict[str, str]:
    """Every file below the folder by its path, with its content."""
    return {
        str(file.relative_to(path)): file.read_text() if file.is_file() else "-"
        for file in sorted(path.rglob("*"))
        if file.is_symlink() or not file.is_dir()
    }


def put(folder: DropFolder, file: Identity, *, name: str = NAME, to_error: bool = False) -> Filed:
    return filing.put_away(folder, name, file, to_error=to_error, when=WHEN)


def reason(folder: DropFolder, name: str, text: str) -> None:
    reason_files.write(folder, [(name, text)])
