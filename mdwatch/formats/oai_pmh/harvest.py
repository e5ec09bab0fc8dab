"""The harvester's half of the protocol: what a provider's answer holds, and what is made of a record of it. Pure."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats import names, updatemd, xml
from mdwatch.formats.limits import ACCEPTED, Limits
from mdwatch.formats.oai_pmh import moments
from mdwatch.formats.oai_pmh.moments import Granularity
from mdwatch.formats.printable import escape

_OAI: Final = "{http://www.openarchives.org/OAI/2.0/}"
DC: Final = "http://purl.org/dc/elements/1.1/"
DCTERMS: Final = "http://purl.org/dc/terms/"
_XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_LONGEST: Final = 500  # characters of an identifier, which PostgreSQL can have an index of
_LONGEST_TOKEN: Final = 10_000  # characters of a resumption token


class Refused(NamedTuple):
    """The provider answered with an error: its code, such as `badResumptionToken`, and its words."""

    code: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestedRecord:
    """A record as the provider sent it. `content` is None for a deleted one; `fault` tells why it cannot be used."""

    identifier: str
    datestamp_ms: int
    datestamp: str
    content: etree._Element | None
    fault: str = ""

    @property
    def deleted(self) -> bool:
        """Whether the provider tells that it is gone."""
        return self.content is None and not self.fault


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The records of one answer, the token by which the list goes on, "" at its end, and when it was answered.

    `answered_ms` goes by the provider's clock; None where it does not tell.
    """

    records: tuple[HarvestedRecord, ...]
    token: str
    answered_ms: int | None


def granularity(data: bytes, limits: Limits) -> Granularity:
    """What Identify says of how fine datestamps are, days where it says nothing of use; raises `Rejected`.

    Every provider must know of days (section 3.3.1).
    """
    identify = _root(data, limits).find(f"{_OAI}Identify")
    if identify is None:
        raise Rejected("the answer holds no Identify")
    text = (identify.findtext(f"{_OAI}granularity") or "").strip()
    finer = text.upper().startswith(Granularity.SECOND.value.upper().removesuffix("Z"))
    return Granularity.SECOND if finer else Granularity.DAY


def page(data: bytes, limits: Limits) -> RecordPage | Refused:
    """What an answer to ListRecords holds; raises `Rejected` where it is none."""
    root = _answer(data, limits)
    if isinstance(root, Refused):
        return root
    listed = root.find(f"{_OAI}ListRecords")
    if listed is None:
        raise Rejected("the answer holds no ListRecords")
    token = (listed.findtext(f"{_OAI}resumptionToken") or "").strip()
    if len(token) > _LONGEST_TOKEN:
        raise Rejected(f"its resumption token has more than {_LONGEST_TOKEN} characters")
    answered = moments.read_of_others((root.findtext(f"{_OAI}responseDate") or "").strip())
    records = tuple(_record(element) for element in listed.iterfind(f"{_OAI}record"))
    return RecordPage(records, token, answered.first_ms if answered is not None else None)


def one(data: bytes, limits: Limits) -> HarvestedRecord | Refused:
    """What an answer to GetRecord holds; raises `Rejected` where it is none."""
    root = _answer(data, limits)
    if isinstance(root, Refused):
        return root
    found = root.find(f"{_OAI}GetRecord/{_OAI}record")
    if found is None:
        raise Rejected("the answer holds no GetRecord with a record")
    return _record(found)


def _answer(data: bytes, limits: Limits) -> etree._Element | Refused:
    """The root of an answer, or why nothing was answered."""
    root = _root(data, limits)
    error = root.find(f"{_OAI}error")
    return root if error is None else Refused(error.get("code", ""), " ".join((error.text or "").split())[:300])


def _root(data: bytes, limits: Limits) -> etree._Element:
    # White space before the declaration, which PHP is prone to, is not well-formed, and means nothing.
    root = xml.parse(data.lstrip(), limits)
    if root.tag != f"{_OAI}OAI-PMH":
        raise Rejected(f"the answer is no OAI-PMH, but {escape(names.with_namespace(str(root.tag)))}; check base_url")
    return root


def _record(element: etree._Element) -> HarvestedRecord:
    header = element.find(f"{_OAI}header")
    if header is None:
        return HarvestedRecord(identifier="", datestamp_ms=0, datestamp="", content=None, fault="it has no header")
    identifier = (header.findtext(f"{_OAI}identifier") or "").strip()
    datestamp = (header.findtext(f"{_OAI}datestamp") or "").strip()
    moment = moments.read_of_others(datestamp)
    fault, content = "", None
    if not identifier or len(identifier) > _LONGEST:
        identifier, fault = identifier[:60], f"its identifier is empty or has more than {_LONGEST} characters"
    elif moment is None:
        fault = f"its datestamp is {datestamp[:60]!r}, which is no moment of OAI-PMH"
    elif header.get("status") != "deleted":
        metadata = element.find(f"{_OAI}metadata")
        content = metadata[0] if metadata is not None and len(metadata) == 1 else None
        fault = "" if content is not None else "it holds no metadata, or more than one piece of it"
    return HarvestedRecord(
        identifier=identifier,
        datestamp_ms=moment.first_ms if moment is not None else 0,
        datestamp=datestamp[:60],
        content=content,
        fault=fault,
    )


def alone(content: etree._Element) -> str:
    """A record as a document of its own, without the namespaces of the answer that it does not use."""
    used = [element.get(_XSI_TYPE, "").partition(":")[0] for element in content.iter()]
    copied = xml.parse(xml.serialise(content), ACCEPTED)
    etree.cleanup_namespaces(copied, keep_ns_prefixes=sorted({prefix for prefix in used if prefix}))
    return xml.serialise(copied)


def descriptive(content: etree._Element) -> str:
    """The same as a `dc:record`: fields of Dublin Core come out of whatever holds them, such as `oai_dc:dc`.

    What holds anything else stays as it is.
    """
    names = [etree.QName(child).namespace for child in content]
    if content.tag in updatemd.DC_ROOTS or not names or not {*names} <= {DC, DCTERMS}:
        return alone(content)
    prefixes = {prefix: uri for prefix, uri in content.nsmap.items() if prefix}
    if DC not in prefixes.values():
        prefixes.setdefault("dc", DC)
    made = etree.Element(f"{{{DC}}}record", nsmap=prefixes)
    copied = xml.parse(xml.serialise(content), ACCEPTED)
    made.text = copied.text
    made.extend(list(copied))
    return alone(made)


def identifiers(content: etree._Element, field: str) -> list[str]:
    """The values of `dc:identifier` or `dcterms:identifier` in a record, each once."""
    prefix, _, name = field.partition(":")
    tag = f"{{{DC if prefix == 'dc' else DCTERMS}}}{name}"
    values = (" ".join((element.text or "").split()) for element in content.iter(tag))
    return list(dict.fromkeys(value for value in values if value))
