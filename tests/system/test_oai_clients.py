"""The whole repository as harvesters have it that others wrote: Sickle and oaipmh-scythe, over a real socket."""

import random
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import uvicorn
from lxml import etree

from mdwatch.formats.oai_pmh import moments
from mdwatch.handlers.exports import request
from mdwatch.handlers.ies import change as ie_change
from mdwatch.handlers.oai import sets
from mdwatch.handlers.updates import run_once
from mdwatch.runtime.context import Context
from mdwatch.web import oai
from mdwatch.web.serving import access
from mdwatch.web.serving.application import application
from mdwatch.web.serving.protocol import protocol
from mdwatch.web.serving.route import House
from tests.worlds import JOB, World, dc, ie, update

sickle = pytest.importorskip("sickle", reason="the harvester Sickle is not installed")
sickle_iterator = pytest.importorskip("sickle.iterator")
scythe = pytest.importorskip("oaipmh_scythe", reason="the harvester oaipmh-scythe is not installed")
scythe_iterator = pytest.importorskip("oaipmh_scythe.iterator")

NAMESPACE = "archive.example.org"
IES = 300
STEADY = 200  # those up to this one are left alone while others change
OAI = "{http://www.openarchives.org/OAI/2.0/}"


class Row(NamedTuple):
    """A record: its datestamp, and its document in canonical form, None where it is deleted."""

    datestamp: str
    document: bytes | None


def canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True)


def rows(context: Context, name: str, among: Iterable[int] = range(1, IES + 1)) -> dict[str, Row]:
    """The repository's own rows, by the identifiers of their IEs."""
    sql = (
        "SELECT pid, datestamp, content FROM export LEFT JOIN export_document USING (ie_id, format) "
        "JOIN ie ON ie.id = ie_id WHERE format = ?"
    )
    with context.repository.read() as connection:
        found = connection.exec_driver_sql(sql, (name,)).all()
    wanted = {f"IE{number}" for number in among}
    return {
        f"oai:{NAMESPACE}:{pid}": Row(
            moments.written(datestamp), None if content is None else canonical(etree.fromstring(content))
        )
        for pid, datestamp, content in found
        if pid in wanted
    }


def read(record: etree._Element) -> tuple[str, Row]:
    """One record element."""
    header = record.find(f"{OAI}header")
    assert header is not None
    metadata = record.find(f"{OAI}metadata")
    assert (metadata is None) is (header.get("status") == "deleted")
    document = None if metadata is None else canonical(metadata[0])
    return header.findtext(f"{OAI}identifier", ""), Row(header.findtext(f"{OAI}datestamp", ""), document)


@contextmanager
def serving(root: Path) -> Iterator[tuple[World, Context, str]]:
    """An archive with all its IEs exported, and the address at which it is harvested."""
    world = World(root)
    world.raw["export"] = {"formats": ["oai_dc", "mods", "native_json"]}
    world.raw["oai"] = {"identifier_namespace": NAMESPACE, "page_records": 7}
    world.load(*(ie(f"IE{number}", f"Title {number} &amp; Ö", published=True) for number in range(1, IES + 1)))
    # Named TCP, so that asyncio knows it for one and sends the parts of an answer without waiting between them.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with world.context() as context, listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        request.carry_out(context, "all", "test")
        house = House(lambda: context, tuple)
        config = uvicorn.Config(
            application(house, access.public_door(), oai.ROUTES),
            http=protocol(context.settings.http),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield world, context, f"http://127.0.0.1:{listening.getsockname()[1]}/oai"
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


# --- the clients


class Client(NamedTuple):
    """A harvester: by which method it asks, its records one by one, and its answers page by page."""

    records: Callable[..., Iterable[Any]]
    identifiers: Callable[..., Iterable[Any]]
    pages: Callable[..., Iterable[Any]]


@contextmanager
def by_sickle(url: str, method: str) -> Iterator[Client]:
    def named(arguments: dict[str, str]) -> dict[str, str]:
        return {name.rstrip("_"): value for name, value in arguments.items()}

    one_by_one = sickle.Sickle(url, http_method=method, timeout=60)
    by_pages = sickle.Sickle(url, http_method=method, timeout=60, iterator=sickle_iterator.OAIResponseIterator)
    yield Client(
        lambda prefix, **given: one_by_one.ListRecords(metadataPrefix=prefix, **named(given)),
        lambda prefix, **given: one_by_one.ListIdentifiers(metadataPrefix=prefix, **named(given)),
        lambda prefix, **given: by_pages.ListRecords(metadataPrefix=prefix, **named(given)),
    )


@contextmanager
def by_scythe(url: str, method: str) -> Iterator[Client]:
    config = scythe.HTTPConfig(http_method=method)
    with (
        scythe.Scythe(url, http_config=config) as one_by_one,
        scythe.Scythe(url, http_config=config, iterator=scythe_iterator.OAIResponseIterator) as by_pages,
    ):
        yield Client(
            lambda prefix, **given: one_by_one.list_records(metadata_prefix=prefix, **given),
            lambda prefix, **given: one_by_one.list_identifiers(metadata_prefix=prefix, **given),
            lambda prefix, **given: by_pages.list_records(metadata_prefix=prefix, **given),
        )


CLIENTS = {"sickle": by_sickle, "scythe": by_scythe}


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Context, str]]:
    """An archive with a set and some deletions, in which nothing changes any more, and its address."""
    with serving(tmp_path_factory.mktemp("quiet")) as (_, context, url):
        for number in (1, 150, IES):
            ie_change.unpublish(context, f"IE{number}")
        sets.create(context, "some", f"pid = {' | '.join(f'IE{number}' for number in range(1, 41))}")
        request.carry_out(context, "set", "test", set_spec="some")
        yield context, url


@pytest.mark.parametrize(
    ("name", "method"),
    # Each client in one way here, in both in the long tests.
    [
        pytest.param(name, method, marks=[pytest.mark.system] if (index + turn) % 2 else [])
        for index, name in enumerate(CLIENTS)
        for turn, method in enumerate(["GET", "POST"])
    ],
)
def test_a_harvest_is_the_repository(quiet: tuple[Context, str], name: str, method: str) -> None:
    context, url = quiet
    with CLIENTS[name](url, method) as client:
        records = {prefix: [read(record.xml) for record in client.records(prefix)] for prefix in ("oai_dc", "mods")}
        headers = [(header.identifier, header.datestamp) for header in client.identifiers("mods")]
        members = dict(read(record.xml) for record in client.records("oai_dc", set_="some"))
    for prefix, found in records.items():
        assert len(found) == IES
        assert dict(found) == rows(context, prefix)
        assert [row.datestamp for _, row in found] == sorted(row.datestamp for _, row in found)
        assert sum(row.document is None for _, row in found) == 3
    assert headers == [(key, row.datestamp) for key, row in records["mods"]]
    # Whoever was not published any more when the set was made is not a member of it.
    assert members == rows(context, "oai_dc", range(2, 41))


@pytest.mark.system
@pytest.mark.parametrize("name", CLIENTS)
def test_a_harvest_is_the_repository_while_that_changes(tmp_path: Path, name: str) -> None:
    with serving(tmp_path) as (world, context, url), CLIENTS[name](url, "GET") as client:
        steady = sorted(rows(context, "oai_dc", range(1, STEADY + 1)).items(), key=in_order)
        # What changes from now on bears another second.
        while moments.written(context.clock.now()) <= steady[-1][1].datestamp:
            context.clock.wait(0.05)
        held: dict[str, Row] = {}
        since: dict[str, str] = {}
        with changing(world, context):
            for _ in range(2):
                pages = [page.xml for page in client.pages("oai_dc")]
                records = [read(record) for page in pages for record in page.iter(f"{OAI}record")]
                assert [item for item in records if item[0] in dict(steady)] == steady
                held |= dict(records)
                since = {"from_": pages[0].findtext(f"{OAI}responseDate")}
        # What changed after the last of these pages is told to whoever asks from its first one's moment on.
        held |= dict(read(record.xml) for record in client.records("oai_dc", **since))
        now = rows(context, "oai_dc")
    assert held == now
    assert {row.document is None for row in now.values()} == {False, True}
    assert len({row.datestamp for row in now.values()}) > 1


def in_order(item: tuple[str, Row]) -> tuple[str, int]:
    """The order of lists: these IEs were given their keys in the order of their PIDs."""
    return item[1].datestamp, int(item[0].rpartition("IE")[2])


@contextmanager
def changing(world: World, context: Context) -> Iterator[None]:
    """Within, a thread changes the archive; it raises what that raises."""
    enough = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(change, world, context, enough)
        try:
            yield
        finally:
            enough.set()
        work.result(60)


def change(world: World, context: Context, enough: threading.Event) -> None:
    """Updates, unpublishes and publishes IEs and exports them, until it is enough, and at least three times."""
    chance = random.Random(1)
    turn = 0
    while turn < 3 or not enough.is_set():
        turn += 1
        numbers = chance.sample(range(STEADY + 1, IES + 1), 12)
        for number in numbers[:8]:
            world.drop(f"{turn}-{number}.xml", update(f"IE{number}", dc(f"Turn {turn}")))
        run_once.run_job(context, JOB)
        for number in numbers[8:]:
            act = chance.choice([ie_change.publish, ie_change.unpublish, ie_change.unpublish])
            act(context, f"IE{number}")
        request.carry_out(context, "all", "test")
