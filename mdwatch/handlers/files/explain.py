"""An operator asks why a file waits, or where it went and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from mdwatch.config import JobSettings
from mdwatch.dropfolder import done_place
from mdwatch.dropfolder.error_place import DISMISSED
from mdwatch.dropfolder.folder import DONE, ERROR, DropFolder, identity_of
from mdwatch.errors import UsageError
from mdwatch.formats import printable
from mdwatch.handlers.files import chosen, errors, holdups
from mdwatch.handlers.targets import opening
from mdwatch.model import Sighting, Stage
from mdwatch.repository import auditing, ies, interventions, past_files, retiring, run_entries, waiting_list
from mdwatch.repository.interventions import Intervention
from mdwatch.repository.journal import Entry
from mdwatch.repository.retiring import FiledFile
from mdwatch.repository.waiting_list import Waiting
from mdwatch.rules.codes import MEANINGS, Code, Effect
from mdwatch.rules.naming import REASON_SUFFIX
from mdwatch.rules.recognition import Unmoved
from mdwatch.runtime.context import Context, utc

_PAST = 10  # rows of the journal that are told
_NOT_THERE = {Unmoved.STUCK, Unmoved.MISSING}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of a file name in one job.

    `here` says what lies in the drop folder now and why it waits, or is None; `past` what became of files of this name,
    newest first, each with the path it went to; `acts` what operators did with those in `error/`, by the keys of their
    entries. `standing` has what else there is to say of those that lie in `error/` now.
    """

    job: str
    here: str | None
    past: tuple[tuple[Entry, Path | None], ...]
    acts: Mapping[int, Intervention] = field(default_factory=dict)
    standing: tuple[str, ...] = ()


def explain(context: Context, file: Path, name: str | None) -> list[Explanation]:
    """What is known of the file, in the job named, else the job whose folder it lies in, else in every job.

    Raises `UsageError` where the path ends in no name.
    """
    if file.name in {"", ".."}:
        raise UsageError(f"{printable.escape(str(file))} names no file; give a file's name, or its path")
    jobs = context.settings.jobs
    if name is not None:
        context.job(name)
        wanted = [name]
    else:
        wanted = _around(file, jobs) or list(jobs)
    # A Mac composes accented letters otherwise than the rest of the world; who asks need not know how a name is kept.
    found: list[Explanation] = []
    for job in wanted:
        for known in _names(context, job, file):
            written = dict.fromkeys([known, normalize("NFC", known), normalize("NFD", known)])
            told = [_explain(context, job, jobs[job], item) for item in written]
            told = [item for item in told if item.here is not None or item.past or item.standing]
            if told:
                found += told
                break
        else:
            found += _strange_in_done(context, job, file)
    return found


def _names(context: Context, job: str, file: Path) -> Iterator[str]:
    """The names that the journal may have for a file: its path below a dated `done/`, its own, or one in such a folder.

    The last for one that got another name in `done/`, and was moved into a dated folder since, or is about to be.
    """
    there = (context.job(job).folder / DONE).resolve()
    folder = file.absolute().parent.resolve()
    if folder != there and folder.is_relative_to(there):
        yield str(folder.relative_to(there) / file.name)
    yield file.name
    # By the reason beside it, and as logs and reasons show a name.
    without_suffix = file.name.removesuffix(REASON_SUFFIX)
    yield from (without_suffix, printable.file_name(without_suffix))
    dated = [prefix + file.name for prefix in done_place.prefixes(there)]
    with context.repository.read() as connection:
        known = auditing.known(connection, job, dated) if dated else set()
    yield from sorted(known)


def _around(file: Path, jobs: Mapping[str, JobSettings]) -> list[str]:
    """The jobs whose folder the file lies in, or was put away in."""
    folder = file.absolute().parent.resolve()
    resolved = {name: settings.folder.resolve() for name, settings in jobs.items()}
    return [
        name
        for name, there in resolved.items()
        if folder in {there, there / ERROR, there / ERROR / DISMISSED} or folder.is_relative_to(there / DONE)
    ]


def _explain(context: Context, job: str, settings: JobSettings, name: str) -> Explanation:
    with context.repository.read() as connection:
        past = past_files.of_name(connection, name, job, _PAST)
        waiting = waiting_list.waiting_of_name(connection, name, job)
        pids = [item.pid for item in waiting if item.pid]
        stored = {} if settings.repository else ies.stored(connection, pids)
        interrupted = [run.reason for run in run_entries.open_runs(connection, job) if run.reason]
        last = run_entries.runs(connection, job, 1)
        acts = interventions.of_verdicts(connection, [entry.id for entry in past])
        old = retiring.filed_named(connection, job, name)
    if (there := opening.to_ask(context, job)) is not None:
        stored = there.stored(pids)
    aborted = last[0].reason if last and last[0].status == "Aborted" else None
    trouble = interrupted[-1] if interrupted else aborted
    in_sip = {pid for pid, there in stored.items() if there.state.stage is Stage.SIP}
    here = _here(context, job, name, waiting, in_sip, past, trouble)
    went = tuple((entry, _went_to(settings, entry)) for entry in past)
    left = _left_in_error(past, acts)
    standing = _standing(context, job, {name, *(entry.filed_as for entry in past)}, left)
    return Explanation(job, here, went, acts, (*standing, *_summed_up(old)))


def _strange_in_done(context: Context, job: str, file: Path) -> Iterator[Explanation]:
    """What there is to say of a file in `done/` of which there is no trace under any of its names."""
    there = context.job(job).folder / DONE
    name = next((name for name in _names(context, job, file) if identity_of(there / name) is not None), None)
    if name is not None:
        unknown = f"{DONE}/{name} was put there by no run that the database knows"
        remedy = f"move it into {ERROR}/: `mdwatch retry` has it applied, unless something later stands against it"
        told = f"{unknown}. If it was applied after the backup that was restored, {remedy}"
        yield Explanation(job, None, (), standing=(told,))


def _summed_up(old: FiledFile | None) -> list[str]:
    """What there is to say of a file whose row was removed by its age."""
    if old is None:
        return []
    when = f"{utc(old.at):%Y-%m-%d %H:%M:%S} UTC"
    return [f"{DONE}/{old.name} was decided at {when}; its row in the journal is summed up (retention.journal_days)"]


def _left_in_error(past: list[Entry], acts: Mapping[int, Intervention]) -> str | None:
    """The name of the newest of these files in `error/`, where it went there and nobody had it moved since."""
    if not past or MEANINGS[Code(past[0].code)].effect is not Effect.ERROR or not past[0].carried_out:
        return None
    act = acts.get(past[0].id)
    if past[0].unmoved in _NOT_THERE or (act is not None and act.new_name is not None):
        return None
    return past[0].filed_as or past[0].name


def _standing(context: Context, job: str, names: set[str | None], left: str | None) -> tuple[str, ...]:
    """What there is to say of the files of these names in `error/`, of which this one was `left` there."""
    try:
        there = chosen.look(context, job)
    except OSError:
        return ()
    with context.repository.read() as connection:
        items = chosen.with_verdicts(connection, job, [file for name, file in there.items() if name in names])
        settled = errors.settled_by(connection, items)
    changed = [
        f"{ERROR}/{item.file.name} was changed since it was decided; `mdwatch retry` has it tried as it is now"
        for item in items
        if item.changed
    ]
    unknown = [
        f"{ERROR}/{item.file.name} was put there by no run; `mdwatch retry` has it tried"
        for item in items
        if item.verdict is None
    ]
    unseen = [f"{ERROR}/{name} cannot be looked at: {why}" for name, why in there.unseen.items() if name in names]
    gone = []
    if left is not None and not (left in there or left in there.unseen):
        gone = [f"{ERROR}/{left} is no longer there; somebody removed it"]
    return (
        *gone,
        *unseen,
        *unknown,
        *changed,
        *(f"{ERROR}/{name} is settled: {by} has done what it was to do" for name, by in settled.items()),
    )


def _here(
    context: Context,
    job: str,
    name: str,
    waiting: list[Waiting],
    in_sip: set[str],
    past: list[Entry],
    trouble: str | None,
) -> str | None:
    """Why the file that lies in the drop folder now is there still; None where there is none."""
    settings = context.job(job)
    try:
        with DropFolder(settings.folder) as folder:
            look = folder.look(settings.include)
    except OSError as error:
        return f"The drop folder {settings.folder} cannot be looked into: {error.strerror}"
    ignored = next((item for item in look.ignored if item.name == name), None)
    if ignored is not None:
        return f"It is ignored: {ignored.why}"
    if name in look.unseen:
        return f"It cannot be looked at: {look.unseen[name]}"
    file = next((item for item in look.files if item.name == name), None)
    if file is None:
        return None
    said = _why_waiting(file, waiting, in_sip, past, trouble)
    return ". ".join([said, *holdups.of(context, job, file, look)])


def _why_waiting(
    file: Sighting, waiting: list[Waiting], in_sip: set[str], past: list[Entry], trouble: str | None
) -> str:
    noted = next((item for item in waiting if item.identity == file.identity), None)
    if noted is not None:
        if noted.code == Code.IN_SIP.value and noted.pid not in in_sip:
            return f"It waits for the next run of the job; the last one left it: {noted.reason}"
        return f"It waits: {noted.reason}"
    if any(entry.identity == file.identity and not entry.carried_out for entry in past):
        return "It is decided and about to be filed; the next run finishes that"
    if trouble is not None:
        return f"It waits for the next run; the last one did not get to it: {trouble}"
    return "It waits for the next run of the job"


def _went_to(settings: JobSettings, entry: Entry) -> Path | None:
    """Where the file of a journal row was put; None for one that stayed, or was never seen to have gone there."""
    effect = MEANINGS[Code(entry.code)].effect
    if effect is Effect.SKIP or entry.unmoved in _NOT_THERE:
        return None
    name = entry.filed_as or entry.name
    if effect is Effect.ERROR:
        return settings.folder / ERROR / name
    return done_place.whereabouts(settings.folder / DONE, name, entry.identity)
