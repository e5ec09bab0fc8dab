"""The corpus: the IEs to load first, and the updateMD files to run over them; all follows from one seed.

Every IE has a Dublin Core record and a MODS source record. Each has revisions, numbered from 0, and a revision is a
pure function of IE, record and number, so that nothing need be kept to write it again. Of ten files seven bring the
next revision of a record, two the revision the IE has already (every third of these byte for byte, the others in
another order, with other white space and prefixes), and one is bad, in ten ways by turns.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Final

SEED: Final = 2016
INSTITUTION: Final = "INST"
MID: Final = "source-1"
MODS_SHARE: Final = 0.3
FILES_PER_IE: Final = 5  # at least
MOST_IES: Final = 4_000  # loading more would take longer than what is measured
FIRST_PID: Final = 4_000_000
FIRST_MTIME: Final = 1_735_000_000_000_000_000  # nanoseconds; the files follow one another by a millisecond
MARK: Final = "revision-"

UPDATE_NAMESPACE: Final = "http://com/exlibris/digitool/repository/api/xmlbeans"
NAMESPACES: Final = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "mods": "http://www.loc.gov/mods/v3",
}
VOCABULARY: Final = (
    "abbey", "account", "almanac", "ballad", "bequest", "bishop", "broadside", "cartulary", "catalogue", "charter",
    "chronicle", "codex", "concert", "correspondence", "council", "court", "diary", "diocese", "drawing", "edition",
    "engraving", "estate", "étude", "fonds", "fragment", "gazette", "glebe", "guild", "herbarium", "hymn",
    "incunable", "indenture", "inquiry", "journey", "legend", "lithograph", "Märchen", "memoir", "minute",
    "mission", "négatif", "notebook", "oratorio", "orchard", "parish", "pamphlet", "petition", "pilgrim",
    "portrait", "proof", "psalter", "Quelle", "register", "rental", "sermon", "sketch", "statute", "Straße",
    "survey", "tithe", "treaty", "valley", "verse", "vestry", "voyage", "warrant", "&amp;", "&lt;sic&gt;",
)  # fmt: skip

# Name with prefix, attributes as they are written, and text as it is written or the fields inside.
Field = tuple[str, str, "str | list[Field]"]


@dataclass(frozen=True, slots=True)
class Target:
    """A record of an IE: the source record, or the descriptive one."""

    pid: str
    is_source: bool

    @property
    def mid(self) -> str:
        """The record's mid; empty for the descriptive one."""
        return MID if self.is_source else ""


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to write a record: what stands before each element, and which prefix is written for which."""

    gap: str = ""
    prefixes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What goes into one updateMD file."""

    pid: str
    type: str
    sub_type: str
    mid: str
    content: str
    namespace: str = UPDATE_NAMESPACE
    prologue: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """One file of the corpus, and where a right run files it."""

    name: str
    data: bytes
    to_error: bool


@dataclass(slots=True)
class Expected:
    """What a right run ends with: where each file lies, the last revision of each record, the version of each IE."""

    done: set[str] = field(default_factory=set)
    error: set[str] = field(default_factory=set)
    revisions: dict[tuple[str, str], int] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Corpus:
    """So many files over so many IEs; `mix` is how many of each block of files change, repeat and are bad."""

    files: int
    stage: str = "permanent"
    mix: tuple[int, int, int] = (7, 2, 1)

    @property
    def pids(self) -> list[str]:
        """The PIDs of the IEs."""
        number = min(max(1, self.files // FILES_PER_IE), MOST_IES)
        return [f"IE{pid}" for pid in range(FIRST_PID, FIRST_PID + number)]

    def ies(self) -> Iterator[str]:
        """The IEs as native JSON, one a line, each record in revision 0."""
        for pid in self.pids:
            ie = {
                "pid": pid,
                "institution": INSTITUTION,
                "stage": self.stage,
                "published": True,
                "descriptive": content(Target(pid, is_source=False), 0),
                "source": [{"mid": MID, "subType": "mods", "content": content(Target(pid, is_source=True), 0)}],
                "events": [{"eventType": "CREATION", "eventDateTime": "2015-12-28 05:44:00"}],
                "characteristics": {"objectType": "INTELLECTUAL_ENTITY", "owner": INSTITUTION},
            }
            yield json.dumps(ie) + "\n"

    def drops(self, expected: Expected) -> Iterator[Dropped]:
        """The files in the order in which they are dropped; `expected` is brought up to date as they come."""
        random, pids = Random(SEED), self.pids
        expected.versions.update(dict.fromkeys(pids, 1))
        bad, same = count(), count()
        for number, kind in zip(range(self.files), self._kinds(random), strict=False):
            target = Target(random.choice(pids), is_source=random.random() < MODS_SHARE)
            revision = expected.revisions.get((target.pid, target.mid), 0)
            if kind == "changed":
                revision += 1
                expected.versions[target.pid] += 1
            expected.revisions[target.pid, target.mid] = revision
            if kind == "bad":
                data = WAYS_TO_BE_BAD[next(bad) % len(WAYS_TO_BE_BAD)](draft(target, content(target, revision + 1)))
            elif kind == "same" and next(same) % 3:
                data = envelope(draft(target, content(target, revision, random)))
            else:
                data = envelope(draft(target, content(target, revision)))
            name = _name(number, target)
            (expected.error if kind == "bad" else expected.done).add(name)
            yield Dropped(name, data, kind == "bad")

    def _kinds(self, random: Random) -> Iterator[str]:
        """What each file is, block by block."""
        changed, same, bad = self.mix
        while True:
            yield from random.sample(["changed"] * changed + ["same"] * same + ["bad"] * bad, sum(self.mix))


def write(corpus: Corpus, folder: Path) -> Expected:
    """Writes the files, oldest first, into a new folder, mtimes a millisecond apart."""
    expected = Expected()
    folder.mkdir(parents=True)
    for number, file in enumerate(corpus.drops(expected)):
        path = folder / file.name
        path.write_bytes(file.data)
        mtime_ns = FIRST_MTIME + number * 1_000_000
        os.utime(path, ns=(mtime_ns, mtime_ns))
    return expected


def _name(number: int, target: Target) -> str:
    """A file name; names do not follow the order of the drops."""
    scrambled = number * 2_654_435_761 % 2**32
    return f"{scrambled:08x}-{target.pid}-{'mods' if target.is_source else 'dc'}.xml"


def draft(target: Target, record: str) -> Draft:
    """The plain draft that replaces this record."""
    if target.is_source:
        return Draft(pid=target.pid, type="source", sub_type="mods", mid=MID, content=record)
    return Draft(pid=target.pid, type="descriptive", sub_type="dc", mid="", content=record)


def envelope(draft: Draft) -> bytes:
    """The updateMD file of a draft."""
    mid = f"<mid>{draft.mid}</mid>" if draft.mid else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{draft.prologue}<updateMD xmlns="{draft.namespace}">\n'
        f"<PID>{draft.pid}</PID>\n<metadata>\n<type>{draft.type}</type>\n<subType>{draft.sub_type}</subType>\n{mid}\n"
        f"<content><![CDATA[{draft.content}]]></content>\n</metadata>\n</updateMD>\n"
    ).encode()


BOMB: Final = '<!DOCTYPE bomb [<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;&a;">]><bomb>&b;&b;&b;&b;</bomb>'
DOCTYPE: Final = '<!DOCTYPE updateMD SYSTEM "http://nowhere.invalid/updateMD.dtd">\n'
WAYS_TO_BE_BAD: Final[tuple[Callable[[Draft], bytes], ...]] = (
    lambda draft: envelope(draft)[: -len(draft.content) // 2],  # cut off
    lambda draft: envelope(replace(draft, content=draft.content[:-9])),  # its record cut off
    lambda draft: envelope(replace(draft, content="")),
    lambda draft: envelope(replace(draft, content=BOMB)),
    lambda draft: envelope(replace(draft, prologue=DOCTYPE)),
    lambda draft: envelope(replace(draft, namespace="http://nowhere.invalid/updateMD")),
    lambda draft: envelope(draft).replace(b"<PID>", b"<PID>\xc3\x28"),  # not UTF-8
    lambda draft: envelope(replace(draft, sub_type="premis")),
    lambda draft: envelope(replace(draft, pid="IE1")),  # no such IE
    lambda draft: envelope(replace(draft, type="source", sub_type="mods", mid="nowhere")),
)


def content(target: Target, revision: int, anew: Random | None = None) -> str:
    """A revision of a record as text; with a source of chance, laid out in another way."""
    random = Random(f"{target.pid} {target.mid} {revision}")
    mark = f"{MARK}{revision}"
    fields = _mods(random, target.pid, mark) if target.is_source else _dublin_core(random, target.pid, mark)
    root, spaces = ("mods:mods", ["mods"]) if target.is_source else ("dc:record", ["dc", "dcterms", "xsi"])
    layout = Layout("\n  " if target.is_source else "")
    if anew is not None:
        fields = anew.sample(fields, len(fields))
        other = {"mods": anew.choice(("", "m")), "dc": anew.choice(("", "purl"))}
        layout = Layout(anew.choice(("", "\n", "\n\t\t")), tuple(other.items()))
    return _laid_out(root, spaces, fields, layout)


def _laid_out(root: str, spaces: Sequence[str], fields: list[Field], layout: Layout) -> str:
    """The record as text."""
    prefixes = {space: space for space in NAMESPACES} | dict(layout.prefixes)
    declared = "".join(
        f' xmlns{":" if prefixes[space] else ""}{prefixes[space]}="{NAMESPACES[space]}"' for space in spaces
    )
    return _element((root, declared, fields), layout.gap, prefixes)


def _element(item: Field, gap: str, prefixes: dict[str, str]) -> str:
    """An element with all that is in it."""
    name, attributes, inside = item
    space, _, local = name.partition(":")
    tag = f"{prefixes[space]}:{local}" if prefixes[space] else local
    if isinstance(inside, str):
        return f"<{tag}{attributes}>{inside}</{tag}>"
    body = "".join(f"{gap}{_element(child, gap, prefixes)}" for child in inside)
    return f"<{tag}{attributes}>{body}</{tag}>"


def _words(random: Random, least: int, most: int) -> str:
    return " ".join(random.choices(VOCABULARY, k=random.randint(least, most)))


def _dublin_core(random: Random, pid: str, mark: str) -> list[Field]:
    """The fields of a Dublin Core record, 1 to 2 KB."""
    fields: list[Field] = [
        ("dc:identifier", "", pid),
        ("dc:title", ' xml:lang="en"', _words(random, 4, 12)),
        ("dcterms:alternative", "", _words(random, 2, 8)),
        ("dc:date", "", str(random.randint(1450, 2020))),
        ("dc:language", "", random.choice(("eng", "fre", "ger", "lat"))),
        ("dcterms:modified", ' xsi:type="dcterms:W3CDTF"', mark),
        ("dc:description", "", _words(random, 20, 90)),
        ("dc:rights", "", _words(random, 4, 10)),
    ]
    fields += [("dc:creator", "", _words(random, 2, 3)) for _ in range(random.randint(1, 4))]
    fields += [("dc:subject", "", _words(random, 1, 3)) for _ in range(random.randint(2, 9))]
    return fields


def _mods(random: Random, pid: str, mark: str) -> list[Field]:
    """The fields of a MODS record, 3 to 5 KB."""
    fields: list[Field] = [
        (
            "mods:titleInfo",
            "",
            [("mods:title", "", _words(random, 4, 12)), ("mods:subTitle", "", _words(random, 3, 9))],
        ),
        ("mods:identifier", ' type="local"', pid),
        ("mods:originInfo", "", [("mods:publisher", "", _words(random, 2, 4)), ("mods:dateIssued", "", "1850")]),
        ("mods:recordInfo", "", [("mods:recordChangeDate", "", mark)]),
        ("mods:abstract", ' xml:lang="en"', _words(random, 80, 180)),
        ("mods:physicalDescription", "", [("mods:extent", "", f"{random.randint(2, 900)} leaves")]),
    ]
    for _ in range(random.randint(2, 6)):
        role: Field = ("mods:role", "", [("mods:roleTerm", ' type="code" authority="marcrelator"', "aut")])
        fields.append(("mods:name", ' type="personal"', [("mods:namePart", "", _words(random, 2, 3)), role]))
    fields += [
        ("mods:subject", ' authority="lcsh"', [("mods:topic", "", _words(random, 1, 3))])
        for _ in range(random.randint(5, 15))
    ]
    for _ in range(random.randint(1, 5)):
        title: Field = ("mods:titleInfo", "", [("mods:title", "", _words(random, 3, 9))])
        fields.append(("mods:relatedItem", ' type="series"', [title]))
    return fields
