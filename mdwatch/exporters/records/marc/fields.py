"""MARCXML as fields of subfields, and texts without the punctuation that MARC keeps between them."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters.records import authority_files
from mdwatch.exporters.records.plain_text import clean
from mdwatch.exporters.records.stored import root_of

# Subfields that link and number, and say nothing of the work.
_CONTROL: Final = frozenset("0123456789")

# ISBD's marks, and the commas and colons of other scripts that stand for them.
_ISBD: Final = " /:;,=،؛，；：、"
_STOPS: Final = "。۔"
_LEADING: Final = ":;/=,+"  # Marks that some write before what they lead to.
_MARKS: Final = (":", ";", "/", "=", "+", ",", "(")
# Leader 18, what the record's punctuation is: ISBD's left out, or another one left out.
_BARE: Final = frozenset("cn")
# A full stop ends a heading, but belongs to initials (one letter), and to abbreviations: those that have another one
# inside, and those here, in the languages that catalogues abbreviate in.
ABBREVIATIONS: Final = """
abb abr alm anm apr arr aufl aug bd bde beih beil bros ca capt cent ch chr cie cm co cop corp corr dept dr ed edn eds
enl esp esq etc fasc feb fol fr ft gov gr hr hrsg ill illus impr inc izd jahrg jan jr jul jun kg km lt ltd ltda mm mr
mrs ms mt nos nov nr oct orig pl plc pp prof proj pseud pt pts pty publ repr rev sept ser sgt sr st ste suppl tr udg
univ uppl utg vol vols vyd
"""
_ABBREVIATIONS: Final = frozenset(ABBREVIATIONS.split())
_FULL_STOP: Final = re.compile(r"(?:(?<=[^\W_])|(?<=[)\]?!»\"”]))\.$")
_LAST_WORD: Final = re.compile(r"([^\W\d_]+)\.$")
_INNER_STOP: Final = re.compile(r"\.[^\W\d_]+\.$")
# Articles that do not count in sorting, as some systems mark them: <<Der>> Name.
_NON_SORT: Final = re.compile(r"<<([^<>]*)>>")


class DataField(NamedTuple):
    """A field: its tag, its two indicators (a blank for none) and its subfields as (code, text), none empty.

    `bare`: the record leaves out ISBD's punctuation, so that a full stop at the end is one of the text.
    """

    tag: str
    first: str
    second: str
    subfields: tuple[tuple[str, str], ...]
    bare: bool = False

    def trim(self, text: str) -> str:
        """The text without the punctuation that leads to it, on from it or ends the field, as far as there is any."""
        if text[1:2] == " " and text[0] in _LEADING:
            text = text[2:]
        return _unled(text) if self.bare else trim(text)

    def all(self, codes: str) -> list[str]:
        """The texts of the subfields with one of these codes, trimmed, in the order of the field.

        Addresses are whole as they are: a slash at their end belongs to them.
        """
        found = ((code, text) for code, text in self.subfields if code in codes)
        return [whole for code, text in found if (whole := text if _is_address(code, text) else self.trim(text))]

    def one(self, codes: str) -> str:
        """The first such text, or empty."""
        return next(iter(self.all(codes)), "")

    def joined(self, codes: str = "") -> str:
        """Such subfields as one text with their punctuation, only the last trimmed; of all codes if none is given."""
        return self.trim(self.prose(codes))

    def punctuated(self, codes: str, marks: Mapping[str, str]) -> str:
        """The same, with ISBD's mark before each of these subfields where the record leaves it out."""
        told: list[str] = []
        for code, text in self.subfields:
            if code in codes:
                is_marked = not told or told[-1].endswith(_MARKS) or text.startswith(_MARKS)
                mark = "" if is_marked else marks.get(code, "")
                told.append(f"{mark} {text}" if told else text)
        return self.trim("".join(told))

    def prose(self, codes: str = "") -> str:
        """The same, not trimmed."""
        return " ".join(text for code, text in self.subfields if (code in codes if codes else code not in _CONTROL))

    @property
    def uri(self) -> str:
        """The URI of what the field names, or empty; $1 is the thing itself, $0 its authority record."""
        return next(self._uris(), "")

    @property
    def uris(self) -> tuple[str, ...]:
        """All its URIs, each once."""
        return authority_files.distinct(self._uris())

    def _uris(self) -> Iterator[str]:
        found = (authority_files.uri(text) for wanted in "10" for code, text in self.subfields if code == wanted)
        return filter(None, found)


class MarcRecord(NamedTuple):
    """A record: leader, control fields by tag, data fields in order."""

    leader: str
    control: dict[str, str]
    fields: tuple[DataField, ...]


def _is_address(code: str, text: str) -> bool:
    return code == "u" or text.startswith(("http://", "https://"))


def trim(text: str) -> str:
    """The text without the punctuation that only leads on to the next subfield or ends the field.

    A full stop before another mark belongs to the text: `Greenwich, Conn. :`.
    """
    whole, text = text, _unled(text).rstrip(_STOPS)
    if len(text) < len(whole) or not text.endswith("."):
        return text
    word = _LAST_WORD.search(text)
    is_short = word and (word[1].casefold() in _ABBREVIATIONS or (len(word[1]) == 1 and word[1] < "\u2e80"))
    return text if is_short or _INNER_STOP.search(text) else _FULL_STOP.sub("", text)


# A character of HTML by its name or number, which some records have in their texts.
_REFERENCE: Final = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]\w+);$", re.IGNORECASE)


def _unled(text: str) -> str:
    """The text without ISBD's mark at its end; the semicolon of a character reference is none."""
    bare = text.rstrip(_ISBD)
    return f"{bare};" if "&" in bare and _REFERENCE.search(f"{bare};") and text[len(bare) :][:1] == ";" else bare


def unbracketed(text: str) -> str:
    """The text without the brackets around what the cataloguer supplied: those that enclose the whole of it only."""
    begins, ends = text.count("["), text.count("]")
    if begins != ends and begins + ends == 1:
        # The other one stands in another subfield: `[New York : $b Times, $c 1919]-`.
        return text.replace("[", "").replace("]", "").strip()
    encloses = begins == ends == 1 and text.startswith("[") and text.endswith("]")
    return text[1:-1].strip() if encloses else text


def sentences(*parts: str) -> str:
    """The parts that are there, with full stops between."""
    whole = ""
    for part in filter(None, parts):
        stop = "" if not whole else " " if whole.endswith((".", "?", "!")) else ". "
        whole += stop + part
    return whole


def record_in(content: str) -> MarcRecord:
    """The first `record` element, which may be in a `collection`; raises `Rejected` if there is none.

    Alma and others write MARCXML without its namespace, marcXchange in another: the leader and the fields tell.
    """
    root = root_of(content)
    namespace, local = _split(root)
    found = root if local == "record" else next(root.iterchildren(f"{namespace}record"), None)
    known = (f"{namespace}leader", f"{namespace}controlfield", f"{namespace}datafield")
    if found is None or next(found.iterchildren(*known), None) is None:
        raise Rejected("not a MARCXML record")
    leader = next((element.text or "" for element in found.iterchildren(known[0])), "")
    # Positions count in control fields: their white space stays.
    control = {element.get("tag", ""): element.text or "" for element in found.iterchildren(known[1])}
    return MarcRecord(leader, control, tuple(_fields(found, namespace, bare=leader[18:19] in _BARE)))


def _split(root: etree._Element) -> tuple[str, str]:
    """The namespace of an element as it stands before a name, and its local name."""
    namespace, brace, local = str(root.tag).rpartition("}")
    return namespace + brace, local


def _fields(record: etree._Element, namespace: str, *, bare: bool) -> Iterator[DataField]:
    code_of = f"{namespace}subfield"
    for element in record.iterchildren(f"{namespace}datafield"):
        subfields = tuple(
            (code if len(code := subfield.get("code", "")) == 1 else " ", text)
            for subfield in element.iterchildren(code_of)
            if (text := _text("".join(subfield.itertext())))
        )
        if subfields:
            yield DataField(element.get("tag", ""), element.get("ind1", " "), element.get("ind2", " "), subfields, bare)


def _text(text: str) -> str:
    line = clean(text)
    return _NON_SORT.sub(r"\1", line) if "<<" in line else line
