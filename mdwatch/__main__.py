"""The program: the console script, and what `python -m mdwatch` runs."""

import os
import sys


def program() -> None:
    """Runs the command line in a process that has nothing else to do."""
    # Worker processes come from `python -c`, which would take modules from the folder that the command is called in.
    os.environ["PYTHONSAFEPATH"] = "1"
    # Not above: processes that are forked for work load this module, too, and need nothing of the command line.
    try:
        from mdwatch.cli import ending, main  # noqa: PLC0415

        ending.heed_signals()
        with ending.at_once():
            main()
    except KeyboardInterrupt:
        # Before the command was begun: what comes later is told of there.
        print("\nmdwatch: interrupted", file=sys.stderr)  # noqa: T201
        sys.exit(130)


if __name__ == "__main__":
    program()
