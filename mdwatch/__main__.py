"""The program: the console script, and what `python -m mdwatch` runs."""

from mdwatch.cli import ending, main


def program() -> None:
    """Runs the command line in a process that has nothing else to do."""
    with ending.at_once():
        main()


if __name__ == "__main__":
    program()
