"""The XHTML that a codebook keeps: paragraphs, headings and lists with plain emphasis and links in them.

It is a part of what the schema of DDI 2.5 takes (XHTML 1.1 without forms), small enough to be sure of.
"""

from typing import Final

from lxml import etree

from mdwatch.exporters.xml_text import uri

_XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_INLINE: Final = frozenset(("em", "strong", "b", "i", "sub", "sup", "code", "cite", "q", "span", "br", "a"))
_WORDS: Final = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6"))
_LISTS: Final = frozenset(("ul", "ol"))


def fits(element: etree._Element) -> bool:
    """Whether the element is a block of it. Attributes that are not kept are taken off it."""
    return _block(element) and _bare(element)


def _name(element: etree._Element) -> str:
    tag = str(element.tag)
    return tag[len(_XHTML) :] if tag.startswith(_XHTML) else ""


def _block(element: etree._Element) -> bool:
    name = _name(element)
    if name in _WORDS:
        return all(_inline(child, link=True) for child in element)
    if name not in _LISTS or not len(element) or _has_words(element):
        return False
    return all(_name(item) == "li" and _item(item) for item in element)


def _item(item: etree._Element) -> bool:
    return all(_inline(child, link=True) or _block(child) for child in item)


def _has_words(element: etree._Element) -> bool:
    return any((text or "").strip() for text in (element.text, *(child.tail for child in element)))


def _inline(element: etree._Element, *, link: bool) -> bool:
    """Emphasis, breaks and links; no link in another."""
    name = _name(element)
    if name not in _INLINE or (name == "a" and not link):
        return False
    if name == "br":
        return not len(element) and not element.text
    return all(_inline(child, link=link and name != "a") for child in element)


def _bare(element: etree._Element) -> bool:
    """Takes off all attributes but the address of a link."""
    for part in element.iter("*"):
        address = uri(part.get("href", "")) if _name(part) == "a" else ""
        if part.attrib:
            part.attrib.clear()
        if address:
            part.set("href", address)
    return True
