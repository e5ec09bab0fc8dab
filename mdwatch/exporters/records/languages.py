"""What stands where a language should, and is none."""

from typing import Final

# No language at all (zxx), or none that anybody has told (und), by code and by name: nothing that a reader could use.
NONE: Final = frozenset({"und", "zxx", "undetermined", "no linguistic content", "not applicable"})


def is_none(language: str) -> bool:
    """Whether a text says that there is no language, or none known."""
    return language.strip().lower() in NONE
