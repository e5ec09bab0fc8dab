"""What kind of record a text is, told by its root element: subtypes are chosen freely, and often wrongly.

Nothing is parsed for it: the first start tag says enough, and whoever brings records in asks this of every one.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters import remembered
from mdwatch.formats import names
from mdwatch.formats.printable import escape
from mdwatch.model import Record

# Before the root may stand a declaration, comments and processing instructions.
_ROOT: Final = re.compile(
    r"(?:\s++|\ufeff|<\?(?:[^?]++|\?(?!>))*+\?>|<!--(?:[^-]++|-(?!->))*+-->)*+"
    r"<(?:([\w.-]++):)?([\w.-]++)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
)
_DECLARATION: Final = re.compile(r"\sxmlns(?::([\w.-]+))?\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")

_DC: Final = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
# What holds records of other kinds: METS, and the answers of OAI-PMH.
WRAPPER: Final = "wrapper"
# Names of the roots, and what their namespace holds, in lower case; an empty text is no namespace, "*" any.
_KINDS: Final = (
    ("mods", "mods modsCollection", "loc.gov/mods"),
    ("mods", "mods modsCollection", ""),
    ("ddi_codebook", "codeBook", "*"),
    ("ddi_lifecycle", "DDIInstance FragmentInstance Fragment StudyUnit Group ResourcePackage", "ddi:"),
    ("lido", "lido lidoWrap", "*"),
    ("vra", "vra work image collection", "vraweb.org/vracore"),
    ("ead", "ead", "*"),
    ("tei", "TEI teiCorpus teiHeader", "*"),
    ("tei", "TEI.2", "*"),
    ("etdms", "thesis", "*"),
    ("dim", "dim", "*"),
    ("datacite", "resource", "datacite.org/schema"),
    ("datacite", "resource", "openaire.eu/schema"),
    ("datacite", "oai_datacite", "*"),
    (WRAPPER, "mets", "*"),
    (WRAPPER, "record metadata OAI-PMH", "openarchives.org/oai/2.0"),
)
_BY_NAME: Final = tuple((kind, frozenset(names.split()), within) for kind, names, within in _KINDS)
_MARC: Final = frozenset(("record", "collection"))
# Roots of records that do not describe a work but its files, rights and history: nothing is missed by not reading them.
_BARE_FIELD: Final = re.compile(r"<(?:title|creator|identifier|subject|description|date)\b")
_TECHNICAL: Final = frozenset((
    "premis", "mix", "textMD", "audioMD", "AUDIOMD", "videoMD", "VIDEOMD", "dnx", "copyright", "RightsDeclarationMD",
    "rightsDeclarationMD", "documentMD", "object", "event", "agent", "rights", "METSRights", "copyrights", "image_niso",
))  # fmt: skip
TECHNICAL: Final = "technical"


# Several formats ask of each record, one after the other.
@remembered.of_records(16, len)
def kind(content: str) -> str:
    """The kind of a record, by the name of its reader; `technical`, or empty where nothing is known to read it."""
    found = _ROOT.match(content)
    if not found:
        return ""
    prefix, name, rest = found.groups()
    return of_root(name, _namespace(prefix, rest), content)


def _namespace(prefix: str | None, attributes: str) -> str:
    declared = {name or None: one or other or "" for name, one, other in _DECLARATION.findall(attributes)}
    return declared.get(prefix, "")


def of_root(name: str, namespace: str, content: str) -> str:
    """The kind of a record with such a root and this text."""
    low = namespace.lower()
    for found, known, within in _BY_NAME:
        if name in known and (within == "*" or (within in low if within else not low)):
            return found
    if name in _MARC and ("marc" in low or (not low and "datafield" in content)):
        return "marc"
    if any(uri in content for uri in _DC) or (name == "record" and not low and _BARE_FIELD.search(content)):
        return "dc"
    return TECHNICAL if name in _TECHNICAL else ""


def of_element(element: etree._Element) -> str:
    """The kind of a record that is parsed already."""
    name = etree.QName(element)
    return of_root(name.localname, name.namespace or "", " ".join(filter(None, element.nsmap.values())))


def unread(records: Iterable[Record]) -> Iterator[str]:
    """What is to be told of source records that no reader knows, a sentence each."""
    for record in records:
        if told := unread_record(record.mid, record.sub_type, record.content):
            yield told


def unread_record(mid: str, sub_type: str, content: str) -> str:
    """What is to be told of a source record; empty where it is one that is read, or that need not be."""
    if kind(content):
        return ""
    found = _ROOT.match(content)
    name, namespace = (found[2], _namespace(found[1], found[3])) if found else ("?", "")
    return (
        f"Source record {escape(mid[:60])} ({escape(sub_type[:60])}) is of no kind that exports read: its root is "
        f"{escape(names.of_namespace(name, namespace))}; only formats that hold whole records will tell it"
    )
