"""The first implementation: mdwatch's own database."""

import json
from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from mdwatch.formats import dnx
from mdwatch.formats.printable import escape
from mdwatch.handlers.targets.interface import MadeVersion, Replacement, ReplacementAnswer, answer
from mdwatch.model import IeState, RecordType
from mdwatch.repository import changes, ies, storing
from mdwatch.repository.changes import IeChange, RecordChange, json_text
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.ies import Stored
from mdwatch.runtime.context import Context, local_time


class EmbeddedRepository:
    """The database of this context."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def facts(self, pids: Collection[str]) -> Mapping[str, IeState]:
        """The IEs as they stand, of one moment."""
        with self._context.repository.read() as connection:
            return {pid: item.state for pid, item in ies.stored(connection, pids).items()}

    @repeated
    def replace(self, replacement: Replacement) -> ReplacementAnswer:
        """One transaction: look, and write."""
        with self._context.repository.write() as connection:
            there = ies.stored(connection, [replacement.pid]).get(replacement.pid)
            if there is None:
                return ReplacementAnswer.CHANGED
            found = answer(replacement, there.state, _made(connection, there, replacement.expected + 1))
            if found is not None:
                return found
            changes.apply(connection, [_change(replacement, there)])
        return ReplacementAnswer.DONE


def _made(connection: Connection, there: Stored, version: int) -> MadeVersion | None:
    origin = storing.origin(connection, there.id, version)
    if origin is None:
        return None
    records = storing.records_at(connection, there.id, version)
    contents = {(RecordType(record.type), record.mid): content for record, content in records}
    return MadeVersion(origin.at, origin.agent, origin.job, origin.file, contents)


def _change(replacement: Replacement, there: Stored) -> IeChange:
    when = local_time(replacement.at)
    told = f"JOB={replacement.job};FILE={escape(replacement.file)};"
    return IeChange(
        ie_id=there.id,
        version=replacement.expected + 1,
        at=replacement.at,
        agent=replacement.agent,
        cause="update",
        job=replacement.job,
        file=replacement.file,
        records=[
            RecordChange(
                there.records[item.type, item.mid],
                item.type,
                item.mid,
                there.state.records[item.type, item.mid].sub_type,
                item.content,
                item.digests,
            )
            for item in replacement.records
        ],
        events=[json_text(dnx.modified_event(replacement.agent, when, told))],
        characteristics=json_text(dnx.with_modification(json.loads(there.characteristics), replacement.agent, when)),
    )
