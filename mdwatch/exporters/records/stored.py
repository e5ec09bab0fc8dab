"""Records as the repository holds them: accepted once, and so read without the caps that held when they came in."""

from typing import Final

from lxml import etree

from mdwatch.formats import xml
from mdwatch.formats.xml import DEEPEST, Limits

_ACCEPTED: Final = Limits(bytes=1 << 40, depth=DEEPEST, elements=1 << 40, attributes=1 << 40, namespaces=1 << 40)


def root_of(content: str) -> etree._Element:
    """The root element of a stored record; raises `Rejected` if it is not well-formed after all."""
    return xml.parse(content, _ACCEPTED)
