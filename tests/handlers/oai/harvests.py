"""An archive that holds just what a test says, and a harvester that believes nothing: every answer must be valid."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from mdwatch.formats.oai_pmh import identifiers
from mdwatch.handlers.oai import provider
from mdwatch.handlers.oai import sets as oai_sets
from mdwatch.repository import news, sets
from mdwatch.repository.exports import documents, store
from mdwatch.repository.exports.store import Attended, NewDocument, SeenIe
from mdwatch.rules.exporting import Failure, datestamp
from mdwatch.runtime.context import Context, SystemClock
from tests.formats.oai_pmh import samples
from tests.formats.oai_pmh.samples import OAI
from tests.postgres import raw
from tests.worlds import World, ie

NAMESPACE = "archive.example.org"
BASE_URL = "https://archive.example.org/oai"
START = 1_800_000_000_000  # 2027-01-15T08:00:00Z


def name_of(pid: str) -> str:
    """The identifier of an IE."""
    return identifiers.identifier(NAMESPACE, pid)


class Hands(SystemClock):
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> int:
        return self.at


class Told(NamedTuple):
    """A record as a harvester reads it; `title` None where there is no metadata."""

    pid: str
    datestamp: str
    sets: tuple[str, ...]
    deleted: bool
    title: str | None


class Archive:
    """The archive; its IEs are published, and exported as `keep` says."""

    def __init__(self, world: World, context: Context, clock: Hands, schema: etree.XMLSchema | None) -> None:
        self.world = world
        self.context = context
        self.clock = clock
        self._schema = schema

    # --- what is in it

    def key(self, pid: str) -> int:
        """The key of an IE."""
        with self.context.repository.read() as connection:
            return int(raw(connection, "SELECT id FROM ie WHERE pid = ?", (pid,)).scalar_one())

    def keep(self, pid: str, title: str = "Title", name: str = "oai_dc", content: bytes | None = None) -> None:
        """Keeps an export, made now."""
        content = samples.oai_dc(title) if content is None else content
        document = NewDocument(name, "1", blake2b(content, digest_size=16).digest(), content)
        self._store(Attended(seen=SeenIe(self.key(pid), 1), documents=[document], failures={}))

    def fail(self, pid: str, name: str = "oai_dc") -> None:
        """Notes that an export failed."""
        failure = Failure(1, "1", "broken", self.clock.at, 1, self.clock.at)
        self._store(Attended(seen=SeenIe(self.key(pid), 1), documents=[], failures={name: failure}))

    def _store(self, attended: Attended) -> None:
        with self.context.repository.write() as connection:
            store.store(connection, [attended], self.clock.at, datestamp(self.clock.at))

    def bury(self, pid: str) -> None:
        """Takes the exports of an IE away."""
        with self.context.repository.write() as connection:
            documents.bury(connection, self.key(pid), self.clock.at, datestamp(self.clock.at))

    def make_set(self, spec: str, *pids: str, description: str = "", filled: bool = True) -> None:
        """Makes a set of these IEs; one that is filled has been so for long, and is no news to anybody."""
        where = f"pid = {' | '.join(pids or ['IE999'])}"
        oai_sets.create(self.context, spec, where, f"The set {spec}", description)
        self.move(spec, joins=pids)
        if filled:
            with self.context.repository.write() as connection:
                sets.mark_filled(connection, self.clock.at)
                news.forget(connection, news.first(connection, 1_000))

    def move(self, spec: str, joins: Iterable[str] = (), leaves: Iterable[str] = ()) -> None:
        """Who joins and who leaves a set, as an export of these IEs would find."""
        with self.context.repository.write() as connection:
            there = sets.get(connection, spec)
            assert there is not None
            now = {self.key(pid): {there.id} for pid in joins} | {self.key(pid): set() for pid in leaves}
            news = sets.keep(connection, now, {there.id})
            documents.refresh(connection, news, datestamp(self.clock.at))

    # --- what a harvester is told

    def ask(self, **arguments: str) -> etree._Element:
        """The answer, which must be valid; arguments as keywords, `from_` for `from`."""
        data = self.answer(**arguments)
        root = etree.fromstring(data)
        if self._schema is not None:
            self._schema.assertValid(root)
        return root

    def answer(self, **arguments: str) -> bytes:
        """The bytes of the answer."""
        pairs = [(name.rstrip("_"), value) for name, value in arguments.items()]
        return provider.answer(self.context, pairs, base_url=BASE_URL)

    def errors(self, **arguments: str) -> list[str]:
        """The codes of the errors in the answer."""
        return [str(error.get("code")) for error in self.ask(**arguments).findall(f"{OAI}error")]

    def get(self, pid: str, name: str = "oai_dc") -> Told:
        """One record."""
        root = self.ask(verb="GetRecord", identifier=name_of(pid), metadataPrefix=name)
        (record,) = root.iter(f"{OAI}record")
        return told(record)

    def pages(self, verb: str = "ListRecords", **arguments: str) -> Iterator[etree._Element]:
        """The answers of a list, page by page, asked for as they are taken."""
        if verb != "ListSets":
            arguments.setdefault("metadataPrefix", "oai_dc")
        while True:
            root = self.ask(verb=verb, **arguments)
            yield root
            token = root.find(f".//{OAI}resumptionToken")
            if token is None or not token.text:
                return
            arguments = {"resumptionToken": token.text}

    def harvest(self, verb: str = "ListRecords", **arguments: str) -> list[Told]:
        """All records of a list."""
        return [item for root in self.pages(verb, **arguments) for item in on_page(root)]


def on_page(root: etree._Element) -> list[Told]:
    """The records of one answer."""
    return [
        told(item)
        for item in root.iter(f"{OAI}record" if root.find(f"{OAI}ListRecords") is not None else f"{OAI}header")
    ]


def told(item: etree._Element) -> Told:
    """A record or a header."""
    header = item if item.tag == f"{OAI}header" else item.find(f"{OAI}header")
    assert header is not None
    prefix = identifiers.identifier(NAMESPACE, "")
    name = header.findtext(f"{OAI}identifier") or ""
    assert name.startswith(prefix)
    return Told(
        name.removeprefix(prefix),
        header.findtext(f"{OAI}datestamp") or "",
        tuple(spec.text or "" for spec in header.findall(f"{OAI}setSpec")),
        header.get("status") == "deleted",
        item.findtext("{*}metadata/{*}dc/{*}title"),
    )


@contextmanager
def archive(
    root: Path, ies: int = 0, *, formats: Iterable[str] = ("oai_dc", "ddi", "native_json"), **oai: Any
) -> Iterator[Archive]:
    """An archive with so many published IEs, none of them exported; `oai` are more of its settings."""
    world = World(root)
    world.raw["export"] = {"formats": list(formats)}
    world.raw["oai"] = {"identifier_namespace": NAMESPACE, **oai}
    if ies:
        world.load(*(ie(f"IE{number}", published=True) for number in range(1, ies + 1)))
    clock = Hands()
    schema = samples.schema(root) if samples.SCHEMAS.exists() else None
    with world.context(clock) as context:
        yield Archive(world, context, clock, schema)
