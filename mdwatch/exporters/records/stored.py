"""Records as the repository holds them: accepted once, and so read without the caps that held when they came in."""

from lxml import etree

from mdwatch.formats import xml
from mdwatch.formats.limits import ACCEPTED


def root_of(content: str) -> etree._Element:
    """The root element of a stored record; raises `Rejected` if it is not well-formed after all."""
    return xml.parse(content, ACCEPTED)
