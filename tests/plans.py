"""The plan of every statement that the tests have the repository execute: none reads a table that grows as a whole.

Each statement is explained once a process, right before it is executed for the first time. So a new one needs no list:
it is enough that some test executes it. Those that read all there is by nature stand in `WHOLE`, each with its reason.

PostgreSQL is told to read no table whole where there is any other way; one that it reads all the same has none.
"""

import re
import sys
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

from mdwatch.repository.tables.every import metadata

# They grow with jobs, sets, hosts and what is in hand at the moment, and with nothing else.
SMALL: Final = {
    "alembic_version", "batch_slice", "counter", "harvest", "institution", "intent", "job_state", "lease", "news",
    "oai_set", "secret", "token", "waiting",
}  # fmt: skip
# Such columns tell too few rows apart: an index that is asked for nothing else is read as good as whole.
COARSE: Final = {"cause", "code", "deleted", "format", "harvest", "institution", "job", "kind", "state"}
_COUNTS: Final = "it counts what there is, for people who look"
_SEARCH: Final = "a text within others, for which there is no index; whoever asks gives up after a while"
_RARE: Final = "all of them are to be looked at anew, which an operator or an upgrade asks for"
_NIGHTLY: Final = "there are some a day at most"
_KEPT: Final = "messages are kept for some months only"
_STORE: Final = "those alone that could not be written to the store"
# Functions of the repository, and why they may read a table whole.
WHOLE: Final[Mapping[str, str]] = {
    "batch_lines.of_ended": "lines are there until the log of their batch has them",
    "batches.last_finished": _NIGHTLY,
    "errands.newest": "from the newest on, to as many as are wanted; it grows with what people do",
    "exports.documents.counts": _COUNTS,
    "exports.due.clear": _RARE,
    "exports.due.forget_stamps": _RARE,
    "exports.failures.count": _COUNTS,
    "exports.failures.listing": "what failed is to be shown, longest first",
    "exports.failures.put_off": "what failed is told of at the end of a batch",
    "harvest_progress.forget": "all of a harvest",
    "harvest_runs.ask": _NIGHTLY,
    "harvest_runs.open_run": _NIGHTLY,
    "harvesting.count": _COUNTS,
    "harvesting.page": "a set that is large is read along the index of the whole list; a small one by its members",
    "ie_counts.count": _COUNTS,
    "ie_finding.with_characteristic": _SEARCH,
    "ie_finding.with_mets_text": _SEARCH,
    "ie_finding.with_text": _SEARCH,
    "moving.count": "a whole database is copied",
    "moving.rows": "a whole database is copied",
    "notifications.counts": _KEPT,
    "notifications.latest": _KEPT,
    "retiring.summed_up": _COUNTS,
    "store_counts.count_failures": _STORE,
    "storing.failures": _STORE,
    "storing.look_anew": _RARE,
    "storing.note_store": _RARE,
    "storing.try_again": _STORE,
    "trail.acts": "from the newest on, to as many as are wanted; it grows with what people do",
}
_EXPLAINED: Final = ("SELECT", "UPDATE", "DELETE", "WITH")
_PARTIAL: Final = {
    index.name
    for table in metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}
_STEP: Final = re.compile(r"(SCAN|SEARCH) (\w+)(?: USING (?:COVERING )?INDEX (\w+)(?: \((.*)\))?)?")
_ROOM: Final = "mdwatch.repository."

faults: Final[list[str]] = []
_seen: Final[set[str]] = set()


def note(connection: Connection, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
    """Explains a statement that is met for the first time; what is wrong with it is added to `faults`."""
    if statement in _seen:
        return
    _seen.add(statement)
    asker = _asker()
    if asker is None or asker in WHOLE or not statement.startswith(_EXPLAINED):
        return
    steps = explained(connection, cursor.connection, statement, parameters[0] if many else parameters)
    if told := whole(statement, steps):
        faults.append("\n".join([f"{asker} reads {', '.join(sorted(told))} whole:", statement, *steps]))


def _asker() -> str | None:
    """The function of the repository that has the statement executed; None where it is a test's own."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        frame = frame.f_back
        name = str(frame.f_globals.get("__name__"))
        if name.startswith("tests.") and name != __name__:
            return None
        if name.startswith(_ROOM + "migrations") or name == _ROOM + "engine":
            return None
        # How rows are passed on is no question.
        if name.startswith(_ROOM) and name != _ROOM + "bulk" and not frame.f_code.co_name.startswith("<"):
            return f"{name.removeprefix(_ROOM)}.{frame.f_code.co_name}"
    return None


def explained(connection: Connection, raw: Any, statement: str, parameters: Any) -> list[str]:
    """The steps of a plan, in the database's words; `raw` is the driver's connection."""
    cursor = raw.cursor()
    try:
        if connection.dialect.name == "sqlite":
            return [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}", parameters)
        steps = [row[0] for row in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_seqscan = on")
        return steps
    finally:
        cursor.close()


def whole(statement: str, steps: list[str]) -> set[str]:
    """The tables that grow and are read whole by this plan."""
    few = "LIMIT" in statement or statement.startswith(("SELECT min(", "SELECT max("))
    limited = few and not any("TEMP B-TREE" in step or "Sort" in step for step in steps)
    conditions = (
        0 if re.search(r"WHERE (0 = 1|false)", statement) else len(re.findall(r"\b(WHERE|AND|OR)\b", statement))
    )
    found = {_read(step, conditions, limited=limited) for step in steps}
    return {table for table in found if table is not None and table in metadata.tables and table not in SMALL}


def _read(step: str, conditions: int, *, limited: bool) -> str | None:
    """The table that a step reads as good as whole.

    The first rows in the order of an index may be had, where no condition beside it passes others over.
    """
    if there := re.search(r"Seq Scan on (\w+)", step):
        return None if limited and not conditions else there[1]
    there = _STEP.match(step)
    if there is None or there[3] in _PARTIAL:
        return None
    asked, within = set(re.findall(r"(\w+)=", there[4] or "")), bool(re.search("[<>]", there[4] or ""))
    # The least or greatest of all keys is asked for nothing.
    by_key = there[1] == "SEARCH" and (" USING " in step or not conditions)
    if (by_key and (within or not asked or asked - COARSE)) or (limited and conditions <= len(asked)):
        return None
    # An alias is the table's name and a number.
    return re.sub(r"_\d+$", "", there[2])
