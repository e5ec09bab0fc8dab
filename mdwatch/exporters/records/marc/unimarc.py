"""UNIMARC as MARC 21: fields of the one as those of the other, which the readers of MARC read.

After IFLA's "UNIMARC Manual: Bibliographic Format" and the Library of Congress's "UNIMARC to MARC 21 Conversion
Specifications". UNIMARC has no ISBD punctuation. Who has the copies, notes on the cataloguing and local fields are left
out. Names are in `unimarc_names`.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from mdwatch.exporters.records.marc import unimarc_names
from mdwatch.exporters.records.marc.fields import DataField, MarcRecord
from mdwatch.exporters.records.marc.unimarc_table import CONVERSIONS, codes

Subfields = tuple[tuple[str, str], ...]

# Leader 06 where UNIMARC has another letter.
_RECORD_TYPES: Final = {"b": "t", "l": "m", "m": "o"}
# 100 $a 8, type of date, as 008/06 of MARC 21 has it.
_DATE_TYPES: Final = {"a": "c", "b": "d", "c": "u", "d": "s", "e": "r", "f": "q", "g": "m", "h": "t", "i": "p",
                      "j": "e", "k": "s"}  # fmt: skip
_SERIALS: Final = {"a": "p", "c": "n"}  # 110 $a 0 as 008/21: periodicals, newspapers
_THESES: Final = frozenset("mv")  # 105 $a 4-7
# 214 by its second indicator, as 264 has it.
_STATEMENTS: Final = {"0": "1", "1": "0", "2": "2", "3": "3", "4": "4"}
# $7, the script of a field, as $6 of MARC 21 has it.
_SCRIPTS: Final = {"ca": "(N", "da": "$1", "ea": "$1", "fa": "(3", "ga": "(S", "ha": "(2", "ka": "$1"}
_SCHEMES: Final = {"lc": "lcsh", "lcsh": "lcsh", "mesh": "mesh"}


def is_unimarc(record: MarcRecord) -> bool:
    """Whether a record has its title where UNIMARC has it, and none where MARC 21 has it."""
    tags = {field.tag for field in record.fields}
    return "200" in tags and "245" not in tags


def as_marc21(record: MarcRecord) -> MarcRecord:
    """The record as one of MARC 21, as far as its fields are known."""
    leader = list(f"{record.leader:24}")
    leader[6] = _RECORD_TYPES.get(leader[6], leader[6])
    leader[7] = "b" if leader[7] == "a" and _is_in_serial(record) else leader[7]
    leader[18] = "c"
    fields = tuple(field for source in _in_scripts(record) for field in _converted(source, record))
    return MarcRecord("".join(leader), {"008": _positions(record)}, fields)


def _is_in_serial(record: MarcRecord) -> bool:
    """Whether an analytic record is of an article: whether its host has an ISSN."""
    hosts = (_unfolded(field) for field in record.fields if field.tag in {"461", "462", "463"})
    return any(code == "x" for host in hosts for code, _ in host)


def _positions(record: MarcRecord) -> str:
    """Field 008 by the coded fields of UNIMARC: dates, kind of serial, thesis."""
    coded = next((field.one("a") for field in record.fields if field.tag == "100"), "")
    kind = _DATE_TYPES.get(coded[8:9], "|")
    dates = "".join(_figures(coded[start : start + 4]) for start in (9, 13))
    if kind == "e":
        dates = dates[:4] + coded[13:17]
    serial = next((field.one("a")[:1] for field in record.fields if field.tag == "110"), "")
    contents = next((field.one("a")[4:8] for field in record.fields if field.tag == "105"), "")
    is_thesis = not _THESES.isdisjoint(contents)
    whole = list(f"{'':6}{kind}{dates:8}".ljust(40))
    whole[35:38] = next((field.one("a") for field in record.fields if field.tag == "101"), "")[:3].ljust(3)
    whole[21] = _SERIALS.get(serial, " ")
    whole[24] = "m" if is_thesis else " "
    return "".join(whole)


def _figures(year: str) -> str:
    """A year whose unknown figures are blanks, marks or letters, with `u` for each."""
    plain = year.replace("#", " ").replace("|", " ")
    if not plain.strip():
        return "    "
    return "".join(c if c.isdecimal() else "u" for c in f"{plain:4}")


def _in_scripts(record: MarcRecord) -> Iterator[DataField]:
    """The fields, those in another script ($7) with $6 as MARC 21 links them to the one in ours."""
    latin = {(field.tag, field.linked) for field in map(_Scripted.of, record.fields) if field.script == "ba"}
    for field in record.fields:
        scripted = _Scripted.of(field)
        key = scripted.tag, scripted.linked
        rest = tuple(pair for pair in field.subfields if pair[0] not in "67")
        if not scripted.linked or key not in latin:
            yield field._replace(subfields=rest)
        else:
            script = "" if scripted.script == "ba" else _SCRIPTS.get(scripted.script, "-")
            yield field._replace(subfields=(("6", f"{scripted.linked}/{script}"), *rest))


class _Scripted(NamedTuple):
    """A field's tag, the number that links it to its forms in other scripts, and its script."""

    tag: str
    linked: str
    script: str

    @classmethod
    def of(cls, field: DataField) -> "_Scripted":
        """What the control subfields of a field say."""
        told = dict(pair for pair in field.subfields if pair[0] in "67")
        number = "".join(c for c in told.get("6", "") if c.isdecimal())[:2]
        return cls(field.tag, number, told.get("7", "")[-2:] if number else "")


def _converted(field: DataField, record: MarcRecord) -> Iterator[DataField]:
    """A field as fields of MARC 21; a form in another script becomes an 880."""
    link = next((text for code, text in field.subfields if code == "6"), "")
    plain = field._replace(subfields=tuple(pair for pair in field.subfields if pair[0] != "6"), bare=True)
    reader = _READERS.get(field.tag, _by_table)
    for found in reader(plain, record):
        number, _, script = link.partition("/")
        if not link:
            yield found
        elif script:
            linked = ("6", f"{found.tag}-{number}/{script.strip('-')}")
            yield found._replace(tag="880", subfields=(linked, *found.subfields))
        else:
            yield found._replace(subfields=(("6", f"880-{number}"), *found.subfields))


def _by_table(field: DataField, record: MarcRecord) -> Iterator[DataField]:
    conversion = CONVERSIONS.get(field.tag)
    if conversion is None:
        return
    tag, renamed, indicators = conversion
    first, second = indicators[0], indicators[1]
    if field.tag[0] == "4":
        field = field._replace(subfields=tuple(_unfolded(field)))
    if tag == "773" and record.leader[8:9] == "1" and field.tag != "461" and record.leader[7:8] != "a":
        tag = "774"  # the pieces of a set, told by the set
    if tag == "856":
        first, second = field.first, field.second
    subfields = [(renamed[code], text) for code, text in field.subfields if code in renamed]
    if field.tag[0] == "6":
        subfields = [(code, _SCHEMES.get(text, text) if code == "2" else text) for code, text in subfields]
        # A subdivision has a number of its own, the whole has none.
        subfields += [] if _DIVIDED & {code for code, _ in subfields} else unimarc_names.authority(field, record)
        second = "4" if second == "7" and all(code != "2" for code, _ in subfields) else second
    if subfields:
        yield DataField(tag, first, second, tuple(subfields), bare=True)


_DIVIDED: Final = frozenset("vxyz")


def _unfolded(field: DataField) -> Iterator[tuple[str, str]]:
    """The subfields of a link, those of the fields that some embed in it ($1) as they are without."""
    if all(code != "1" for code, _ in field.subfields):
        yield from field.subfields
        return
    tag = ""
    for code, text in field.subfields:
        if code == "1":
            tag = text[:3]
        elif found := _EMBEDDED.get((tag if tag[:1] != "7" else "7", code)):
            yield found, text


_EMBEDDED: Final = {("200", "a"): "t", ("200", "v"): "v", ("010", "a"): "y", ("011", "a"): "x", ("7", "a"): "a"}


# An article whose vowel is elided stands apart where a mark behind it was taken out.
_ELIDED: Final = re.compile(r"^((?:[ld]|un|dell|all|nell)['’])\s+", re.IGNORECASE)


def _title(field: DataField, _record: MarcRecord) -> Iterator[DataField]:
    """200 as 245, with ISBD's marks; titles by others ($c) beside it."""
    subfields: list[tuple[str, str]] = []
    responsible: list[str] = []
    parallel = False
    for code, text in field.subfields:
        match code:
            case "a":
                subfields.append(("a", _ELIDED.sub(r"\1", text)) if not subfields else ("a", f"; {text}"))
            case "b":
                subfields.append(("h", text))
            case "d":
                parallel = True
                subfields.append(("b", f"= {text.lstrip('= ')}"))
            case "e" if not parallel:
                subfields.append(("b", text))
            case "i" if subfields and subfields[-1][0] == "n":
                subfields[-1:] = [("n", f"{subfields[-1][1]},"), ("p", text)]
            case "h" | "i":
                subfields.append(("n" if code == "h" else "p", text))
            case "v":
                subfields.append(("n", text))
            case "f" | "g":
                responsible.append(text)
            case "c":
                yield DataField("246", "3", " ", (("a", text),), bare=True)
    if responsible:
        subfields.append(("c", " ; ".join(responsible)))
    yield DataField("245", "1", "0", tuple(subfields), bare=True)


def _imprint(field: DataField, _record: MarcRecord) -> Iterator[DataField]:
    """210 as 260, 214 as 264."""
    subfields = tuple((_IMPRINT[code], text) for code, text in field.subfields if code in _IMPRINT)
    tag, second = ("260", " ") if field.tag == "210" else ("264", _STATEMENTS.get(field.second, "1"))
    if subfields:
        yield DataField(tag, " ", second, subfields, bare=True)


_IMPRINT: Final = codes("aa cb dc gf hg")


def _series(field: DataField, _record: MarcRecord) -> Iterator[DataField]:
    """225 as 490, which is traced by a link to the series (410) where the record has one."""
    subfields = tuple((_SERIES[code], text) for code, text in field.subfields if code in _SERIES)
    if subfields:
        yield DataField("490", "1", " ", subfields, bare=True)


_SERIES: Final = codes("aa hn ip vv xx")


def _joined(tag: str, mark: str, of: str) -> Callable[[DataField, MarcRecord], Iterator[DataField]]:
    """A note of several parts as one text."""

    def read(field: DataField, _record: MarcRecord) -> Iterator[DataField]:
        parts = [text for code, text in field.subfields if code in of]
        if parts:
            yield DataField(tag, " ", " ", (("a", mark.join(parts)),), bare=True)

    return read


_READERS: Final[dict[str, Callable[[DataField, MarcRecord], Iterator[DataField]]]] = {
    "200": _title,
    "210": _imprint,
    "214": _imprint,
    "219": _imprint,
    "225": _series,
    "327": _joined("505", " -- ", "ab"),
    "328": _joined("502", " : ", "abcedt"),
    **dict.fromkeys(unimarc_names.TAGS, unimarc_names.read),
}
