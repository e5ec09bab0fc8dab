"""Carrying out what the journal says: files moved, reasons written, lines logged. Safe to do again after a crash."""

from collections.abc import Sequence

import structlog

from mdwatch import logs
from mdwatch.dropfolder import filing
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.formats.printable import escape
from mdwatch.repository.journal import Entry
from mdwatch.rules.codes import MEANINGS, Code, Effect
from mdwatch.runtime.context import utc

log = structlog.get_logger()


def put_files_away(folder: DropFolder, entries: Sequence[Entry]) -> dict[str, str]:
    """Moves each file where its verdict sends it, durably; those that got another name, by their own.

    Raises `OSError`; the rest is then still to be done, and doing it all again is right.
    """
    renamed = {}
    moved = False
    for entry in entries:
        effect = MEANINGS[Code(entry.code)].effect
        if effect is Effect.SKIP or entry.taken_over_at is not None:
            # It stays; or an operator put it back or dismissed it, and what lies there under its name is new work.
            continue
        to_error = effect is Effect.ERROR
        filed = filing.put_away(folder, entry.name, entry.identity, to_error=to_error, when=utc(entry.at))
        moved = True
        if filed.name is None:
            log.warning("file_gone_before_filing", job=entry.job, file=escape(entry.name), pid=entry.pid)
            continue
        if to_error:
            filing.write_reason(folder, filed.name, reason_text(entry))
        if filed.name != entry.name:
            renamed[entry.name] = filed.name
    if moved:
        filing.sync(folder)
    return renamed


def lines(entries: Sequence[Entry]) -> list[str]:
    """The lines of these files in the job log."""
    return [logs.file_line(entry.at, Code(entry.code), entry.pid, entry.name, entry.reason) for entry in entries]


def tell(entries: Sequence[Entry]) -> None:
    """The same for the service log."""
    for entry in entries:
        log.info(
            "file_decided", job=entry.job, file=escape(entry.name), pid=entry.pid, code=entry.code, reason=entry.reason
        )


def reason_text(entry: Entry) -> str:
    """The reason file of an error file, for whoever dropped it."""
    rows = (
        ("File", escape(entry.name)),
        ("Job", entry.job),
        ("When", f"{utc(entry.at):%Y-%m-%d %H:%M:%S} UTC"),
        ("IE", entry.pid or "unknown"),
        ("Code", entry.code),
        ("Reason", escape(entry.reason)),
        ("Remedy", MEANINGS[Code(entry.code)].remedy),
    )
    return "".join(f"{name + ':':8} {value}\n" for name, value in rows)
