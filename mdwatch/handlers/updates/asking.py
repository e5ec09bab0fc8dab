"""What another repository is asked for by a file, and whether it was made before."""

from collections.abc import Iterator
from contextlib import contextmanager

from mdwatch.handlers.targets.interface import ReplacedRecord, Replacement, ReplacementAnswer
from mdwatch.handlers.targets.opening import NamedRepository
from mdwatch.handlers.updates.group import Decided
from mdwatch.handlers.updates.preparation import Prepared
from mdwatch.repository.intents import IntendedRecord, Intent
from mdwatch.rules.recognition import same_file_yet
from mdwatch.runtime.heartbeat import Heartbeat


@contextmanager
def waiting(heartbeat: Heartbeat) -> Iterator[None]:
    """While the repository is asked: one that does not answer is told of as a share is."""
    heartbeat.at("share")
    try:
        yield
    finally:
        heartbeat.at("work")


def intent_of(repository: str, decided: Decided) -> Intent | None:
    """What is to be asked for where one file came to this; None where it changes nothing."""
    if not decided.changes:
        return None
    (change,), (entry,) = decided.changes, decided.entries
    records = tuple(
        IntendedRecord(record.type, record.mid, record.content, record.digests)
        for record in change.records
        if record.content is not None
    )
    taken = decided.taken[0] if decided.taken else None
    return Intent(repository, change.version - 1, change.agent, records, entry, taken)


def replacement(intent: Intent) -> Replacement:
    """The same in the words of the interface."""
    entry = intent.entry
    return Replacement(
        pid=entry.pid or "",
        expected=intent.expected,
        records=tuple(ReplacedRecord(*record) for record in intent.records),
        at=entry.at,
        agent=intent.agent,
        job=entry.job,
        file=entry.name,
    )


def was_done(there: NamedRepository, intent: Intent) -> bool:
    """Whether the repository has made just this; asked so that it is not made now."""
    pid = intent.entry.pid or ""
    found = there.facts([pid]).get(pid)
    if found is None or found.version <= intent.expected:
        return False
    return there.replace(replacement(intent)) is not ReplacementAnswer.CHANGED


def is_of(intent: Intent, file: Prepared) -> bool:
    """Whether it was asked for by this very file, be it that its times were set since."""
    return same_file_yet(intent.entry.traces, file.traces)


def is_same(intent: Intent | None, file: Prepared, decided: Decided) -> bool:
    """Whether what the file comes to was asked for before without an answer: it is to be the same replacement, then."""
    return intent is not None and is_of(intent, file) and decided.changes[0].version == intent.expected + 1
