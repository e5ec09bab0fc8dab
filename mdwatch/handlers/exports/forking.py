"""What worker processes of the exports are forked from: started early, it loads what they need while others work."""

import multiprocessing
import sys
from collections.abc import Iterable
from multiprocessing import forkserver
from typing import Final

from mdwatch.exporters import BUILT_IN

_MAKER: Final = "mdwatch.handlers.exports.maker_process"
_STARTERS: Final = ("mdwatch.cli",)


def start(names: Iterable[str]) -> None:
    """Starts what processes are forked from, unless it is there, with what makes these formats; raises `OSError`."""
    # The command line too, where that started this process: Python has each worker import it. What other packages bring
    # is loaded by the workers alone.
    started_by = [name for name in _STARTERS if name in sys.modules]
    modules = [f"mdwatch.exporters.{BUILT_IN[name]}" for name in names if name in BUILT_IN]
    multiprocessing.get_context("forkserver").set_forkserver_preload([_MAKER, *started_by, *modules])
    forkserver.ensure_running()
