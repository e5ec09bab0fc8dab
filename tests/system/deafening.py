"""The daemon losing its source of events: `python tests/system/deafening.py SWITCH run --config FILE`.

The injector of this fault: the first inotify instance ends when the file SWITCH appears.
"""

import sys
import threading
import time
from pathlib import Path
from typing import Any

from mdwatch.cli import main
from mdwatch.watch.arrivals import Arrivals


def deafen_at(switch: Path) -> None:
    """Puts the fault in place."""
    begin = Arrivals.__init__
    first: list[Arrivals] = []

    def beginning(arrivals: Arrivals, *arguments: Any) -> None:
        begin(arrivals, *arguments)
        if not first:
            first.append(arrivals)
            threading.Thread(target=end, args=(arrivals,), daemon=True).start()

    def end(arrivals: Arrivals) -> None:
        while not switch.exists():
            time.sleep(0.01)
        arrivals.stop()

    setattr(Arrivals, "__init__", beginning)  # noqa: B010


if __name__ == "__main__":
    deafen_at(Path(sys.argv.pop(1)))
    main()
