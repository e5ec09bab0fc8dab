"""What harvesters are told of: the same as by going through all of it, and along an index."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection, event

from mdwatch.repository import harvesting
from mdwatch.repository.engine import Repository
from mdwatch.repository.harvesting import Listed, ListKey, Selected
from tests.postgres import database_url, raw

IES = 2_500
SETS = {1: "large", 2: "small", 3: "small:within", 4: "none"}
_IE = (
    "INSERT INTO ie (id, pid, institution, stage, status, published, harvested, version, characteristics)"
    " VALUES (?, ?, 'INS01', 'permanent', ?, ?, false, 1, '{}')"
)
_EXPORT = "INSERT INTO export VALUES (?, ?, 1, '1', 0, ?, ?, x'00')"
_DOCUMENT = "INSERT INTO export_document VALUES (?, ?, ?)"


class Row(NamedTuple):
    ie_id: int
    format: str
    datestamp: int
    deleted: bool


class Archive(NamedTuple):
    """A repository, and all that is in it: exports, and who is or was in which set."""

    repository: Repository
    exports: list[Row]
    members: dict[int, set[int]]

    def expected(self, selected: Selected, after: ListKey | None = None) -> list[Listed]:
        """What is selected, by going through all of it."""
        found = []
        for row in self.exports:
            context = ListKey(row.datestamp, row.ie_id)
            among = selected.set_ids is None or any(row.ie_id in self.members[key] for key in selected.set_ids)
            since = selected.from_ms is None or row.datestamp >= selected.from_ms
            until = selected.until_ms is None or row.datestamp <= selected.until_ms
            if row.format == selected.format and among and since and until and (after is None or context > after):
                found.append(Listed(context, row.deleted))
        return sorted(found)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Exports whose datestamps are in another order than their keys, many of them the same."""
    random = Random(5)
    repository = Repository(database_url(tmp_path_factory.mktemp("harvesting") / "a.db"), 30)
    keys = range(1, IES + 1)
    rows = [
        Row(key, name, random.randrange(200, 300) * 1000, random.random() < 0.1)
        for key, name in product(keys, ("oai_dc", "ddi"))
        if random.random() < 0.98
    ]
    members = {1: set(keys) - {7}, 2: set(random.sample(keys, 40)), 3: set(random.sample(keys, 30)), 4: set()}
    with repository.write() as connection:
        execute = partial(raw, connection)
        execute("INSERT INTO institution VALUES ('INS01')")
        execute(_IE, [(key, f"IE{key}", "active", True) for key in keys])
        execute(_EXPORT, [(row.ie_id, row.format, row.datestamp, row.deleted) for row in rows])
        execute(_DOCUMENT, [(row.ie_id, row.format, b"<a/>") for row in rows if not row.deleted])
        sql = "INSERT INTO oai_set (id, spec, name, description, definition, changed_at) VALUES (?, ?, '', '', '', 0)"
        execute(sql, list(SETS.items()))
        rows_of_sets = [(key, ie_id, ie_id % 3 > 0) for key, ids in members.items() for ie_id in ids]
        execute("INSERT INTO set_member VALUES (?, ?, ?)", rows_of_sets)
    yield Archive(repository, rows, members)
    repository.close()


SELECTIONS = [
    Selected("oai_dc", since, until, set_ids)
    for since, until, set_ids in product(
        (None, 250_000), (None, 260_000, 100_000), (None, (1,), (2,), (2, 3), (1, 2, 3), (4,))
    )
]


@pytest.mark.parametrize("selected", SELECTIONS)
def test_pages_make_up_the_whole_list(archive: Archive, selected: Selected) -> None:
    whole = archive.expected(selected)
    found: list[Listed] = []
    with archive.repository.read() as connection:
        assert harvesting.count(connection, selected) == len(whole)
        while page := harvesting.page(connection, selected, found[-1].place if found else None, 701):
            found += page
    assert found == whole


@pytest.mark.parametrize("selected", SELECTIONS)
def test_a_page_goes_on_after_any_place(archive: Archive, selected: Selected) -> None:
    with archive.repository.read() as connection:
        for after in (ListKey(250_000, 0), ListKey(255_000, IES // 2), ListKey(10**12, 0)):
            assert harvesting.page(connection, selected, after, 20) == archive.expected(selected, after)[:20]


# --- how the database goes about it


@contextmanager
def plans(connection: Connection) -> Iterator[list[str]]:
    """The steps of the plans of all statements within, in the database's words."""
    asked: list[tuple[str, Any]] = []
    steps: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    yield steps
    event.remove(connection, "before_cursor_execute", note)
    for statement, parameters in asked:
        steps += [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]


BOUNDS: list[tuple[Selected, ListKey | None]] = [
    (Selected("oai_dc"), None),
    (Selected("oai_dc"), ListKey(250_000, 7)),
    (Selected("oai_dc", 250_000), None),
    (Selected("oai_dc", None, 260_000), None),
    (Selected("oai_dc", 250_000, 260_000), None),
    (Selected("oai_dc", 250_000, 260_000), ListKey(255_000, 7)),
]


@pytest.mark.sqlite
@pytest.mark.parametrize(("selected", "after"), BOUNDS)
def test_a_list_is_read_along_the_index_and_no_further(
    archive: Archive, selected: Selected, after: ListKey | None
) -> None:
    with archive.repository.read() as connection, plans(connection) as steps:
        harvesting.page(connection, selected, after, 100)
    (step,) = steps
    assert step.startswith("SEARCH export USING COVERING INDEX ix_export_harvest (format=?")
    assert ("(datestamp,ie_id)>(?,?)" in step) is (after is not None)
    assert ("datestamp<?" in step) is (selected.until_ms is not None)


@pytest.mark.sqlite
@pytest.mark.parametrize(("selected", "after"), BOUNDS)
def test_a_large_set_is_read_along_the_same_index(archive: Archive, selected: Selected, after: ListKey | None) -> None:
    with archive.repository.read() as connection, plans(connection) as steps:
        harvesting.page(connection, selected._replace(set_ids=(1, 2)), after, 100)
    listing = [step for step in steps if "export" in step]
    assert [step.split(" (")[0] for step in listing] == ["SEARCH export USING COVERING INDEX ix_export_harvest"]
    assert not [step for step in steps if "TEMP B-TREE" in step]
    assert "SEARCH set_member USING COVERING INDEX sqlite_autoindex_set_member_1 (set_id=? AND ie_id=?)" in steps


@pytest.mark.sqlite
@pytest.mark.parametrize(("selected", "after"), BOUNDS)
def test_the_members_of_a_small_set_are_looked_up(archive: Archive, selected: Selected, after: ListKey | None) -> None:
    with archive.repository.read() as connection, plans(connection) as steps:
        harvesting.page(connection, selected._replace(set_ids=(2, 3)), after, 100)
    listing = [step for step in steps if "export" in step]
    assert listing == ["SEARCH export USING PRIMARY KEY (ie_id=? AND format=?)"]


@pytest.mark.sqlite
def test_documents_are_looked_up_by_their_keys(archive: Archive) -> None:
    with archive.repository.read() as connection, plans(connection) as steps:
        harvesting.documents(connection, "oai_dc", [3, 1, 2])
    assert all(step.startswith("SEARCH ") for step in steps)
    assert "SEARCH export USING PRIMARY KEY (ie_id=? AND format=?)" in steps


@pytest.mark.sqlite
def test_the_earliest_datestamp_is_the_first_of_the_index(archive: Archive) -> None:
    with archive.repository.read() as connection, plans(connection) as steps:
        assert harvesting.earliest(connection, ["ddi", "oai_dc"]) == min(row.datestamp for row in archive.exports)
    assert set(steps) == {"SEARCH export USING COVERING INDEX ix_export_harvest (format=?)"}


# --- single ones


def test_documents(archive: Archive) -> None:
    known = {row.ie_id: row.deleted for row in archive.exports if row.format == "ddi" and row.ie_id < 60}
    with archive.repository.read() as connection:
        found = harvesting.documents(connection, "ddi", [*known, 999_999])
    assert {key: (item.pid, item.content) for key, item in found.items()} == {
        key: (f"IE{key}", None if deleted else b"<a/>") for key, deleted in known.items()
    }
    assert set(known.values()) == {False, True}


def test_nothing_is_earliest_where_there_is_nothing(archive: Archive) -> None:
    with archive.repository.read() as connection:
        assert harvesting.earliest(connection, ["mods"]) is None
        assert harvesting.earliest(connection, []) is None


@pytest.mark.parametrize(
    ("published", "status", "exported", "known"),
    [
        (True, "active", False, True),
        (False, "active", False, False),
        (True, "deleted", False, False),
        (False, "active", True, True),
        (False, "deleted", True, True),
    ],
)
def test_an_ie_is_known_once_it_is_or_was_published(
    tmp_path: Path, published: bool, status: str, exported: bool, known: bool
) -> None:
    repository = Repository(database_url(tmp_path / "a.db"), 30)
    with repository.write() as connection:
        raw(connection, "INSERT INTO institution VALUES ('INS01')")
        raw(connection, _IE, (5, "IE5", status, published))
        if exported:
            raw(connection, _EXPORT, [(5, "ddi", 7000, True), (5, "oai_dc", 8000, True)])
        found = harvesting.find(connection, "IE5", ["oai_dc", "mods"])
        assert harvesting.find(connection, "IE6", ["oai_dc"]) is None
    repository.close()
    assert (found is not None) is known
    if found is not None:
        assert found.ie_id == 5
        tombstone = (Listed(ListKey(8000, 5), True), harvesting.Document("IE5", None))
        assert found.exports == ({"oai_dc": tombstone} if exported else {})
