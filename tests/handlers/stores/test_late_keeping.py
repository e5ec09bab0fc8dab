"""Who was stopped while it wrote to the store, and wakes up when another is at it, tells of no trouble."""

from pathlib import Path
from typing import Any, NoReturn

import pytest
from structlog.testing import CapturingLogger

from mdwatch.errors import JobBusy
from mdwatch.handlers.stores import keeping
from mdwatch.objectstore.stored_object import StoredObject
from tests.postgres import raw
from tests.worlds import World, ie


def test_that_its_version_was_taken_away_is_no_fault_of_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.raw["store"] = {"ocfl": str(tmp_path / "store")}
    world.load(ie("IE1"))

    def add(*_arguments: Any) -> NoReturn:
        with world.context() as other, other.repository.write() as connection:
            raw(connection, "UPDATE lease SET holder = 'another', fence = fence + 1 WHERE name = ?", (keeping.LEASE,))
        raise FileNotFoundError(2, "No such file or directory", "mets.xml")

    told = CapturingLogger()
    monkeypatch.setattr(StoredObject, "add", add)
    monkeypatch.setattr(keeping, "log", told)
    with world.context() as context:
        with pytest.raises(JobBusy), keeping.holding(context) as hold:
            keeping.keep(context, hold)
        with context.repository.read() as connection:
            assert raw(connection, "SELECT count(*) FROM store_failure").scalar() == 0
    assert [call for call in told.calls if call.method_name == "error"] == []
