"""An operator asks what would happen to updateMD files, and what they would change. Changes nothing."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from mdwatch.dropfolder.folder import DONE, ERROR, DropFolder
from mdwatch.errors import UsageError
from mdwatch.formats import difference, xml
from mdwatch.formats.difference import Difference
from mdwatch.formats.printable import escape
from mdwatch.handlers.targets import opening
from mdwatch.handlers.updates import group, retried
from mdwatch.handlers.updates.group import Terms
from mdwatch.handlers.updates.preparation import Preparation, Prepared
from mdwatch.handlers.updates.retried import PutBack
from mdwatch.model import RecordType, Sighting, UpdateMD
from mdwatch.repository import ies
from mdwatch.rules import admission, mids, sequence, subtypes
from mdwatch.rules.admission import Facts, Verdict
from mdwatch.rules.codes import MEANINGS, Code
from mdwatch.runtime.context import Context

_AT_ONCE: Final = 200  # files of a folder that are held in memory


@dataclass(frozen=True, slots=True)
class RecordDifference:
    """One record that a file would replace, and the fields in which it differs from the stored one."""

    type: str
    mid: str
    difference: Difference


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would happen to one file: the verdict, why, what to do, and the differences of its records."""

    path: Path
    job: str
    pid: str | None
    code: Code
    reason: str
    remedy: str
    records: tuple[RecordDifference, ...]


def job_for(context: Context, paths: Iterable[Path], name: str | None) -> str:
    """The job under whose terms files are judged: the one named, else the one they lie in, else the only one."""
    if name is not None:
        context.job(name)
        return name
    jobs = context.settings.jobs
    if len(jobs) == 1:
        return next(iter(jobs))
    folders = {job: settings.folder.resolve() for job, settings in jobs.items()}
    by_place = {place: job for job, folder in folders.items() for place in (folder, folder / DONE, folder / ERROR)}
    found = {path: by_place.get(path.resolve().parent) for path in paths}
    for path, job in found.items():
        if job is None:
            there = ", ".join(jobs) or "none"
            raise UsageError(f"{path} lies in no drop folder; say for which job with --job; there are: {there}")
    of = sorted({job for job in found.values() if job is not None})
    if len(of) != 1:
        raise UsageError(f"the files are of several jobs ({', '.join(of)}); check those of one at a time")
    return of[0]


def refuse(unread: UsageError) -> None:
    """Raises it: who asks about files is told of nothing where one of them cannot be read."""
    raise unread


def check(
    context: Context, paths: Iterable[Path], name: str, tell: Callable[[UsageError], None] = refuse
) -> list[Forecast]:
    """What a run of the job would do to these files, in their order, each after the effects of those before it.

    `tell` is told of each that cannot be read; the others are judged without it.
    """
    job = context.job(name)
    terms = Terms.of(context, name, job, context.user(job), run_id=0)
    files = _in_order(_readable(context, paths, tell))
    pids, there = group.pids_of(file for _, file in files), opening.to_ask(context, name)
    held: set[str] = set()
    if there is not None:
        # It tells what the rules read, and not what records say.
        stored = there.stored(pids)
        with context.repository.read() as connection:
            put_back = _put_back(connection, terms, files, stored, foreign=True)
        return [_forecast(context, path, file, stored, None, held, terms, put_back) for path, file in files]
    with context.repository.read() as connection:
        stored = ies.stored(connection, pids)
        put_back = _put_back(connection, terms, files, stored)
        # Whoever may drop files for an IE of another institution is not told what its records say.
        contents = {
            pid: {(record.type, record.mid): record.content for record in entity.records}
            for pid, there in stored.items()
            if context.sees(there.state.institution) and (entity := ies.get(connection, pid, events=False)) is not None
        }
    return [_forecast(context, path, file, stored, contents, held, terms, put_back) for path, file in files]


def _put_back(
    connection: Connection,
    terms: Terms,
    files: Sequence[tuple[Path, Prepared]],
    stored: Mapping[str, ies.Stored],
    *,
    foreign: bool = False,
) -> dict[str, PutBack]:
    """Those of the files that were decided before and lie where a run would take and know them, by their names."""
    ignoring, folder = terms.job.ignore_field_sequence, terms.job.folder.resolve()
    some = [file for path, file in files if path.absolute().parent.resolve() == folder]
    return retried.look(connection, terms.name, some, stored, ignoring=ignoring, foreign=foreign)


def in_turn(context: Context, name: str, files: Iterable[Sighting]) -> Iterator[Forecast | tuple[str, str]]:
    """What a run of the job would do to files of its folder, given in their order, but not what records they change.

    A file that cannot be read comes as its name and why. However many there are, only some are held at a time.
    """
    job = context.job(name)
    terms = Terms.of(context, name, job, context.user(job), run_id=0)
    stored: dict[str, ies.Stored] = {}
    held: set[str] = set()
    there = opening.to_ask(context, name)
    left = iter(files)
    while names := [file.name for file in islice(left, _AT_ONCE)]:
        prepared: list[tuple[Path, Prepared]] = []
        for path in (job.folder / name for name in names):
            try:
                prepared.append((path, _prepared(context, path)))
            except UsageError as error:
                yield path.name, str(error)
        # What files before have done to an IE is what those behind find.
        pids = group.pids_of(file for _, file in prepared) - stored.keys()
        stored |= there.stored(pids) if there is not None else {}
        with context.repository.read() as connection:
            stored |= ies.stored(connection, pids) if there is None else {}
            put_back = _put_back(connection, terms, prepared, stored, foreign=there is not None)
        for path, file in prepared:
            yield _forecast(context, path, file, stored, None, held, terms, put_back)


def _readable(context: Context, paths: Iterable[Path], tell: Callable[[UsageError], None]) -> dict[Path, Prepared]:
    found = {}
    for path in paths:
        try:
            found[path] = _prepared(context, path)
        except UsageError as error:
            tell(error)
    return found


def _prepared(context: Context, path: Path) -> Prepared:
    try:
        with DropFolder(path.absolute().parent) as folder:
            sighting = folder.sighting(path.name)
            if sighting is None:
                there = os.path.lexists(path)
                raise UsageError(f"{escape(str(path))} {'is not a regular file' if there else 'does not exist'}")
            # As a run does: a large file is read in a process with limits, for the daemon asks this for its page.
            with Preparation(folder, context.settings.limits.limits(), 0) as preparation:
                ((file,),) = preparation.stream([[sighting]])
    except FileNotFoundError:
        raise UsageError(f"{escape(str(path))} does not exist") from None
    except OSError as error:
        raise UsageError(f"{escape(str(path))} cannot be read: {error.strerror}") from None
    if file.update is None:
        raise UsageError(f"{escape(str(path))}: {file.trouble}")
    return file


def _in_order(files: dict[Path, Prepared]) -> list[tuple[Path, Prepared]]:
    """The files in the order a run would take them in."""
    # Names may repeat across folders; the sighting itself tells which path it came from.
    by_sighting: dict[Sighting, list[tuple[Path, Prepared]]] = {}
    for path, file in files.items():
        by_sighting.setdefault(file.file, []).append((path, file))
    return [item for sighting in sequence.in_order(by_sighting) for item in by_sighting[sighting]]


def _forecast(
    context: Context,
    path: Path,
    file: Prepared,
    stored: dict[str, ies.Stored],
    contents: dict[str, dict[tuple[RecordType, str], str]] | None,
    held: set[str],
    terms: Terms,
    put_back: Mapping[str, PutBack],
) -> Forecast:
    """One file after those before it; without `contents` of the records, what it changes in them is not told."""
    update = file.update
    assert update is not None, "reading raised for files in trouble"  # noqa: S101
    if admission.decide(Facts(role=terms.user.role)) is Code.INSUFFICIENT_ROLE:
        verdict = Verdict(Code.INSUFFICIENT_ROLE, MEANINGS[Code.INSUFFICIENT_ROLE].sentence)
    else:
        ie = stored.get(update.pid) if update.pid else None
        update = mids.addressed(update, ie.state if ie else None)
        verdict = group.judge(update, ie.state if ie else None, held, terms, put_back.get(file.file.name))
    records: tuple[RecordDifference, ...] = ()
    if isinstance(update, UpdateMD):
        if contents is not None and (update.pid in contents or update.pid not in stored):
            records = differences(context, update, contents.get(update.pid, {}))
        if verdict.code is Code.IN_SIP:
            held.add(update.pid)
        if verdict.code is Code.UPDATED:
            _, stored[update.pid] = group.apply(verdict.changed, stored[update.pid], file.file.name, terms)
            if contents is not None and update.pid in contents:
                _put(contents[update.pid], update)
    remedy = MEANINGS[verdict.code].remedy
    return Forecast(path, terms.name, update.pid, verdict.code, verdict.reason, remedy, records)


def _put(contents: dict[tuple[RecordType, str], str], update: UpdateMD) -> None:
    """The records of an IE as they are after the update."""
    for item in update.metadata:
        contents[subtypes.record_type(item.type) or RecordType.SOURCE, item.mid] = item.content


def differences(
    context: Context, update: UpdateMD, contents: dict[tuple[RecordType, str], str]
) -> tuple[RecordDifference, ...]:
    """Each record of the file beside the stored one; raises `Rejected` where one is over a cap by now."""
    limits = context.settings.limits.limits()
    found = []
    for item in update.metadata:
        type_ = subtypes.record_type(item.type)
        there = contents.get((type_, item.mid)) if type_ is not None else None
        stored = xml.parse(there, limits) if there is not None else None
        found.append(
            RecordDifference(item.type, item.mid, difference.compare(stored, xml.parse(item.content, limits), limits))
        )
    return tuple(found)
