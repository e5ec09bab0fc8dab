"""Dates that say less than a year, and dates whose brackets stand apart, in every format: a row a loss.

A row is the record of an IE, and for each format texts that its document holds; one after a `-` it does not hold.
"""

from typing import Final

from tests.exporters.cases import Case, of_dc, of_marc, of_titled, positions, title, two_tests
from tests.exporters.records.marc.test_reader import field
from tests.exporters.samples import entity

UNHYPHENATED: Final = "<ead><archdesc><did><unittitle>T</unittitle><unitdate normal='20070831'/></did></archdesc></ead>"

ROWS: Final[dict[str, Case]] = {
    "a day without hyphens, in Dublin Core": Case(
        of_dc("<dc:title>T</dc:title><dc:date>20070831</dc:date>"),
        {"mods": ('<dateOther encoding="w3cdtf">2007-08-31<',)},
    ),
    "days without hyphens, in MODS": Case(
        of_titled("<originInfo><dateCreated encoding='iso8601' point='start'>20070831</dateCreated>"
                  "<dateCreated encoding='iso8601' point='end'>20130630</dateCreated></originInfo>"),
        {"oai_dc": ("<dc:date>2007-08-31/2013-06-30<",)},
    ),
    "a day without hyphens, in a finding aid": Case(
        entity(None, ("ead", UNHYPHENATED)),
        {"oai_dc": ("<dc:date>2007-08-31<",)},
    ),
    "eight figures that are no day": Case(
        of_dc("<dc:title>T</dc:title><dc:date>20071399</dc:date>"), {"mods": ("<dateOther>20071399<",)},
    ),
    "a day whose figures are not filled": Case(
        of_dc("<dc:title>T</dc:title><dc:date>1990-1-9</dc:date>"), {"datacite": (">1990-01-09</date>",)},
    ),
    "a year that stands for no end": Case(
        of_titled("<originInfo><dateIssued>9999</dateIssued></originInfo>"),
        {"datacite": ("<publicationYear>0000<", ">9999</date>")},
    ),
    "a century in words": Case(
        of_dc("<dc:title>T</dc:title><dc:date>18th century</dc:date>"),
        {"datacite": ('dateInformation="18th century">1700/1799<', "<publicationYear>1700<", "-<description"),
         "schema_org": ('"datePublished": "1700/1799"',), "oai_dc": (">18th century<", "-1700")},
    ),
    "a century whose code says the same": Case(
        of_marc(positions("s17--    "), title(), field("260", "  ", "aLyon :", "bX,", "c18th century.")),
        {"datacite": ("1700/1799<",), "oai_dc": (">18th century<",)},
    ),
    "a century beside a code of a year in it": Case(
        of_titled("<originInfo><dateCreated encoding='w3cdtf'>1750</dateCreated>"
                  "<dateCreated>18th century</dateCreated></originInfo>"),
        {"datacite": ('dateInformation="18th century">1750<', "-1700/1799")},
    ),
    "before a year": Case(
        of_titled("<originInfo><dateCreated>before 1850</dateCreated></originInfo>"),
        {"datacite": (">/1850<", "<publicationYear>1850<"), "schema_org": ('"dateCreated": "../1850"',)},
    ),
    "after a year": Case(
        of_titled("<originInfo><dateCreated>after 1850</dateCreated></originInfo>"),
        {"datacite": (">1850/<",), "schema_org": ('"dateCreated": "1850"',)},
    ),
    "before a year that is coded": Case(
        of_marc(positions("s1850    "), title(), field("260", "  ", "aLyon,", "c[before 1850]")),
        {"datacite": ('dateInformation="inferred: before 1850">/1850<',), "oai_dc": (">before 1850<", "-[before")},
    ),
    "before a year, between two that are coded": Case(
        of_marc(positions("q18001850"), title(), field("260", "  ", "aLyon,", "c[before 1850]")),
        {"datacite": (">1800/1850<",)},
    ),
    "brackets around place, publisher and date": Case(
        of_marc(positions("c19199999"), title(), field("260", "  ", "a[New York :", "bTimes Co.,", "c1919]-")),
        {"mods": ('<placeTerm type="text">New York<', "<publisher>Times Co.<", "->1919]-<", ">[1919]-<"),
         "ddi": ("<prodPlac>New York<",)},
    ),
    "brackets that begin before a place that is not known": Case(
        of_marc(positions("s1918    "), title(), field("260", "  ", "a[S.l. :", "bs.n.,", "c1918?]")),
        {"oai_dc": (">[1918?]<",), "datacite": ("questionable: [1918?]",), "ddi": ("-S.l.",)},
    ),
    "brackets around something else than the year": Case(
        of_marc(positions("s1975    "), title(), field("260", "  ", "aLyon :", "bX,", "cc1975, [pref. 1955]")),
        {"datacite": ('dateInformation="c1975, [pref. 1955]">1975<',), "mods": ("-inferred",)},
    ),
    "brackets of a date without a code": Case(
        of_marc(title(), field("260", "  ", "aLyon,", "c[ca. 1914]")),
        {"oai_dc": (">ca. 1914<", "-[ca. 1914]"), "datacite": ('dateInformation="approximate: ca. 1914">1914<',)},
    ),
}  # fmt: skip


test_what_stands_in_a_document, test_every_document_is_valid = two_tests(ROWS)
