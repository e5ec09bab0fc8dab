"""Modules that are left unread are whole whenever something of them is asked for, and read once."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from types import SimpleNamespace
from typing import Any

import pytest

from mdwatch.runtime import later

NAME = "read_when_it_is_used"
FUNCTION = {f"{NAME}.inner": {"double": later.READ, "half": None}}


@pytest.fixture(autouse=True)
def _package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package with a module, and how often that was read."""
    package = tmp_path / NAME
    package.mkdir()
    (package / "__init__.py").write_text("times_read = []\n")
    (package / "inner.py").write_text(
        f"import {NAME}\n"
        f"{NAME}.times_read.append(1)\n"
        "answer = 42\n\n\ndef double(number):\n    return 2 * number\n"
        "\n\ndef half(number):\n    return number / 2\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[name]


def times_read() -> int:
    return len(importlib.import_module(NAME).times_read)


def test_it_is_read_when_something_of_it_is_asked_for() -> None:
    later.leave_unread(FUNCTION)
    inner = importlib.import_module(f"{NAME}.inner")
    double = inner.double
    assert times_read() == 0
    assert (inner.answer, double(21), times_read()) == (42, 42, 1)
    # Whoever imports it now has it as it is.
    assert importlib.import_module(f"{NAME}.inner").__file__


def test_a_function_that_was_taken_out_of_it_reads_it_when_it_is_called() -> None:
    later.leave_unread(FUNCTION)
    double = importlib.import_module(f"{NAME}.inner").double
    assert (double(number=4), times_read()) == (8, 1)


def test_a_function_may_answer_without_it_until_it_is_read() -> None:
    later.leave_unread(FUNCTION)
    inner = importlib.import_module(f"{NAME}.inner")
    half = inner.half
    assert (half(4), times_read()) == (None, 0)
    assert inner.answer == 42
    assert (half(4), inner.half(4), times_read()) == (2, 2, 1)


def test_once_it_is_read_it_is_as_the_module_is_and_gets_what_is_added_to_that() -> None:
    later.leave_unread(FUNCTION)
    unread = importlib.import_module(f"{NAME}.inner")
    assert unread.answer == 42
    module = importlib.import_module(f"{NAME}.inner")
    assert module is not unread
    assert vars(unread).items() >= vars(module).items()
    module.added = 7  # type: ignore[attr-defined]
    assert unread.added == 7


def test_its_package_has_it() -> None:
    later.leave_unread(FUNCTION)
    assert importlib.import_module(NAME).inner.answer == 42


def test_what_it_lacks_is_told_as_of_any_module() -> None:
    later.leave_unread(FUNCTION)
    with pytest.raises(AttributeError, match=f"module '{NAME}.inner' has no attribute 'nothing'"):
        _ = importlib.import_module(f"{NAME}.inner").nothing


def test_threads_that_ask_at_the_same_moment_find_all_of_it_and_it_is_read_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each that finds it unread waits for another one that does, as long as one may come."""
    later.leave_unread(FUNCTION)
    inner, together = importlib.import_module(f"{NAME}.inner"), Barrier(2)

    class Modules(dict[str, Any]):
        def get(self, name: str, _otherwise: Any = None) -> Any:
            found = sys.modules.get(name)
            if found is inner:
                with suppress(BrokenBarrierError):
                    together.wait(0.3)
            return found

        def __delitem__(self, name: str) -> None:
            del sys.modules[name]

    monkeypatch.setattr(later, "sys", SimpleNamespace(modules=Modules()))
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(lambda _: inner.answer, range(2))) == [42] * 2
    assert times_read() == 1


def test_what_is_there_already_stays() -> None:
    there = importlib.import_module(f"{NAME}.inner")
    later.leave_unread(FUNCTION)
    assert sys.modules[f"{NAME}.inner"] is there


@pytest.mark.parametrize(
    "use",
    [
        "import asyncio; print(asyncio.run(asyncio.sleep(0, 'used')))",
        "import asyncio.subprocess; from asyncio import get_event_loop_policy, sleep; print('used')",
        "from sqlalchemy.util import concurrency; print(concurrency.iscoroutine(1) or 'used')",
        "from importlib.metadata import version; print(version('mdwatch') and 'used')",
        "import importlib.metadata; print(importlib.metadata.version('click') and 'used')",
    ],
)
def test_what_mdwatch_leaves_unread_can_be_used(use: str) -> None:
    script = f"from mdwatch.runtime import later; later.leave_unread(); import sqlalchemy, structlog; {use}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "used\n"
