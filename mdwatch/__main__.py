"""Runs the command line as `python -m mdwatch`."""

from mdwatch.cli import main

if __name__ == "__main__":
    main()
