"""A harvest runs: its list is read page by page, and when it is through, files are written in the order of datestamps.

Each page is kept with the token of the next in one transaction, and each file as soon as it is in the drop folder, so
that the next run goes on wherever this one was killed.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Connection

from mdwatch.config import HarvestSettings
from mdwatch.errors import Deferred
from mdwatch.formats.oai_pmh import moments
from mdwatch.formats.oai_pmh.harvest import HarvestedRecord, RecordPage, Refused
from mdwatch.formats.oai_pmh.moments import Granularity
from mdwatch.handlers.harvests import writing
from mdwatch.handlers.harvests.making import MadeFile, Maker, settings_of
from mdwatch.handlers.harvests.provider import Provider
from mdwatch.repository import harvest_progress, trail
from mdwatch.repository.harvest_progress import HarvestProgress, SentRecord
from mdwatch.rules.acts import Act, Outcome
from mdwatch.rules.moments import believed
from mdwatch.runtime.acting import record_act
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import Lease, holding


@dataclass(slots=True)
class HarvestReport:
    """What a run came to: files written, records that equal what was sent last, deleted ones, and unusable ones."""

    written: int = 0
    same: int = 0
    deleted: int = 0
    left_out: int = 0


def run(context: Context, name: str, *, full: bool = False, tell: Callable[[str], None]) -> HarvestReport:
    """Harvests what changed since the last time, or with `full` everything; `tell` is told of what is left out.

    Raises `UsageError`, `JobBusy` where it is running already, and `Deferred` where provider or disk fail.
    """
    settings = settings_of(context, name)
    with holding(context, f"harvest {name}") as lease, closing(Maker(context, settings)) as maker:
        with context.repository.write() as connection:
            act = record_act(
                connection, context, Act.JOB_HARVEST, settings.job, outcome=Outcome.BEGUN, harvest=name, full=full
            )
        going = _Harvest(context, name, settings, lease, maker, tell)
        going.go(full=full)
        with context.repository.write() as connection:
            trail.finish(connection, [act], Outcome.DONE if going.report.written else Outcome.NOTHING)
    return going.report


class _Harvest:
    """One run."""

    def __init__(
        self,
        context: Context,
        name: str,
        settings: HarvestSettings,
        lease: Lease,
        maker: Maker,
        tell: Callable[[str], None],
    ) -> None:
        self._context = context
        self._name = name
        self._settings = settings
        self._lease = lease
        self._maker = maker
        self._tell = tell
        self._provider = Provider(context, settings)
        self._progress = HarvestProgress("")
        self.report = HarvestReport()

    def go(self, *, full: bool) -> None:
        """All of it."""
        was_open = self._begin(full=full)
        if not was_open:
            # A run was killed when its list was through; what it found comes before what is newer.
            self._write_files(left=True)
        if not self._progress.open:
            since = "" if full else self._since()
            self._keep(self._progress._replace(open=True, began_from=since, token="", reached=None))
        self._list()
        self._write_files()

    def _write_files(self, *, left: bool = False) -> None:
        self.report.written += writing.write_files(self._context, self._name, self._settings, self._lease, left=left)

    def _begin(self, *, full: bool) -> bool:
        """Takes up what the last run left; whether that was in the middle of its list."""
        settings = self._settings
        source = " ".join((settings.base_url, settings.prefix, settings.set))
        with self._context.repository.write() as connection:
            self._lease.renew(connection)
            found = harvest_progress.progress(connection, self._name)
            if found is not None and found.source != source:
                harvest_progress.forget(connection, self._name)
                self._tell("its address, format or set is another one now: it begins anew")
                found = None
            was_open = found is not None and found.open
            self._progress = found or HarvestProgress(source)
            if full:
                self._progress = self._progress._replace(open=False)
            harvest_progress.keep(connection, self._name, self._progress)
        return was_open

    def _since(self) -> str:
        """The moment to ask from: the last datestamp less the overlap, as fine as the provider knows moments."""
        last = self._progress.last
        if last is None:
            return ""
        written = moments.written(max(0, last - self._settings.overlap_seconds * 1000))
        return written[:10] if self._provider.granularity() is Granularity.DAY else written

    def _keep(self, reached: HarvestProgress) -> None:
        with self._context.repository.write() as connection:
            self._keep_in(connection, reached)

    def _keep_in(self, connection: Connection, reached: HarvestProgress) -> None:
        self._lease.renew(connection)
        harvest_progress.keep(connection, self._name, reached)
        self._progress = reached

    def _list(self) -> None:
        """Reads the list to its end."""
        seen = {self._progress.token}
        for number in range(self._settings.pages):
            page = self._page(first=number == 0)
            if page.token and page.token in seen:
                self._keep(self._progress._replace(token=""))
                raise Deferred(
                    f"{self._settings.base_url}: a resumption token comes again, so that its list has no end; tell "
                    "whoever runs it. Nothing of the list is written"
                )
            seen.add(page.token)
            self._take(page)
            if not self._progress.open:
                return
        raise Deferred(
            f"{self._settings.base_url}: the list has more than {self._settings.pages} pages; run the harvest again to "
            f"go on, or raise harvests.{self._name}.pages"
        )

    def _page(self, *, first: bool) -> RecordPage:
        """The next page; raises `Deferred`."""
        token = self._progress.token
        answer = self._provider.more(token) if token else self._provider.records(self._progress.began_from)
        if isinstance(answer, Refused) and answer.code == "badResumptionToken" and token:
            self._keep(self._progress._replace(token=""))
            if first:
                self._tell("the provider does not know any more where the last run ended: the list begins anew")
                answer = self._provider.records(self._progress.began_from)
        if isinstance(answer, Refused):
            if answer.code == "noRecordsMatch" and not self._progress.token:
                return RecordPage((), "")
            raise Deferred(f"{self._settings.base_url}: it answered {answer.code}: {answer.words}")
        return answer

    def _take(self, page: RecordPage) -> None:
        """Keeps what is made of the records of a page, and where the list goes on, all at once."""
        made = [(record, None if record.deleted else self._maker.made(record)) for record in page.records]
        told: list[str | None] = []
        before = self._progress
        # A datestamp of years ahead, of a clock that is wrong, must not hide from us what changes until then.
        now = self._context.clock.now()
        datestamps = (believed(record.datestamp_ms, now) or 0 for record in page.records)
        reached = max(datestamps, default=0)
        reached = max(reached, before.reached or 0)
        after = before._replace(token=page.token, reached=reached or None)
        if not page.token:
            after = after._replace(open=False, last=max(reached, before.last or 0) or None)
        counted = HarvestReport()
        with self._context.repository.write() as connection:
            for record, file in made:
                told.append(_sort(connection, self._name, record, file, counted))
            self._keep_in(connection, after)
        self.report.same += counted.same
        self.report.deleted += counted.deleted
        self.report.left_out += counted.left_out
        for line in filter(None, told):
            self._tell(line)


def _sort(
    connection: Connection, harvest: str, record: HarvestedRecord, file: MadeFile | None, counted: HarvestReport
) -> str | None:
    """Keeps what becomes of one record, and counts it; what is to be told of it, if anything."""
    shown = record.identifier or "a record"
    if file is None:
        counted.deleted += 1
        harvest_progress.forget_record(connection, harvest, record.identifier)
        return f"{shown} is deleted there; nothing is deleted here"
    reason = file.reason
    if file.data:
        other = harvest_progress.other_of(connection, harvest, file.pid, record.identifier)
        reason = f"{file.pid} is what {other} is about already" if other is not None else ""
    if reason:
        counted.left_out += 1
        return f"{shown} is left out: {reason}"
    kept = harvest_progress.kept(connection, harvest, record.identifier)
    sent = kept.sent if kept is not None and kept.pid == file.pid else None
    same = sent == writing.digest(file.data)
    counted.same += same
    pending = None if same else file.data
    now = SentRecord(record.identifier, file.pid, record.datestamp_ms, sent, pending)
    harvest_progress.keep_record(connection, harvest, now)
    return None
