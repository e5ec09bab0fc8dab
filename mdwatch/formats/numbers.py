"""Numbers in the words of lines that are printed. Pure."""


def counted(number: int | None, singular: str, plural: str = "") -> str:
    """So many of something: `1 file`, `2 files`; `? files` where nobody knows."""
    return f"{'?' if number is None else number} {singular if number == 1 else plural or singular + 's'}"
