"""What a Box, Point or Period in DCMI's encoding schemes is called, beside its coordinates or dates."""

import re
from typing import Final

_NAME: Final = re.compile(r"(?:^|;)\s*name\s*=\s*([^;]*[^;\s])", re.IGNORECASE)


def name(text: str) -> str:
    """The name that a value gives itself (`name=Berlin; east=13.4; north=52.5`), or empty."""
    found = _NAME.search(text) if "=" in text else None
    return found[1] if found else ""
