"""Titles of MARC: 245 by its subfields and the marks between them, then uniform, abbreviated and other titles.

After ISBD: `:` begins a subtitle, `=` the same in another language; parts ($n, $p) belong to the title proper, also
where a subtitle stands before them.
"""

from collections.abc import Iterator
from typing import Final

from mdwatch.exporters.records.description import Related, Text, Title, TitleKind
from mdwatch.exporters.records.marc.fields import DataField, sentences, trim, unbracketed

Part = tuple[str, object]

# Subfields of a uniform title that belong to it (130, 240), and of any other.
_UNIFORM: Final = "adfklmnoprs"
_OTHER: Final = "abnp"
# What stands before each part where the record leaves ISBD's punctuation out (MARC 21, 240 and 246).
_IN_UNIFORM: Final = dict.fromkeys("fklps", ".") | dict.fromkeys("mnor", ",")
_IN_OTHER: Final = {"b": " :", "n": ".", "p": "."}


# What kind of title a field has, by tag.
KINDS: Final = {
    "130": TitleKind.UNIFORM,
    "210": TitleKind.ABBREVIATED,
    "240": TitleKind.UNIFORM,
    "242": TitleKind.TRANSLATED,
}


def proper(field: DataField) -> Iterator[Part]:
    """What 245 says: titles, who is responsible for the work, form ($k), version ($s); its dates are in `dates`.

    The material ($h) is MODS's form.
    """
    own, others = _of_the_first_work(field)
    main, subs, parallels = _taken_apart(own)
    if main:
        yield "titles", Title(main)
    yield from (("titles", Title(text, TitleKind.SUBTITLE if main else TitleKind.MAIN)) for text in subs)
    yield from (("titles", Title(text, TitleKind.TRANSLATED)) for text in parallels)
    if responsible := field.trim(" ".join(filter(None, (own.prose("c"), others)))):
        yield "responsibilities", Text(responsible)
    yield from (("genres", Text(text)) for text in field.all("k"))
    yield from (("formats", Text(unbracketed(text))) for text in field.all("h"))
    yield from (("editions", Text(text)) for text in field.all("s"))


_LEADING: Final = frozenset("=:")


def _of_the_first_work(field: DataField) -> tuple[DataField, str]:
    """The field as far as its first work goes, and what tells of others without a title in common, in words.

    AACR2 1.1G3: `Sonata / A. Roe. The bell : a legend / B. Poe` has the second work in $c, its subtitle in $b.
    """
    codes = "".join(code for code, _ in field.subfields)
    end = codes.find("c") + 1
    if not end or "b" not in codes[end:] or "b" in codes[:end]:
        return field, ""
    own, others = field.subfields[:end], field.subfields[end:]
    rest = " ".join(text for code, text in others if code in "abcnp")
    return field._replace(subfields=(*own, *((code, text) for code, text in others if code not in "abcnp"))), rest


def _taken_apart(field: DataField) -> tuple[str, list[str], list[str]]:
    """The title proper with its parts, the subtitle, and the parallel titles with their parts."""
    main = ""
    subs: list[str] = []
    parallels: list[str] = []
    mark = ""
    for code, text in field.subfields:
        if code == "h":
            mark = text[-1]  # `[videorecording] =`
        if code not in "anpb":
            continue
        if text[0] in _LEADING:  # some write the mark before what it leads to
            mark, text = text[0], text[1:].lstrip()  # noqa: PLW2901 - the same text without its mark.
        if not text:
            continue
        head, *others = text.split(" = ")
        if code == "b" and mark == "=":
            parallels.append(field.trim(head))
        elif code == "b":
            subs.append(field.trim(head))
        elif parallels and not subs:
            # Parts behind a parallel title: they are its own, and read on from it.
            parallels[-1] = _with_part(parallels[-1], head, code)
        else:
            main = _with_part(main, head, code)
        parallels += map(field.trim, others)
        mark = text[-1]
    subtitle = [joined] if (joined := field.trim(" ; ".join(filter(None, subs)))) else []
    return field.trim(main), subtitle, [text for text in map(field.trim, parallels) if text]


def _with_part(title: str, part: str, code: str) -> str:
    """A title with its next part: a full stop before it, a comma between number and name."""
    if not title:
        return part
    if code == "p" and title.endswith(","):
        return f"{title} {part}"
    return sentences(title if title.endswith(",") else trim(title), part)


def other(field: DataField) -> Iterator[Part]:
    """A title besides: uniform, abbreviated, as catalogued elsewhere, or translated."""
    kind = KINDS.get(field.tag, TitleKind.ALTERNATIVE)
    if field.tag == "246" and field.second == "1":
        kind = TitleKind.TRANSLATED
    if kind is TitleKind.ABBREVIATED:
        text = field.prose(_OTHER).rstrip(" /:;,=")  # its full stops are those of the abbreviations
    else:
        codes, marks = (_UNIFORM, _IN_UNIFORM) if kind is TitleKind.UNIFORM else (_OTHER, _IN_OTHER)
        text = field.punctuated(codes, marks) if field.bare else field.joined(codes)
    if text:
        yield "titles", Title(text, kind, field.one("y") if field.tag == "242" else "")


def added(field: DataField) -> Iterator[Part]:
    """A title that is traced besides (740): of a part (second indicator 2), or another one of the work."""
    if field.second != "2":
        yield from other(field)
    elif text := field.joined(_OTHER):
        yield "related", Related("hasPart", text)
