"""The daemon on a share that hangs at will: `python tests/system/hanging.py SWITCH run --config FILE`.

The injector of this disk fault: while the file SWITCH holds the name of a folder, looking into that folder blocks, as a
system call on a share whose server is away does.
"""

import sys
import time
from pathlib import Path
from typing import Any

from mdwatch.cli import main
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.dropfolder.listing import Look


def hang_at(switch: Path) -> None:
    """Puts the fault in place."""
    look = DropFolder.look

    def hanging(folder: DropFolder, *arguments: Any, **named: Any) -> Look:
        while switch.exists() and switch.read_text(encoding="utf-8") == str(folder.path):
            time.sleep(0.01)
        return look(folder, *arguments, **named)

    setattr(DropFolder, "look", hanging)  # noqa: B010


if __name__ == "__main__":
    hang_at(Path(sys.argv.pop(1)))
    main()
