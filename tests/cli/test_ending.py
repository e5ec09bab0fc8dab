"""The process of a command ends at once, and yet with its status, what it printed, and all that was registered done."""

import subprocess
import sys

import pytest

from tests.cli.calls import environment

BEGIN = """
import atexit, sys, threading, time
from mdwatch.cli import ending
class Last:
    def __del__(self): print("taken apart", file=sys.stderr)
last = Last()
def work():
    time.sleep(0.2); print("worked")
"""


def ended(body: str, stdout: int = subprocess.PIPE) -> "subprocess.CompletedProcess[str]":
    """A process that did this."""
    return subprocess.run(
        [sys.executable, "-c", BEGIN + body],
        env=environment(PYTHONUNBUFFERED=""),
        text=True,
        check=False,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize(("code", "status"), [("", 0), ("0", 0), ("1", 1), ("78", 78), ("256", 0), ("True", 1)])
def test_it_has_the_status_of_the_command(code: str, status: int) -> None:
    done = ended(f"with ending.at_once():\n    print('told'); sys.exit({code})")
    assert (done.returncode, done.stdout, done.stderr) == (status, "told\n", "")


def test_threads_and_what_is_registered_are_waited_for() -> None:
    done = ended(
        "with ending.at_once():\n"
        "    atexit.register(print, 'registered')\n"
        "    threading.Thread(target=work).start()\n"
        "    sys.exit(3)"
    )
    assert (done.returncode, done.stdout, done.stderr) == (3, "worked\nregistered\n", "")


@pytest.mark.parametrize(
    ("fault", "words"), [("raise KeyError('x')", "KeyError: 'x'"), ("sys.exit('in words')", "in words")]
)
def test_other_ends_are_those_of_python(fault: str, words: str) -> None:
    done = ended(f"with ending.at_once():\n    print('told'); {fault}")
    assert (done.returncode, done.stdout) == (1, "told\n")
    assert words in done.stderr
    assert "taken apart" in done.stderr


def test_what_could_not_be_printed_is_told() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        done = ended("with ending.at_once():\n    print('told'); sys.exit(0)", stdout=full.fileno())
    assert done.returncode == 120
    assert "No space left on device" in done.stderr
