"""Messages and what they tell of, as the database keeps them: on SQLite, and by `--postgres` on a server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mdwatch.repository import notifications, occurrences
from mdwatch.repository.engine import Repository
from mdwatch.repository.notifications import Channel
from mdwatch.repository.occurrences import Occurrence
from mdwatch.rules.notifying import Happening
from tests.postgres import database_url

TO: tuple[str, Channel, str] = ("curators", "mail", "c@example.org")


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    opened = Repository(database_url(tmp_path / "a.db"), 30)
    yield opened
    opened.close()


def test_a_message_goes_its_way(repository: Repository) -> None:
    with repository.write() as connection:
        details = tuple(f"line {number} \udcff\x00\U0001f5fa" for number in range(60))
        first = Occurrence(
            at=1, what=Happening.TROUBLE, job="dc", institution="INS01", reason="a \u202e", details=details
        )
        keys = [occurrences.note(connection, first)]
        occurrences.note_all(
            connection, [Occurrence(at=2, what=Happening.PART_FAILED), Occurrence(at=3, what=Happening.TEST)]
        )
        untaken = occurrences.untaken(connection, 2)
        assert [(item.at, item.what) for item in untaken] == [(1, Happening.TROUBLE), (2, Happening.PART_FAILED)]
        assert untaken[0].details == details[:50]
        occurrences.take(connection, [item.id for item in untaken])
        assert [item.at for item in occurrences.untaken(connection, 9)] == [3]
        keys = [item.id for item in untaken]
        # Nothing is there yet to which it could be added.
        assert not notifications.add(connection, *TO, keys)
        notifications.make(connection, *TO, keys[:1], message_id="one", at=10, due_at=20)
        assert notifications.add(connection, *TO, keys[1:])
        assert notifications.last_due(connection, *TO) == 20
        assert notifications.last_due(connection, "curators", "webhook", "https://x") is None
    with repository.write() as connection:
        assert notifications.due(connection, 19, 9) == []
        (item,) = notifications.due(connection, 20, 9)
        assert (item.state, item.occurrences, item.tries, item.message_id) == ("waiting", 2, 0, "one")
        assert [one.id for one in occurrences.of_notification(connection, item.id)] == keys
        assert notifications.claim(connection, item, 20, 300)
        # Whoever looked at the same moment is told that it is taken.
        assert not notifications.claim(connection, item, 20, 300)
        assert notifications.due(connection, 299, 9) == []
        # What was tried once takes nothing in any more.
        assert not notifications.add(connection, *TO, [occurrences.untaken(connection, 9)[0].id])
        notifications.failed(connection, item.id, "nobody there")
        again = notifications.due(connection, 300, 9)[0]
        assert (again.tries, again.first_try_at, again.reason) == (1, 20, "nobody there")
        assert notifications.claim(connection, again, 300, 900)
        notifications.end(connection, item.id, "given-up", 400, "never there")
        notifications.make(connection, *TO, keys, message_id="two", at=500, due_at=500)
    with repository.write() as connection:
        assert notifications.counts(connection) == {"given-up": 1, "waiting": 1}
        assert [notifications.given_up_since(connection, moment) for moment in (0, 400, 401)] == [1, 1, 0]
        newest, oldest = notifications.latest(connection, None, None, 9)
        assert [newest.message_id, oldest.message_id] == ["two", "one"]
        assert notifications.latest(connection, None, newest.id, 9) == [oldest]
        assert notifications.latest(connection, "given-up", None, 9) == [oldest]
        assert notifications.get(connection, newest.id + 1) is None
        assert notifications.try_again(connection, oldest.id, 600)
        assert notifications.given_up_since(connection, 0) == 0
        notifications.end(connection, oldest.id, "sent", 700, None)
        assert not notifications.try_again(connection, oldest.id, 800)
        # What is done with is forgotten with what it alone told of; what another still tells of stays.
        notifications.forget_before(connection, 701)
        assert notifications.get(connection, oldest.id) is None
        assert len(occurrences.of_notification(connection, newest.id)) == 2
        notifications.end(connection, newest.id, "sent", 900, None)
        notifications.forget_before(connection, 901)
        assert notifications.counts(connection) == {}
        # Of what nobody was told yet, nothing is forgotten.
        assert [item.at for item in occurrences.untaken(connection, 9)] == [3]
