"""What workers are forked from: started early where that pays, and with little in it."""

import subprocess
import sys
from importlib import metadata
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from mdwatch import config
from mdwatch.exporters.interface import GROUP
from mdwatch.handlers.exports import forking
from mdwatch.runtime.formats import as_far_as_there

LARGE = 1 << 23


def raw(database: str) -> dict[str, Any]:
    return {"repository": {"url": database}, "export": {"formats": ["oai_dc"]}, "http": {"listen": []}}


@pytest.mark.parametrize(
    ("size", "url", "processes", "expected"),
    [
        (LARGE, "sqlite:///{}", "auto", [["oai_dc"]]),
        (LARGE, "sqlite:///{}", 2, [["oai_dc"]]),
        (LARGE, "sqlite:///{}", 0, []),
        (0, "sqlite:///{}", "auto", []),
        (None, "sqlite:///{}", "auto", []),
        (LARGE, "sqlite:///{}?timeout=5", "auto", []),
        (LARGE, "postgresql+psycopg:///mdwatch", "auto", []),
    ],
    ids=["large", "two", "none", "small", "away", "not plain", "server"],
)
def test_a_redo_expects_work_where_the_database_is_a_large_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: int | None,
    url: str,
    processes: int | str,
    expected: list[list[str]],
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(forking, "start", lambda names: started.append(list(names)))
    path = tmp_path / "a.db"
    if size is not None:
        with path.open("wb") as file:
            file.truncate(size)
    settings = config.check({**raw(url.format(path)), "workers": {"processes": processes}}, "test")
    forking.expect_redo(settings)
    assert started == expected


def test_workers_are_forked_from_what_has_read_nothing_for_nothing() -> None:
    names = ", ".join(forking.modules(["oai_dc", "ddi"]))
    script = f"import {names}, sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"mdwatch.exporters.ddi.exporter", "mdwatch.handlers.exports.making"} <= loaded
    assert loaded & {"asyncio.events", "http", "email.message", "zipfile", "sqlalchemy", "mdwatch.cli"} == set()


def test_packages_are_looked_through_only_for_what_they_bring(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def none(*, group: str) -> list[EntryPoint]:
        asked.append(group)
        return []

    monkeypatch.setattr(metadata, "entry_points", none)
    found, lacking = as_far_as_there(["oai_dc", "odd"], any_brought=False)
    assert (list(found.exporters), list(lacking), asked) == (["oai_dc"], ["odd"], [])
    as_far_as_there(["oai_dc"])
    assert asked == [GROUP]
