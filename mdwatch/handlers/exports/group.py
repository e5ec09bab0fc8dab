"""IEs are to be exported: look (IEs and how their exports stand), decide (which formats), make, carry out.

All of a group of IEs is written in one transaction: documents with their stamps, failures, the sets the IEs belong to,
and whatever its caller notes with it. An IE that changed meanwhile is due again, whatever was written of it; of one
that somebody else exported in a newer version nothing is. XML is parsed while looking, never in the transaction.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sqlalchemy import Connection

from mdwatch.handlers.exports import first_failures, membership
from mdwatch.handlers.exports.documents import DocumentMaker
from mdwatch.handlers.exports.making import Made, Order
from mdwatch.repository import server_clock, sets
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.exports import documents, due, store
from mdwatch.repository.exports.store import Attended, NewDocument, SeenIe
from mdwatch.repository.exports.subjects import ExportSubject, subjects
from mdwatch.rules import exporting
from mdwatch.rules.exporting import Wanted
from mdwatch.rules.membership import DescribedIe
from mdwatch.runtime import metrics, news
from mdwatch.runtime.context import Context
from mdwatch.runtime.formats import Formats

GROUP_SIZE: Final = 250  # IEs in one transaction: some forty milliseconds of work


class IeOutcome(NamedTuple):
    """What came of one IE: the formats it was exported in, and why it was not in others."""

    pid: str
    exported: tuple[str, ...]
    failures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of IEs that was attended to; `last` is the greatest of their keys."""

    last: int
    outcomes: Sequence[IeOutcome]

    def failing(self) -> Iterator[tuple[str, str, str]]:
        """What could not be exported: PID, format and reason."""
        for outcome in self.outcomes:
            for name, reason in outcome.failures.items():
                yield outcome.pid, name, reason

    def counts(self) -> dict[str, int]:
        """The group in the counts of a batch."""
        failed = sum(bool(outcome.failures) for outcome in self.outcomes)
        exported = sum(bool(outcome.exported) and not outcome.failures for outcome in self.outcomes)
        whole = len(self.outcomes)
        return {"processed": whole, "exported": exported, "failed": failed, "unchanged": whole - exported - failed}


Note = Callable[[Connection, Group], None]


def note_nothing(_connection: Connection, _group: Group) -> None:
    """For whoever has nothing to add to the transaction of a group."""


@dataclass(frozen=True, kw_only=True)
class ExportTerms:
    """What is wanted: how much, of what age (milliseconds), only of the members of a set; and what is noted with it.

    `only_built_in` leaves out the formats of other packages, `only_formats` all but these; what is due then stays due.
    """

    wanted: Wanted = Wanted.DUE
    older_than: int | None = None
    only_set: str | None = None
    only_built_in: bool = False
    only_formats: Sequence[str] | None = None
    note: Note = note_nothing


@dataclass(slots=True)
class _Looked:
    """A group between look and carrying out: `orders` are those of its IEs that something is wanted of.

    `known` are the sets as they were then, `described` what their definitions ask of the IEs, by key; empty where there
    was no set. One that is made later is filled by a batch of its own, which looks at every IE.
    """

    last: int
    subjects: list[ExportSubject]
    known: membership.Sets
    described: Mapping[int, DescribedIe]
    wanted: list[tuple[str, ...] | None] = field(default_factory=list)  # None: not attended to

    def orders(self) -> list[Order]:
        """What is to be made."""
        return [Order(s.entity, names) for s, names in zip(self.subjects, self.wanted, strict=True) if names]


def export(
    context: Context, formats: Formats, maker: DocumentMaker, groups: Iterable[Sequence[int]], terms: ExportTerms
) -> Iterator[Group]:
    """Exports IEs by their keys, group by group, each in a transaction of its own; raises `Deferred`."""
    ahead: deque[_Looked] = deque()

    def orders() -> Iterator[list[Order]]:
        for ids in groups:
            ahead.append(_look(context, formats, ids, terms))
            yield ahead[-1].orders()

    for made in maker.stream(orders()):
        yield _carry_out(context, formats, ahead.popleft(), made, terms)


def _look(context: Context, formats: Formats, ids: Sequence[int], terms: ExportTerms) -> _Looked:
    with context.repository.read() as connection:
        regardless = exporting.is_regardless(terms.wanted, terms.older_than)
        there = subjects(connection, ids, events=_read_events(formats, terms), stamps=not regardless)
        exportable = [subject for subject in there if _is_exportable(subject)]
        known = membership.load(connection)
    found = [_told_of(formats, subject) for subject in exportable] if formats.site.mark else exportable
    described = {subject.ie_id: membership.describe(subject.entity) for subject in found} if known else {}
    looked = _Looked(ids[-1], found, known, described)
    chosen = tuple(item for item in known if item[0].spec == terms.only_set)
    versions = _versions(formats, terms)
    everything = tuple(versions) if regardless else None
    now = context.clock.now()
    for subject in found:
        if terms.only_set is not None and not (chosen and membership.belonging(chosen, described[subject.ie_id])):
            looked.wanted.append(None)
        else:
            looked.wanted.append(_formats(versions, subject, terms, now) if everything is None else everything)
    return looked


def _told_of(formats: Formats, subject: ExportSubject) -> ExportSubject:
    """The IE with what the settings tell of it."""
    return subject._replace(entity=formats.site.told_of(subject.entity))


def _versions(formats: Formats, terms: ExportTerms) -> dict[str, str]:
    """The formats that may be wanted at all, with the versions of their exporters."""
    among = formats.exporters.keys() if terms.only_formats is None else terms.only_formats
    left_out = formats.foreign if terms.only_built_in else frozenset()
    return {name: version for name, version in formats.versions.items() if name in among and name not in left_out}


def _read_events(formats: Formats, terms: ExportTerms) -> bool:
    """Whether some format that may be wanted tells of events."""
    among = formats.exporters.keys() if terms.only_formats is None else terms.only_formats
    return any(exporter.reads_events for name, exporter in formats.exporters.items() if name in among)


def _is_exportable(subject: ExportSubject) -> bool:
    entity = subject.entity
    return exporting.exportable(published=entity.published, harvested=entity.harvested, status=entity.status)


def _formats(versions: Mapping[str, str], subject: ExportSubject, terms: ExportTerms, now: int) -> tuple[str, ...]:
    return exporting.formats(
        subject.version,
        versions,
        subject.stamps,
        subject.failures,
        wanted=terms.wanted,
        now=now,
        older_than=terms.older_than,
    )


def _carry_out(context: Context, formats: Formats, looked: _Looked, made: Sequence[Made], terms: ExportTerms) -> Group:
    answers = iter(made)
    results = [(s, next(answers) if names else Made.nothing()) for s, names in _attended(looked)]
    outcomes = [IeOutcome(s.entity.pid, tuple(m.documents), m.faults) for s, m in results]
    group = Group(looked.last, [*outcomes, *_passed_over(looked)])
    succeeded = [_as_attended(formats, subject, item) for subject, item in results]
    belongings = {key: membership.belonging(looked.known, item) for key, item in looked.described.items()}

    @repeated
    def write() -> tuple[set[int], int]:
        with context.repository.write() as connection:
            # Only now is it known that nobody else writes.
            now = server_clock.datestamp_moment(connection, context.clock.now())
            moment = exporting.datestamp(now)
            attended = [
                done._replace(failures=_failures(formats, subject, item, now)) if item.faults else done
                for done, (subject, item) in zip(succeeded, results, strict=True)
            ]
            # Whoever keeps the exports current noted the exporters; one that has others must not say that all is done.
            partly = terms.only_built_in or terms.only_formats is not None
            attend = due.exporters_known(connection, formats.mark) and not partly
            # Whoever has all done anew may have a reason not to trust what is there.
            rewrite = terms.wanted is Wanted.REDO
            stored = store.store(connection, attended, now, moment, attend=attend, rewrite=rewrite)
            first_failures.note(connection, results, attended, stored.standing, now)
            moved = _keep_membership(connection, looked, belongings, stored.standing)
            documents.refresh(connection, moved, moment)
            terms.note(connection, group)
            changed = stored.changed | moved
            news.note_if_slow(context, connection, changed, moment)
        return changed, moment

    news.tell_if_late(context, *write())
    metrics.exported(outcomes)
    return group


def _as_attended(formats: Formats, subject: ExportSubject, made: Made) -> Attended:
    """What came of an IE as it is to be kept, without its failures: they tell when they were noted."""
    outlived: tuple[str, ...] = ()
    if subject.failures:
        outlived = exporting.outlived(subject.version, formats.versions, subject.stamps, subject.failures)
    return Attended(_seen(subject), _documents(formats.versions, made), {}, outlived)


def _seen(subject: ExportSubject) -> SeenIe:
    return SeenIe(subject.ie_id, subject.version, subject.facts)


def _keep_membership(
    connection: Connection, looked: _Looked, belongings: Mapping[int, frozenset[int]], standing: set[int]
) -> set[int]:
    """Brings the sets up to date, for those IEs that still are as they were looked at; the keys of those with news.

    `standing` are such of those that were attended to. Who was exported in a newer version meanwhile was judged by it.
    """
    if not looked.described:
        return set()
    passed_over = [_seen(s) for s, names in zip(looked.subjects, looked.wanted, strict=True) if names is None]
    if passed_over:
        standing = standing | store.standing(connection, passed_over)
    known = membership.load(connection)
    if known != looked.known:
        belongings = {key: membership.belonging(known, item) for key, item in looked.described.items()}
    those = {key: belongings[key] for key in belongings if key in standing}
    return sets.keep(connection, those, {item.id for item, _ in known})


def _attended(looked: _Looked) -> Iterator[tuple[ExportSubject, tuple[str, ...]]]:
    for subject, names in zip(looked.subjects, looked.wanted, strict=True):
        if names is not None:
            yield subject, names


def _passed_over(looked: _Looked) -> Iterator[IeOutcome]:
    for subject, names in zip(looked.subjects, looked.wanted, strict=True):
        if names is None:
            yield IeOutcome(subject.entity.pid, (), {})


def _documents(versions: Mapping[str, str], made: Made) -> list[NewDocument]:
    return [NewDocument(name, versions[name], made.digests[name], content) for name, content in made.documents.items()]


def _failures(formats: Formats, subject: ExportSubject, made: Made, now: int) -> dict[str, exporting.Failure]:
    versions = formats.versions
    return {
        name: exporting.failed(subject.failures.get(name), subject.version, versions[name], reason, now)
        for name, reason in made.faults.items()
    }
