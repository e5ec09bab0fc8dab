"""Qualified Dublin Core: the descriptive record with its refinements and encoding schemes.

A `metadata` element without namespace around fields of both namespaces ("Guidelines for implementing Dublin Core in
XML", DCMI 2003). It has no namespace for its root, which OAI-PMH asks for, and so is not harvestable. A field says that
it keeps to an encoding scheme only if it does, for the schema holds it to its word.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain
from typing import Final

from mdwatch.exporters.dublin_core.oai_dc import fields_of
from mdwatch.exporters.interface import XML, Exporter
from mdwatch.exporters.records import dcmi
from mdwatch.exporters.records.dublin_core_fields import DublinCoreField
from mdwatch.exporters.terms.language_codes import tag
from mdwatch.exporters.xml_text import XSI, document, element, language, uri
from mdwatch.model import IntellectualEntity

SCHEMA: Final = "https://www.dublincore.org/schemas/xmls/qdc/2008/02/11/dcterms.xsd"

_START: Final = (
    f'<metadata xmlns:dc="{dcmi.ELEMENTS_NAMESPACE}" xmlns:dcterms="{dcmi.TERMS_NAMESPACE}" xmlns:xsi="{XSI}"'
    f' xsi:schemaLocation="{dcmi.TERMS_NAMESPACE} {SCHEMA}">'
)
# The two that the schema of 2003, which DDI builds on, does not have yet.
_OLDER_TYPES: Final = dcmi.TYPES - {"MovingImage", "StillImage"}

_W3CDTF: Final = re.compile(
    r"(?!0000)(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d)(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?"
    r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)?)?)?)?",
    re.ASCII,
)


def export(ie: IntellectualEntity) -> bytes:
    """The document."""
    return document(chain([_START], dict.fromkeys(_elements(ie)), ["</metadata>"]))


def _elements(ie: IntellectualEntity) -> Iterator[str]:
    named = False
    for field in fields_of(ie):
        named = named or (field.term[1] == "identifier" and field.text == ie.pid)
        yield _element(field)
    if not named:  # As in `oai_dc`.
        yield element("dc:identifier", ie.pid)
    if ie.landing_page:
        yield _element(DublinCoreField(("dc", "identifier"), ie.landing_page, scheme="URI"))


def _element(field: DublinCoreField) -> str:
    """A field. Of the terms namespace's own fifteen (`dcterms:title`) the older schema knows the elements only."""
    name = field.term[1]
    prefix = "dc" if name in dcmi.ELEMENTS else "dcterms"
    if field.scheme in dcmi.SCHEMES and _FITS.get(field.scheme, _anything)(field.text):
        # The schemes are for values without language.
        return element(f"{prefix}:{name}", field.text, {"xsi:type": f"dcterms:{field.scheme}"})
    lang = tag(field.lang) if field.lang else ""
    return element(f"{prefix}:{name}", field.text, {"xml:lang": lang} if lang else None)


def _anything(_text: str) -> bool:
    return True


def _is_date(text: str) -> bool:
    """Whether it is a year, month, day or instant in W3C's profile of ISO 8601, of a day that there is."""
    found = _W3CDTF.fullmatch(text)
    if not found or not found[3]:
        return bool(found)
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return False
    return True


def _is_language(text: str) -> bool:
    return language(text) == text


# What the schema asks of a scheme's values; it asks nothing of the others.
_FITS: Final[dict[str, Callable[[str], bool]]] = {
    "W3CDTF": _is_date,
    "DCMIType": lambda text: text in _OLDER_TYPES,
    "URI": lambda text: uri(text) == text,
    "RFC1766": _is_language,
    "RFC3066": _is_language,
}

EXPORTER: Final = Exporter(
    name="dcterms",
    display_name="Dublin Core (qualified)",
    media_type=XML,
    version="7",
    export=export,
    namespace=dcmi.TERMS_NAMESPACE,
    schema=SCHEMA,
    schema_version="2008-02-11",
    reads_events=False,
)
