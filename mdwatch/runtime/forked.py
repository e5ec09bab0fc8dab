"""Processes forked from a server that has no threads, wherever mdwatch was called.

Whoever calls it as its user, with `runuser` or `sudo`, often stands in a folder that this user may not enter, and a
folder can be removed while a process lives in it. Python has each process that it forks go to the folder of its parent
by name, and end where it cannot. Ours stay where what they are forked from was started, which is the same folder.
"""

import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from multiprocessing import forkserver, process, resource_tracker, spawn, util
from multiprocessing.context import ForkServerContext
from typing import Any, Final

# Bytes of the path of a folder in which a socket still has a name that the kernel takes.
_LONGEST: Final = 60
_SHORT: Final = "/tmp"  # noqa: S108 - a folder of our own is made in it


def context(preload: Sequence[str] = ()) -> ForkServerContext:
    """What starts processes; `preload` names modules that what they are forked from loads first, where it starts now.

    Never a plain fork: a process of ours may have threads, whose locks a fork would copy as they stand. Raises
    `OSError`.
    """
    start(preload)
    return multiprocessing.get_context("forkserver")


def start(preload: Sequence[str]) -> None:
    """Starts what processes are forked from, unless it is there; raises `OSError`.

    Neither that nor what it forks hears of Ctrl-C: a terminal tells all of its processes at once, and whoever they work
    for decides when they end.
    """
    vars(spawn)["get_preparation_data"] = _preparation
    _have_short_names()
    if preload:
        forkserver.set_forkserver_preload(list(preload))
    # What it starts first would unblock the signal behind it.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _preparation(name: str) -> dict[str, Any]:
    """What a process is told of its parent: neither its folder nor its main module, of which it needs nothing."""
    return {
        "name": name,
        "authkey": process.current_process().authkey,
        "sys_path": sys.path.copy(),
        "sys_argv": sys.argv,
        "start_method": "forkserver",
    }


def _have_short_names() -> None:
    """Has the sockets be elsewhere where the folder for temporary files has too long a path; raises `OSError`."""
    known = vars(process.current_process())["_config"]
    if "tempdir" in known or len(os.fsencode(tempfile.gettempdir())) <= _LONGEST:
        return
    folder = tempfile.mkdtemp(prefix="mdwatch-", dir=_SHORT)
    util.Finalize(None, shutil.rmtree, args=(folder,), kwargs={"ignore_errors": True}, exitpriority=-100)
    known["tempdir"] = folder
