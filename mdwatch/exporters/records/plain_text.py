"""What every text goes through on its way out of a record, so that any format can hold it."""

from mdwatch.formats import dnx


def clean(text: str) -> str:
    """The text on one line: white space collapsed, and U+FFFD for each character that XML cannot hold."""
    line = " ".join(text.split())
    # Nearly all texts are printable through and through, which is much quicker to tell.
    return line if line.isprintable() else dnx.writable(line)
