"""The program: the console script, and what `python -m mdwatch` runs."""


def program() -> None:
    """Runs the command line in a process that has nothing else to do."""
    # Not above: processes that are forked for work load this module, too, and need nothing of the command line.
    from mdwatch.cli import ending, main  # noqa: PLC0415

    with ending.at_once():
        main()


if __name__ == "__main__":
    program()
