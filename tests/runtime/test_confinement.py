"""A process under limits: what it is called for, and every way it may die."""

import ctypes
import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from mdwatch.runtime.confinement import Confinement, Died


def begin(number: int) -> None:
    os.environ["BEGUN"] = str(number)


def begun(_given: int) -> tuple[str, int]:
    return os.environ["BEGUN"], os.getpid()


def eat(megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


def spin(_given: int) -> None:
    while True:
        pass


def segfault(_given: int) -> None:
    ctypes.string_at(0)


def leave(status: int) -> None:
    os._exit(status)


def kill(number: int) -> None:
    os.kill(os.getpid(), number)
    time.sleep(60)


@pytest.fixture
def confinement() -> Iterator[Confinement]:
    made = Confinement(begin, (7,), megabytes=300, seconds=0)
    yield made
    made.close()


def test_calls_are_made_in_one_process_that_is_not_ours(confinement: Confinement) -> None:
    first, second = (confinement.call(begun, 0) for _ in range(2))
    assert first == second
    assert first[0] == "7"
    assert first[1] != os.getpid()


def test_memory_is_limited_and_the_next_call_is_made(confinement: Confinement) -> None:
    assert confinement.call(eat, 100) == 100 << 20
    with pytest.raises(Died, match="it takes more than 300 MB of memory to read") as caught:
        confinement.call(eat, 600)
    assert caught.value.certain
    assert confinement.call(eat, 100) == 100 << 20


@pytest.mark.parametrize(
    ("function", "given", "why", "certain"),
    [
        (spin, 0, "it takes more than 0 seconds of processor time", True),
        (segfault, 0, "the process that read it crashed (SIGSEGV)", True),
        (kill, signal.SIGABRT, "the process that read it crashed (SIGABRT)", True),
        (leave, 3, "the process that read it ended (exit status 3)", True),
        # The kernel does so where memory is short, and so may anybody.
        (kill, signal.SIGKILL, "the process that read it was killed", False),
    ],
)
def test_a_death_is_told_with_its_reason_and_the_next_call_is_made(
    confinement: Confinement,
    function: Callable[[int], None],
    given: int,
    why: str,
    certain: bool,
) -> None:
    with pytest.raises(Died) as caught:
        confinement.call(function, given)
    assert str(caught.value).startswith(why)
    assert caught.value.certain is certain
    assert confinement.call(eat, 1) == 1 << 20
