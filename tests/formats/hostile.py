"""Documents that cost more than they look: a table of shapes, each built to a size in bytes.

Each is a Dublin Core record, so that everything which reads records can be tried on it.
"""

from collections.abc import Callable
from typing import Final

DC: Final = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
XSI: Final = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def _fill(piece: str | Callable[[int], str], size: int) -> str:
    """The piece, or the pieces by number, as often as fits."""
    if isinstance(piece, str):
        return piece * (size // len(piece.encode()))
    pieces, left, number = [], size, 0
    while left > 0:
        pieces.append(piece(number))
        left -= len(pieces[-1].encode())
        number += 1
    return "".join(pieces)


def _record(inner: str, attributes: str = "") -> str:
    return f"<dc:record {DC}{' ' if attributes else ''}{attributes}>{inner}</dc:record>"


def _declarations(number: int, uri: str = "u") -> str:
    return " ".join(f'xmlns:p{n}="{uri}{n}"' for n in range(number))


def _deep(levels: int, size: int) -> str:
    """Text at every level of one branch, as much again at the bottom."""
    text = "x" * (size // (levels + 1))
    return "".join(f"<a>{text}" for _ in range(levels)) + text + "</a>" * levels


# A half of the size goes to what is repeated, and a half to what repeats it.
SHAPES: Final[dict[str, Callable[[int], str]]] = {
    "elements": lambda n: _record(_fill("<a/>", n)),
    "elements with text between": lambda n: _record(_fill("<a>x</a>y", n)),
    "fields": lambda n: _record(_fill(lambda k: f"<dc:subject>s{k}</dc:subject>", n)),
    "equal fields": lambda n: _record(_fill("<dc:subject>the very same words</dc:subject>", n)),
    "fields that differ at the end": lambda n: _record(_fill(lambda k: f"<dc:title>{'x' * 200}{k}</dc:title>", n)),
    "names": lambda n: _record(_fill(lambda k: f"<dc:creator>Family{k}, Given</dc:creator>", n)),
    "identifiers": lambda n: _record(_fill(lambda k: f"<dc:identifier>10.1000/{k}</dc:identifier>", n)),
    "relations": lambda n: _record(_fill(lambda k: f"<dc:relation>https://example.org/{k}</dc:relation>", n)),
    "dates": lambda n: _record(_fill(lambda k: f"<dc:date>{k}</dc:date>", n)),
    "one long text": lambda n: _record(f"<dc:title>{'x' * n}</dc:title>"),
    "one long text of words": lambda n: _record(f"<dc:title>{_fill('word, ', n)}</dc:title>"),
    "one long text beyond the first plane": lambda n: _record(f"<dc:title>{'x' * n}😀</dc:title>"),
    "one long text of marks": lambda n: _record(f"<dc:identifier>{_fill('.:/-(', n)}</dc:identifier>"),
    "one long text of blanks": lambda n: _record(f"<dc:date>1{' ' * n}x</dc:date>"),
    "one long text of digits": lambda n: _record(f"<dc:date>{'1' * n}x</dc:date><dc:coverage>{'1' * n}</dc:coverage>"),
    "one long attribute": lambda n: _record("<dc:title/>", f'a="{"x" * n}"'),
    "a long attribute over many elements": lambda n: _record(f'<b a="{"x" * (n // 2)}">{_fill("<c/>", n // 2)}</b>'),
    "long names": lambda n: _record(_fill(f"<{'n' * 2_000}/>", n)),
    "long prefixes": lambda n: _record(_fill(f"<{'p' * 2_000}:a/>", n), f'xmlns:{"p" * 2_000}="u"'),
    "a long namespace": lambda n: _record(_fill("<a/>", n // 2), f'xmlns="{"u" * (n // 2)}"'),
    "the longest namespace": lambda n: _record(_fill("<a/>", n), f'xmlns="{"u" * 1_000}"'),
    "the longest namespace of attributes": lambda n: _record(_fill("<a p:b=''/>", n), f'xmlns:p="{"u" * 1_000}"'),
    "long namespaces": lambda n: _record(_fill(lambda k: f'<a xmlns="{"u" * 900}{k}"/>', n)),
    "types under many namespaces": lambda n: _record(
        _fill("<dc:t xsi:type='p1:T'/>", n // 2), f"{XSI} {_declarations(min(n // 40, 9_900))}"
    ),
    "prefixes of many namespaces": lambda n: _record(
        _fill(lambda k: f"<p{k % min(n // 40, 9_900)}:a/>", n // 2), _declarations(min(n // 40, 9_900))
    ),
    "types in a deep nest of namespaces": lambda n: _record(
        "".join(f'<a xmlns:p{k}="u">' for k in range(90)) + _fill("<b xsi:type='p1:T'/>", n) + "</a>" * 90, XSI
    ),
    "texts at every level": lambda n: _record(_deep(90, n)),
    "deep branches": lambda n: _record(_fill("<a>" * 90 + "x" + "</a>" * 90, n)),
    "wide levels": lambda n: _record("<a>" * 90 + _fill("<b/>", n) + "</a>" * 90),
    "mixed content at every level": lambda n: _record(_fill("<a>x" * 90 + "</a>y" * 90, n)),
    "attributes": lambda n: _record(_fill("<a " + " ".join(f'a{k}=""' for k in range(900)) + "/>", n)),
    "elements of some attributes": lambda n: _record(_fill("<a " + " ".join(f'a{k}="x"' for k in range(40)) + "/>", n)),
    "comments": lambda n: _record(_fill("x<!---->", n)),
    "one long comment": lambda n: _record(f"<!--{'x' * n}-->"),
    "instructions": lambda n: _record(_fill("x<?p?>", n)),
    "character sections": lambda n: _record(_fill("x<![CDATA[y]]]]><![CDATA[>]]>", n)),
    "references": lambda n: _record(f"<dc:title>{_fill('&#120;&amp;', n)}</dc:title>"),
    "white space": lambda n: _record(_fill(" \n\t", n)),
    "preserved white space": lambda n: _record(_fill("<a> </a> ", n), 'xml:space="preserve"'),
    "talk of namespaces": lambda n: _record(f"<dc:title>{_fill('xmlns:p=', n)}</dc:title>"),
    "talk of prefixes": lambda n: _record(f"<dc:title>{_fill('a.a-b:', n)}</dc:title>"),
    "nothing but markup": lambda n: "<" * n,
    "an end that never comes": lambda n: f'<dc:record {DC} a="{"x" * n}',
    "brackets": lambda n: _record(f"<dc:title>{']' * n}</dc:title>"),
    "languages": lambda n: _record(_fill(lambda k: f'<dc:title xml:lang="x{k}">t</dc:title>', n)),
    "schemes": lambda n: _record(_fill(lambda k: f'<dc:subject xsi:type="x:s{k}">t</dc:subject>', n), XSI),
    "markup in fields": lambda n: _record(_fill("<dc:title><b>x</b><i/>y</dc:title>", n)),
}


def update(record: str, *, escaped: bool = False) -> bytes:
    """The updateMD file that carries the record."""
    content = record.replace("&", "&amp;").replace("<", "&lt;") if escaped else _character_data(record)
    return (
        '<updateMD xmlns="http://com/exlibris/digitool/repository/api/xmlbeans"><PID>IE1</PID><metadata>'
        f"<type>descriptive</type><subType>dc</subType><content>{content}</content></metadata></updateMD>"
    ).encode()


def _character_data(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
