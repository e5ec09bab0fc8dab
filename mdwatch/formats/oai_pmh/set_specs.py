"""The specs that name OAI sets: segments joined by colons (OAI-PMH 2.0, section 4.6 and the schema's setSpecType)."""

import re
from typing import Final

LONGEST_SPEC: Final = 200  # characters; our own cap

# Segments of the unreserved characters of URIs.
SEGMENT: Final = r"[A-Za-z0-9\-_.!~*'()]+"
SET_SPEC: Final = re.compile(rf"{SEGMENT}(?::{SEGMENT})*")
_DOTS: Final = frozenset({".", ".."})


def valid_spec(text: str) -> bool:
    """Whether a set may have this spec: letters, digits and -_.!~*'(), in segments joined by colons.

    None is a dot or two alone, which lead to another place in an address (RFC 3986, 5.2.4).
    """
    return len(text) <= LONGEST_SPEC and SET_SPEC.fullmatch(text) is not None and text not in _DOTS
