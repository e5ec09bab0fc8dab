"""Names of UNIMARC as MARC 21 has them: who is responsible for a work (7XX), and who it is about (600 to 604)."""

import re
from collections.abc import Iterator
from typing import Final

from mdwatch.exporters.records import roles
from mdwatch.exporters.records.marc.fields import DataField, MarcRecord

_PEOPLE: Final = frozenset(("600", "700", "701", "702"))
_FAMILIES: Final = frozenset(("602", "720", "721", "722"))
_BODIES: Final = frozenset(("601", "710", "711", "712"))
_SUBJECTS: Final = frozenset(("600", "601", "602", "604"))
TAGS: Final = _PEOPLE | _FAMILIES | _BODIES | {"604", "730"}
# Who made the work: primary and alternative responsibility. Others had a part in it.
_MAKERS: Final = frozenset(("700", "701", "710", "711", "720", "721"))
_SUBDIVISIONS: Final = {"t": "t", "x": "x", "y": "z", "z": "y", "j": "v", "2": "2"}
_SCHEMES: Final = {"lc": "lcsh"}

# "UNIMARC Manual", appendix C, relator codes, as those of MARC 21.
RELATORS: Final = """
005 act|010 adp|020 ann|030 arr|040 art|060 asn|065 auc|070 aut|072 aqt|075 aft|080 aui|090 aud|100 ant|110 bnd|120 bdd
130 bkd|140 bjd|150 bpd|160 bsl|170 cll|180 ctg|190 cns|200 chr|205 ctb|210 cmm|212 cwt|220 com|230 cmp|240 cmt|245 ccp
250 cnd|255 csp|260 cph|270 crr|273 cur|274 dnc|280 dte|290 dto|295 dgg|300 drt|305 dis|310 dst|320 dnr|330 dub|340 edt
350 egr|360 etr|365 exp|370 flm|380 frg|390 fmo|400 fnd|420 hnr|430 ilu|440 ill|450 ins|460 ive|470 ivr|475 isb|480 lbt
490 lse|500 lso|510 ltg|520 lyr|530 mte|540 mon|545 mus|550 nrt|557 orm|560 org|570 oth|580 ppm|582 pta|584 inv|587 pth
590 prf|595 res|600 pht|605 pre|610 prt|620 pop|630 pro|635 prg|640 pfr|650 pbl|651 pbd|655 ppt|660 rcp|670 rce|673 rth
675 rev|677 rtm|680 rbr|690 aus|695 sad|700 scr|705 scl|710 sec|720 sgn|721 sng|723 spn|727 ths|730 trl|740 tyd|750 tyg
755 sng|760 wde|770 wam
"""
_CODES: Final = dict(entry.split() for entry in RELATORS.replace("\n", "|").split("|") if entry)

_SUDOC: Final = "sudoc.fr/"
_BNF: Final = "bnf.fr/"
_PPN: Final = re.compile(r"\d{8}[\dX]")
_BNF_NUMBER: Final = re.compile(r"\d{8}")
_ISNI: Final = re.compile(r"(?:ISNI)?(\d{15}[\dX])")
# The letters of the check character of an ARK (NOID).
_LETTERS: Final = "0123456789bcdfghjkmnpqrstvwxz"


def authority(field: DataField, record: MarcRecord) -> list[tuple[str, str]]:
    """The address of a name or heading in its authority file, as $0: by ISNI ($o), or in the catalogue's own ($3)."""
    catalogue = record.control.get("003", "")
    found = []
    for code, text in field.subfields:
        number = text.replace(" ", "")
        if code == "o" and (isni := _ISNI.fullmatch(number)):
            found.append(("1", f"https://isni.org/isni/{isni[1]}"))
        elif code == "3" and _SUDOC in catalogue and _PPN.fullmatch(number):
            found.append(("0", f"https://www.idref.fr/{number}"))
        elif code == "3" and _BNF in catalogue and _BNF_NUMBER.fullmatch(number):
            found.append(("0", f"https://data.bnf.fr/{_ark(number)}"))
    return found


def _ark(number: str) -> str:
    """The ARK of a record of the BnF, whose last character checks the others."""
    name = f"cb{number}"
    total = sum(place * _LETTERS.index(c) for place, c in enumerate(name, 1))
    return f"ark:/12148/{name}{_LETTERS[total % 29]}"


def read(field: DataField, record: MarcRecord) -> Iterator[DataField]:
    """A name with what is said of its bearer, as 1XX, 7XX or 6XX."""
    codes = [_CODES[text] for text in (text[-3:] for code, text in field.subfields if code == "4") if text in _CODES]
    about = field.tag in _SUBJECTS
    extra = [(_SUBDIVISIONS[code], _SCHEMES.get(text, text)) for code, text in field.subfields if code in _SUBDIVISIONS]
    if not about:
        extra = [("4", code) for code in codes] + [("u", text) for code, text in field.subfields if code == "p"]
    if field.tag in _BODIES:
        kind, first, name = _body(field)
    elif field.tag == "730":
        kind, first, name = "20", " ", [("a", text) for code, text in field.subfields if code == "a"]
    else:
        kind, first, name = _person(field)
    if name:
        makes = field.tag in _MAKERS and (not codes or roles.of_creator(codes))
        main = "6" if about else "1" if makes and kind != "20" else "7"
        second = " " if not about else "7" if any(code == "2" for code, _ in extra) else "4"
        yield DataField(main + kind, first, second, (*name, *extra, *authority(field, record)), bare=True)


def _person(field: DataField) -> tuple[str, str, list[tuple[str, str]]]:
    """Someone's name, inverted where it has a part besides the one that it is entered under."""
    entry, rest = field.one("a"), field.one("b")
    is_family = field.tag in _FAMILIES
    if not entry:
        return "00", "0", []
    name = [("a", f"{entry}, {rest}" if rest else entry)]
    name += [("b", text) for code, text in field.subfields if code == "d"]
    name += [("c", text) for code, text in field.subfields if code == "c"]
    name += [("d", _life(text)) for code, text in field.subfields if code == "f"]
    return "00", "3" if is_family else "1" if rest else "0", name


def _life(dates: str) -> str:
    """Dates of life without what encloses them, and without the dots for a death that has not come, or is not known."""
    return re.sub(r"-\s*\.{2,4}$", "-", dates.strip("()<> "))


def _body(field: DataField) -> tuple[str, str, list[tuple[str, str]]]:
    """A body or a meeting (first indicator 1) with its units, number, place and date."""
    is_meeting = field.first == "1"
    codes = _MEETING if is_meeting else _BODY
    name = [(codes[code], f"({text})" if code == "c" and not text.startswith("(") else text)
            for code, text in field.subfields if code in codes]  # fmt: skip
    return ("11" if is_meeting else "10"), "2", name


_BODY: Final = {"a": "a", "b": "b", "c": "b", "d": "n", "f": "d", "e": "c"}
_MEETING: Final = {"a": "a", "b": "e", "d": "n", "f": "d", "e": "c"}
