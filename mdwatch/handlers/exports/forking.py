"""What worker processes of the exports are forked from: started early, it loads what they need while others work."""

import multiprocessing
from collections.abc import Iterable
from multiprocessing import forkserver
from typing import Final

from mdwatch.exporters import BUILT_IN

_MAKER: Final = "mdwatch.handlers.exports.maker_process"


def start(names: Iterable[str]) -> None:
    """Starts what processes are forked from, unless it is there, with what makes these formats; raises `OSError`."""
    # What other packages bring is loaded by the workers alone.
    modules = [f"mdwatch.exporters.{BUILT_IN[name]}" for name in names if name in BUILT_IN]
    multiprocessing.get_context("forkserver").set_forkserver_preload([_MAKER, *modules])
    forkserver.ensure_running()
