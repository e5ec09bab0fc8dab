"""When two records are equal: a table of pairs, and real MODS records shuffled at every level."""

import random
from pathlib import Path

import pytest
from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats import canonical, xml
from mdwatch.formats.xml import Limits
from mdwatch.model import Digests

LIMITS = Limits()
MODS = Path(__file__).parents[3] / "shared" / "data" / "mods"


def digests(document: str | bytes) -> Digests:
    return canonical.digests(xml.parse(document, LIMITS), LIMITS)


XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
KEEP = 'xml:space="preserve"'

EQUAL = {
    "prefixes": ('<p:r xmlns:p="u"><p:a/></p:r>', '<q:r xmlns:q="u"><q:a/></q:r>'),
    "prefix and default namespace": ('<p:r xmlns:p="u"><p:a/></p:r>', '<r xmlns="u"><a/></r>'),
    "where a namespace is declared": ('<p:r xmlns:p="u"><p:a/></p:r>', '<p:r xmlns:p="u"><a xmlns="u"/></p:r>'),
    "a declaration nobody uses": ('<r xmlns:p="u"><a/></r>', "<r><a/></r>"),
    "prefixes of attributes": ('<r xmlns:p="u" p:a="1"/>', '<r xmlns:q="u" q:a="1"/>'),
    "order of attributes": ('<r a="1" b="2" c="3"/>', '<r c="3" a="1" b="2"/>'),
    "order of attributes with namespaces": (
        '<r xmlns:p="u" xmlns:q="v" p:a="1" q:a="2"/>',
        '<r xmlns:q="u" xmlns:p="v" p:a="2" q:a="1"/>',
    ),
    "quotes of attributes": ("<r a='1'/>", '<r a="1"/>'),
    "white space in a tag": ('<r   a = "1"\n/>', '<r a="1"/>'),
    "empty and self-closing": ("<r><a></a></r>", "<r><a/></r>"),
    "white space between elements": ("<r>\n  <a>1</a>\n\t<b>2</b>\r\n</r>", "<r><a>1</a><b>2</b></r>"),
    "white space in an empty element": ("<r><a>\n </a></r>", "<r><a/></r>"),
    "edges of text": ("<r><a>\n  one two \t</a></r>", "<r><a>one two</a></r>"),
    "edges of text in a character section": ("<r><a><![CDATA[ x ]]></a></r>", "<r><a>x</a></r>"),
    "comments": ("<r><!-- c --><a>o<!-- c -->ne</a><!-- c --></r>", "<r><a>one</a></r>"),
    "instructions": ("<?p?><r><?p?><a>one</a><?p?></r>", "<r><a>one</a></r>"),
    "character section and text": ("<r><![CDATA[a<b&c]]></r>", "<r>a&lt;b&amp;c</r>"),
    "two character sections": ("<r><![CDATA[a]]><![CDATA[b]]></r>", "<r>ab</r>"),
    "escapes": ("<r>&#233;&#x41;&quot;&apos;&gt;</r>", "<r>éA\"'&gt;</r>"),
    "escapes in attributes": ('<r a="&#233;&lt;&quot;"/>', "<r a='é&lt;\"'/>"),
    "line ends": ("<r>a\r\nb</r>", "<r>a\nb</r>"),
    "line ends in attributes": ('<r a="b\r\nc"/>', '<r a="b c"/>'),
    "a declaration": ('<?xml version="1.0"?><r/>', "<r/>"),
    "prefixes in xsi:type": (
        f'<r {XSI} xmlns:d="u" xsi:type="d:W3CDTF">1</r>',
        f'<r {XSI} xmlns:e="u" xsi:type="e:W3CDTF">1</r>',
    ),
    "default namespace in xsi:type": (
        f'<d:r {XSI} xmlns:d="u" xsi:type="d:T">1</d:r>',
        f'<r {XSI} xmlns="u" xsi:type="T">1</r>',
    ),
    "prefix of xsi:type itself": (
        f'<r {XSI} xmlns:d="u" xsi:type="d:T"/>',
        '<r xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:d="u" i:type="d:T"/>',
    ),
    "white space around xsi:type": (
        f'<r {XSI} xmlns:d="u" xsi:type=" d:T "/>',
        f'<r {XSI} xmlns:d="u" xsi:type="d:T"/>',
    ),
    "xml:space default within preserve": (
        f'<r {KEEP}><a xml:space="default"> x </a></r>',
        f'<r {KEEP}><a xml:space="default">x</a></r>',
    ),
}

# Differ in the order of siblings only.
REORDERED = {
    "fields": ("<r><a>1</a><b>2</b></r>", "<r><b>2</b><a>1</a></r>"),
    "fields of one name": ("<r><a>1</a><a>2</a></r>", "<r><a>2</a><a>1</a></r>"),
    "fields by attributes": ('<r><a t="1"/><a t="2"/></r>', '<r><a t="2"/><a t="1"/></r>'),
    "fields with white space between": ("<r>\n<a>1</a> <b>2</b></r>", "<r><b>2</b><a>1</a>\n</r>"),
    "grandchildren": ("<r><c><a>1</a><b>2</b></c></r>", "<r><c><b>2</b><a>1</a></c></r>"),
    "every level at once": (
        "<r><c><a>1</a><b>2</b></c><d><e><f/><g/></e><h/></d></r>",
        "<r><d><h/><e><g/><f/></e></d><c><b>2</b><a>1</a></c></r>",
    ),
    "groups of one name": (
        "<r><n><a>1</a><b>2</b></n><n><a>3</a><b>4</b></n></r>",
        "<r><n><b>4</b><a>3</a></n><n><b>2</b><a>1</a></n></r>",
    ),
    "element-only content within mixed content": (
        "<r>text<c><a/><b/></c></r>",
        "<r>text<c><b/><a/></c></r>",
    ),
}

DIFFERENT = {
    "text": ("<r>a</r>", "<r>b</r>"),
    "case": ("<r>a</r>", "<r>A</r>"),
    "composed and decomposed letters": ("<r>\u00e9</r>", "<r>e\u0301</r>"),
    "text and none": ("<r>a</r>", "<r/>"),
    "counts of inner white space": ("<r>one two</r>", "<r>one  two</r>"),
    "kinds of inner white space": ("<r>one two</r>", "<r>one\ntwo</r>"),
    "a no-break space at the edge": ("<r>one\u00a0</r>", "<r>one</r>"),
    "an ideographic space at the edge": ("<r>\u3000</r>", "<r/>"),
    "names": ("<r><a/></r>", "<r><b/></r>"),
    "name of the root": ("<r/>", "<s/>"),
    "a field more": ("<r><a>1</a></r>", "<r><a>1</a><a>1</a></r>"),
    "an empty field more": ("<r><a/></r>", "<r/>"),
    "namespace": ('<r xmlns="u"/>', '<r xmlns="v"/>'),
    "namespace and none": ('<r xmlns="u"/>', "<r/>"),
    "namespace of a child": ('<r xmlns="u"><a/></r>', '<r xmlns="u"><a xmlns=""/></r>'),
    "case of a namespace": ('<r xmlns="urn:u"/>', '<r xmlns="urn:U"/>'),
    "namespace of an attribute": ('<r xmlns:p="u" p:a="1"/>', '<r xmlns:p="v" p:a="1"/>'),
    "attribute with namespace and without": ('<r xmlns:p="u" p:a="1"/>', '<r a="1"/>'),
    "attribute": ('<r a="1"/>', '<r a="2"/>'),
    "attribute and none": ('<r a="1"/>', "<r/>"),
    "empty attribute and none": ('<r a=""/>', "<r/>"),
    "attribute names": ('<r a="1"/>', '<r b="1"/>'),
    "values of two attributes swapped": ('<r a="1" b="2"/>', '<r a="2" b="1"/>'),
    "white space at the edge of an attribute": ('<r a="1 "/>', '<r a="1"/>'),
    "attribute moved to a sibling": ('<r><a t="1"/><b/></r>', '<r><a/><b t="1"/></r>'),
    "attribute moved to the parent": ('<r><a t="1"/></r>', '<r t="1"><a/></r>'),
    "text moved into an attribute": ("<r>1</r>", '<r a="1"/>'),
    "text moved into an attribute of that shape": ("<r>a=1</r>", '<r a="1"/>'),
    "two texts moved into attributes": ("<t>a=b<c>y=1</c></t>", '<t a="b"><c y="1"/></t>'),
    "attribute made of two": ('<r a="1" b="2"/>', '<r a="1b=2"/>'),
    "field made of two": ("<r><a>1</a><a>2</a></r>", "<r><a>12</a></r>"),
    "text moved to a sibling": ("<r><a>1</a><b/></r>", "<r><a/><b>1</b></r>"),
    "field moved into a sibling": ("<r><a/><b/></r>", "<r><a><b/></a></r>"),
    "field moved between parents": (
        "<r><n><a/><b/></n><n><c/></n></r>",
        "<r><n><a/></n><n><b/><c/></n></r>",
    ),
    "fields swapped between parents": (
        "<r><n><a>1</a><b>2</b></n><n><a>3</a><b>4</b></n></r>",
        "<r><n><a>1</a><b>4</b></n><n><a>3</a><b>2</b></n></r>",
    ),
    "wrapped": ("<r><a/></r>", "<r><r><a/></r></r>"),
    "mixed: text": ("<r>a<b/>c</r>", "<r>a<b/>d</r>"),
    "mixed: text moved over an element": ("<r>a<b/>c</r>", "<r>ac<b/></r>"),
    "mixed: white space before an element": ("<r>a <b/>c</r>", "<r>a<b/>c</r>"),
    "mixed: white space after the last element": ("<r>a<b/> </r>", "<r>a<b/></r>"),
    "mixed: order of elements": ("<r>a<b/><c/></r>", "<r>a<c/><b/></r>"),
    "mixed: elements and tails swapped": ("<r><b/>x<c/>y</r>", "<r><c/>y<b/>x</r>"),
    "mixed: tail only": ("<r><a/><b/>x</r>", "<r><b/><a/>x</r>"),
    "xml:space: edges": (f"<r {KEEP}> a </r>", f"<r {KEEP}>a</r>"),
    "xml:space: between elements": (f"<r {KEEP}><a/> <b/></r>", f"<r {KEEP}><a/><b/></r>"),
    "xml:space: inherited": (f"<r {KEEP}><a><b> x</b></a></r>", f"<r {KEEP}><a><b>x</b></a></r>"),
    "xml:space: inherited past other attributes": (
        f'<r {KEEP}><a t="1"> x</a></r>',
        f'<r {KEEP}><a t="1">x</a></r>',
    ),
    "xml:space: order": (f"<r {KEEP}><a/><b/></r>", f"<r {KEEP}><b/><a/></r>"),
    "xml:space itself": (f"<r {KEEP}>a</r>", "<r>a</r>"),
    "namespace behind a prefix in xsi:type": (
        f'<r {XSI} xmlns:d="u" xsi:type="d:T"/>',
        f'<r {XSI} xmlns:d="v" xsi:type="d:T"/>',
    ),
    "name in xsi:type": (f'<r {XSI} xmlns:d="u" xsi:type="d:T"/>', f'<r {XSI} xmlns:d="u" xsi:type="d:U"/>'),
    "xsi:type with namespace and without": (f'<r {XSI} xmlns:d="u" xsi:type="d:T"/>', f'<r {XSI} xsi:type="T"/>'),
    "xsi:type in words of its own": (f'<r {XSI} xmlns:d="u" xsi:type="d:T"/>', f'<r {XSI} xsi:type="{{u}}T"/>'),
    "type of no namespace is no xsi:type": ('<r xmlns:d="u" type="d:T"/>', '<r xmlns:e="u" type="e:T"/>'),
    "a character section that looks like a field": ("<r><![CDATA[<a/>]]></r>", "<r><a/></r>"),
    "language": ('<r xml:lang="de">a</r>', '<r xml:lang="en">a</r>'),
}


@pytest.mark.parametrize(("one", "other"), EQUAL.values(), ids=EQUAL)
def test_equal(one: str, other: str) -> None:
    assert digests(one) == digests(other)


@pytest.mark.parametrize(("one", "other"), REORDERED.values(), ids=REORDERED)
def test_equal_but_for_order(one: str, other: str) -> None:
    assert digests(one).unordered == digests(other).unordered
    assert digests(one).ordered != digests(other).ordered


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_different(one: str, other: str) -> None:
    assert digests(one).ordered != digests(other).ordered
    assert digests(one).unordered != digests(other).unordered


def test_all_that_is_not_equal_in_the_tables_has_its_own_digest() -> None:
    documents = {document for pair in DIFFERENT.values() for document in pair}
    known: dict[bytes, str] = {}
    for document in sorted(documents):
        digest = digests(document).unordered
        assert digest not in known, (document, known[digest])
        known[digest] = document


def test_a_digest_has_its_version_and_16_bytes_and_does_not_depend_on_the_process() -> None:
    found = digests('<r a="1"><b>2</b></r>')
    assert len(found.ordered) == len(found.unordered) == 17
    assert found == digests('<r a="1"><b>2</b></r>')
    # What the form is may only change together with the version: digests are stored.
    assert found.ordered.hex() == "02870f774e917fa63092726b7459c370b2"
    for digest, current in ((found.ordered, True), (found.ordered[1:], False), (b"\x01" + found.ordered[1:], False)):
        assert canonical.is_current(digest) is current


LONG = {
    "a long text": ("<r><a>{0}x</a><b/></r>", "<r><a>{0}y</a><b/></r>"),
    "a very long text": ("<r><a>{1}x</a><b/></r>", "<r><a>{1}y</a><b/></r>"),
    "a long attribute": ("<r><a c='{0}x'/><b/></r>", "<r><a c='{0}y'/><b/></r>"),
    "the name of a long namespace": ("<r xmlns='{0}'><a/></r>", "<r xmlns='{0}'><b/></r>"),
    "a long namespace": ("<r xmlns='{0}'><a/></r>", "<r xmlns='{0}u'><a/></r>"),
    "a long name": ("<r><{0}x/></r>", "<r><{0}y/></r>"),
    "a long tail": ("<r>a<b/>{0}x</r>", "<r>a<b/>{0}y</r>"),
    "the text before": ("<r>{0}x<b/></r>", "<r>{0}y<b/></r>"),
    "the last of many": ("<r>{2}<a/></r>", "<r>{2}<b/></r>"),
    "many attributes": ("<r {3} b='x'/>", "<r {3} b='y'/>"),
}


@pytest.mark.parametrize(("one", "other"), LONG.values(), ids=LONG)
def test_what_differs_at_the_end_of_something_long_differs(one: str, other: str) -> None:
    parts = ("u" * 900, "é" * 200_000, "<c>x</c>" * 2_000, " ".join(f"a{n}='{n}'" for n in range(100)))
    one, other = one.format(*parts), other.format(*parts)
    assert digests(one) == digests(one.replace("<r", "<r "))
    assert digests(one).ordered != digests(other).ordered
    assert digests(one).unordered != digests(other).unordered


def test_long_fields_are_equal_but_for_order() -> None:
    fields = [f"<a>{letter * 300}</a>" for letter in "abcdefg"] * 200
    one = digests(f"<r><s>{''.join(fields)}</s></r>")
    other = digests(f"<r><s>{''.join(reversed(fields))}</s></r>")
    assert one.unordered == other.unordered
    assert one.ordered != other.ordered


@pytest.mark.parametrize("number", [1, 16, 17, 40])
def test_the_prefix_of_each_of_many_types_is_resolved_where_it_stands(number: int) -> None:
    def document(first: str, second: str) -> str:
        return "".join(
            f'<a xmlns:{first}="u{n}"><b xsi:type="{first}:T"/><b xmlns:{second}="v" xsi:type="{second}:T"/></a>'
            f'<a xmlns="w{n}" xsi:type="T"/><a xsi:type="T"/><a xsi:type=":T"/>'
            for n in range(number)
        )

    one, other = digests(f"<r {XSI}>{document('p', 'q')}</r>"), digests(f"<r {XSI}>{document('q', 'p')}</r>")
    assert one == other
    assert one != digests(f"<r {XSI}>{document('p', 'p')}</r>".replace('"v"', '"x"', 1))


def test_encodings_do_not_count() -> None:
    text = "<r><a>Äß é</a></r>"
    for encoding in ("utf-8", "utf-16", "iso-8859-1", "windows-1252"):
        assert digests(f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)) == digests(text)


def test_the_cap_on_depth_is_kept() -> None:
    limits = Limits(depth=10)
    tree = xml.parse("<a>" * 11 + "</a>" * 11, LIMITS)
    with pytest.raises(Rejected, match="nested deeper than 10"):
        canonical.digests(tree, limits)
    assert canonical.digests(tree, Limits(depth=11))


def test_the_cap_on_attributes_is_kept() -> None:
    tree = xml.parse("<a><b " + " ".join(f'a{n}=""' for n in range(11)) + "/></a>", LIMITS)
    with pytest.raises(Rejected, match="more than 10 attributes"):
        canonical.digests(tree, Limits(attributes=10))


def test_the_deepest_that_is_allowed_is_digested() -> None:
    limits = Limits(depth=xml.DEEPEST)
    document = "<a>" * xml.DEEPEST + "</a>" * xml.DEEPEST
    assert canonical.digests(xml.parse(document, limits), limits)


# --- real records -----------------------------------------------------------------------------------------------------

needs_records = pytest.mark.skipif(not MODS.is_dir(), reason=f"no real MODS records in {MODS}")
NUMBER = 138


def real_records() -> list[tuple[str, etree._Element]]:
    return [(path.name, xml.parse(path.read_bytes(), LIMITS)) for path in sorted(MODS.glob("*.xml"))]


def shuffled(element: etree._Element, dice: random.Random, *, siblings: bool) -> etree._Element:
    """A copy with its attributes, and if wanted its siblings, in another order at every level."""
    names = list(element.attrib)
    dice.shuffle(names)
    copy = etree.Element(element.tag, {name: element.attrib[name] for name in names}, nsmap=element.nsmap)
    copy.text = element.text
    children = list(element)
    if siblings:
        dice.shuffle(children)
    for child in children:
        grown = shuffled(child, dice, siblings=siblings)
        grown.tail = child.tail
        copy.append(grown)
    return copy


def mixed(element: etree._Element) -> bool:
    return any(len(e) and "".join([e.text or "", *(c.tail or "" for c in e)]).strip() for e in element.iter())


@needs_records
def test_real_records_shuffled_are_equal_but_for_order() -> None:
    records = real_records()
    assert len(records) == NUMBER
    dice = random.Random(20151228)
    reordered = 0
    for name, root in records:
        assert not mixed(root), name
        before = canonical.digests(root, LIMITS)
        for _ in range(3):
            copy = shuffled(root, dice, siblings=True)
            after = canonical.digests(copy, LIMITS)
            assert after.unordered == before.unordered, name
            moved = etree.tostring(copy, method="c14n", exclusive=True) != etree.tostring(
                root, method="c14n", exclusive=True
            )
            assert (after.ordered != before.ordered) is moved, name
            reordered += moved
    assert reordered == 3 * NUMBER


@needs_records
def test_real_records_with_attributes_shuffled_and_laid_out_anew_are_equal() -> None:
    dice = random.Random(20151229)
    for name, root in real_records():
        copy = shuffled(root, dice, siblings=False)
        etree.indent(copy, space="\t")
        assert canonical.digests(copy, LIMITS) == canonical.digests(root, LIMITS), name


@needs_records
def test_no_two_real_records_are_equal() -> None:
    found = [canonical.digests(root, LIMITS) for _, root in real_records()]
    assert len({item.unordered for item in found}) == len({item.ordered for item in found}) == NUMBER


@needs_records
def test_a_letter_changed_anywhere_in_a_real_record_shows() -> None:
    for name, root in real_records()[:20]:
        before = canonical.digests(root, LIMITS)
        for element in root.iter():
            if not (element.text or "").strip():
                continue
            kept, element.text = element.text, f"{element.text}x"
            after = canonical.digests(root, LIMITS)
            assert after.unordered != before.unordered, (name, element.tag)
            assert after.ordered != before.ordered, (name, element.tag)
            element.text = kept
