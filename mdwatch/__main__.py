"""The program: the console script, and what `python -m mdwatch` runs."""

import os


def program() -> None:
    """Runs the command line in a process that has nothing else to do."""
    # Worker processes come from `python -c`, which would take modules from the folder that the command is called in.
    os.environ["PYTHONSAFEPATH"] = "1"
    # Not above: processes that are forked for work load this module, too, and need nothing of the command line.
    from mdwatch.cli import ending, main  # noqa: PLC0415

    with ending.at_once():
        main()


if __name__ == "__main__":
    program()
