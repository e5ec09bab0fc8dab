"""Processes forked from a server: what they hear of, and what they do not."""

import signal
import subprocess
import sys

from tests.cli.calls import environment

SCRIPT = """
import signal
from concurrent.futures import ProcessPoolExecutor
from mdwatch.runtime import forked

def blocked():
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])

if __name__ == "__main__":
    with ProcessPoolExecutor(1, forked.context()) as pool:
        there = pool.submit(signal.pthread_sigmask, signal.SIG_BLOCK, []).result()
    print(signal.SIGINT in there, blocked())
"""


def test_processes_hear_nothing_of_ctrl_c_and_whoever_started_them_does() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, env=environment(), timeout=60
    )
    assert (done.stdout, done.stderr, done.returncode) == ("True False\n", "", 0)
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
