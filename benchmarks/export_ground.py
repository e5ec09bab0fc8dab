"""What the exports are measured over: published IEs, their records, a repository of them; and calls of the program."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Final
from xml.sax.saxutils import escape

from benchmarks import processes
from benchmarks.processes import Ran
from benchmarks.update_job import MDWATCH

FORMATS: Final = ("oai_dc", "ddi", "native_json")
_DC: Final = "http://purl.org/dc/elements/1.1/"
_SETTINGS: Final = """
[repository]
url = "sqlite:///{root}/mdwatch.db"
[logs]
directory = "{root}/logs"
[http]
listen = {listen}
[export]
formats = {formats}
[users.bench]
institution = "*"
role = "editor-full"
[jobs.bench]
user = "bench"
folder = "{root}/drop"
settle_seconds = 0
"""


def record(number: int, revision: int = 0) -> str:
    """A descriptive record of about a kilobyte."""
    fields = {
        "title": [f"Letters from the harbour office, volume {number}, revision {revision}"],
        "creator": [f"Clerk, Person {number % 97}", "Harbour Office"],
        "subject": ["Shipping", "Correspondence", f"Berth {number % 31}"],
        "description": ["Copies of outgoing letters with an index of names. " * 6],
        "publisher": ["Harbour Archive"],
        "date": [str(1850 + number % 100)],
        "type": ["Text"],
        "language": ["eng"],
        "rights": ["No known copyright"],
    }
    texts = (f"<dc:{name}>{text}</dc:{name}>" for name, values in fields.items() for text in values)
    return f'<dc:record xmlns:dc="{_DC}">{"".join(texts)}</dc:record>'


_VOCABULARY: Final = (
    "archive atlas ballad bridge canal census chart church city coast diary district drawing estate family farm "
    "glacier guild harbour index inventory journal kingdom läden ledger letter map market minute œuvre parish "
    "photograph plan register river school ship survey tithe treaty valley village voyage & <raw>"
)
_WORDS: Final = _VOCABULARY.split()


def record_of_words(number: int) -> str:
    """A descriptive record of other words than any other has: little that is kept of one is of use for the next."""
    dice = Random(number)

    def words(least: int, most: int) -> str:
        return escape(" ".join(dice.choices(_WORDS, k=dice.randint(least, most))))

    fields = {
        "title": [words(5, 14)],
        "creator": [words(2, 3) for _ in range(dice.randint(1, 4))],
        "subject": [words(1, 3) for _ in range(dice.randint(2, 8))],
        "description": [words(25, 80)],
        "date": [str(dice.randint(1400, 2025))],
        "type": ["Text"],
        "language": [dice.choice(("ger", "fre", "eng", "ita"))],
        "identifier": [f"IE{number}"],
        "rights": [words(4, 12)],
    }
    texts = (f"<dc:{name}>{text}</dc:{name}>" for name, values in fields.items() for text in values)
    return f'<dc:record xmlns:dc="{_DC}">{"".join(texts)}</dc:record>'


Recorder = Callable[[int], str]


def lines_of(ies: int, recorder: Recorder = record) -> Iterator[str]:
    """Published IEs, in native JSON."""
    for number in range(ies):
        ie = {"pid": f"IE{number}", "institution": "I", "published": True, "descriptive": recorder(number)}
        yield json.dumps(ie) + "\n"


def lay_out(
    root: Path,
    ies: int,
    port: int | None = None,
    formats: tuple[str, ...] = FORMATS,
    recorder: Recorder = record,
) -> Path:
    """A repository of published IEs, and its settings."""
    (root / "drop").mkdir(parents=True)
    settings = root / "mdwatch.toml"
    listen = json.dumps([] if port is None else [f"127.0.0.1:{port}"])
    settings.write_text(_SETTINGS.format(root=root, formats=json.dumps(formats), listen=listen), encoding="utf-8")
    lines = root / "ies.jsonl"
    with lines.open("w", encoding="utf-8") as file:
        file.writelines(lines_of(ies, recorder))
    call(settings, "ie", "load", str(lines))
    lines.unlink()
    return settings


def call(settings: Path, *arguments: str) -> Ran:
    """One call of the command line, which has to succeed."""
    ran = processes.run([MDWATCH, *arguments, "--config", settings], settings.with_name("stderr"))
    if ran.status:
        raise SystemExit(f"mdwatch {' '.join(arguments)} failed: {ran.output}")
    return ran
