"""Files in the plainest writing: whatever is done to them, they are read as the parser would read them."""

import random

import pytest

from mdwatch.formats import plain_update, updatemd
from mdwatch.formats.xml import Limits
from mdwatch.model import InvalidUpdate, UpdateMD

LIMITS = Limits()
RECORD = (
    '<dc:record xmlns:dc="http://purl.org/dc/elements/1.1/"><!-- c --><dc:title>Äß &amp; é</dc:title>\n<dc:date> 1 '
    "</dc:date></dc:record>"
)


def plain(
    content: str = RECORD, *, declaration: str = '<?xml version="1.0" encoding="UTF-8"?>\n', mid: str = ""
) -> str:
    type_, sub_type = ("source", "mods") if mid else ("descriptive", "dc")
    return (
        f'{declaration}<updateMD xmlns="{updatemd.NAMESPACE}">\n  <PID>IE1234</PID>\n  <metadata>\n    '
        f"<type>{type_}</type><subType>{sub_type}</subType>{mid}\n<content>\n<![CDATA[{content}]]>\n    </content>\n"
        "  </metadata>\n</updateMD>\n"
    )


def parsed(data: bytes, limits: Limits = LIMITS) -> UpdateMD | InvalidUpdate:
    """The file as it is read by the parser alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_update, "read", lambda *_: None)
        return updatemd.prepare(data, limits)


PLAIN = {
    "as the documentation has it": plain(),
    "a source record": plain(mid="<mid>1436</mid>"),
    "without a declaration": plain(declaration=""),
    "a declaration without encoding": plain(declaration="<?xml version='1.0'?>"),
    "an encoding in small letters": plain(declaration='<?xml version="1.0" encoding="utf-8" ?>'),
    "line ends of Windows": plain().replace("\n", "\r\n"),
    "line ends of old": plain().replace("\n", "\r"),
    "white space in texts": plain().replace("IE1234", "\n IE1234\t").replace(">dc<", "> dc <"),
    "a declaration of the record": plain(
        f'\n<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>\n {RECORD}\n '
    ),
    "brackets": plain(RECORD.replace("Äß", "]] ]&gt;")),
}

SECOND = "<metadata><type>source</type><subType>mods</subType><mid>1</mid><content>&lt;a/></content></metadata>"
OTHERS = {
    "two records": plain().replace("<metadata>", f"{SECOND}<metadata>"),
    "a comment": plain().replace("<PID>", "<!-- c --><PID>"),
    "an attribute": plain().replace("<type>", '<type a="1">'),
    "escaped content": plain().replace("<![CDATA[", "&lt;a>").replace("]]>", "&lt;/a>"),
    "another encoding": plain().replace("UTF-8", "us-ascii"),
    "another order": plain().replace("<type>descriptive</type>", "").replace("<content>", "<type>x</type><content>"),
    "a mid missing": plain(mid="<mid>1</mid>").replace("<mid>1</mid>", ""),
    "no record": plain(""),
    "no XML": plain("record"),
    "a record cut off": plain(RECORD[:-9]),
    "two declarations": plain(f'<?xml version="1.0"?><?xml version="1.0"?>{RECORD}'),
    "a stylesheet": plain(f'<?xml-stylesheet href="a"?>{RECORD}'),
    "a control character in a declaration": plain(f"<?xml \x01?>{RECORD}"),
    "a control character at the edge": plain(f"\x0b{RECORD}\x1c"),
    "a control character behind a declaration": plain(f'<?xml version="1.0"?>\x0c{RECORD}'),
    "a noncharacter in a declaration": plain(f"<?xml \ufffe?>{RECORD}"),
    "a byte order mark at the record": plain(f"\ufeff{RECORD}"),
    "other white space at the record": plain(f"\u2028{RECORD}\u00a0"),
    "two sections": plain(f"{RECORD}]]><![CDATA["),
    "two sections that meet in a comment": plain(RECORD.replace(" c ", "]]><![CDATA[")),
    "two sections that meet in an attribute": plain(RECORD.replace("<dc:date>", "<dc:date a=']]><![CDATA['>")),
    "a document type": plain(f"<!DOCTYPE record>{RECORD}"),
    "something behind it": plain() + "<a/>",
    "a null behind it": plain() + "\0",
}  # fmt: skip


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_what_is_plain_is_read_as_the_parser_reads_it(text: str) -> None:
    data = text.encode()
    assert plain_update.read(data, LIMITS) is not None
    found = updatemd.prepare(data, LIMITS)
    assert isinstance(found, UpdateMD)
    assert found == parsed(data)


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_all_else_is_read_or_refused_as_by_the_parser(text: str) -> None:
    data = text.encode()
    assert updatemd.prepare(data, LIMITS) == parsed(data)


BYTES = b"\0\x01\t\n\r\x0b\x1f \"&'/<>?]\x7f\x80\xff"
TEXTS = (
    "\x85", "\xa0", "\u2028", "\ufeff", "\ufffe", "\ud800", "]]>", "<!-- c -->", "<?p?>", "<?xml version='1.0'?>",
    "<!DOCTYPE a>", "<![CDATA[", "&#1;", "IE7",
)  # fmt: skip
PIECES = [*(bytes([code]) for code in BYTES), *(text.encode("utf-8", "surrogatepass") for text in TEXTS)]


def test_whatever_is_put_in_or_taken_out_anywhere() -> None:
    chance = random.Random(1)
    data = plain(f'<?xml version="1.0"?>\n{RECORD}\n', mid="<mid>1436</mid>").encode()
    for place in range(len(data) + 1):
        for piece in (b"", *chance.sample(PIECES, 6)):
            changed = data[:place] + piece + data[place + chance.randint(0, 1) :]
            assert updatemd.prepare(changed, LIMITS) == parsed(changed), changed


@pytest.mark.parametrize(
    "limits",
    [Limits(bytes=600), Limits(bytes=300), *(Limits(depth=depth) for depth in (1, 2, 3, 4, 5)), Limits(elements=6)],
)
def test_caps_hold_for_the_envelope_too(limits: Limits) -> None:
    data = plain().encode()
    assert updatemd.prepare(data, limits) == parsed(data, limits)
    data = plain("<record/>").encode()
    assert updatemd.prepare(data, limits) == parsed(data, limits)
