"""The list of a provider is read to its end, page by page; each page is kept with the token of the next."""

from sqlalchemy import Connection

from mdwatch.config import HarvestSettings
from mdwatch.errors import Deferred
from mdwatch.formats.oai_pmh import moments
from mdwatch.formats.oai_pmh.harvest import RecordPage, Refused
from mdwatch.formats.oai_pmh.moments import Granularity
from mdwatch.handlers.harvests import sorting
from mdwatch.handlers.harvests.ledger import HarvestLedger
from mdwatch.handlers.harvests.making import Maker
from mdwatch.handlers.harvests.pauses import Pauses
from mdwatch.handlers.harvests.provider import Provider, UselessAnswer
from mdwatch.repository import harvest_progress
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.harvest_progress import HarvestProgress
from mdwatch.repository.harvest_runs import HarvestCounts, HarvestNote
from mdwatch.rules import harvest_ends
from mdwatch.rules.moments import believed
from mdwatch.runtime.context import Context

_FORGOTTEN = "the provider does not know any more where the last run ended: the list begins anew"


class HarvestList:
    """The list of one run, from where it was left."""

    def __init__(
        self,
        context: Context,
        name: str,
        settings: HarvestSettings,
        ledger: HarvestLedger,
        provider: Provider,
        reached: HarvestProgress,
    ) -> None:
        self._context = context
        self._name = name
        self._settings = settings
        self._ledger = ledger
        self._provider = provider
        self._progress = reached
        self._seen: set[str] = set()  # the tokens that were asked with

    def read(self, maker: Maker, pauses: Pauses) -> None:
        """Reads it to its end; raises `Deferred`, and `UselessAnswer` where the provider itself keeps it from that."""
        if not self._progress.open:
            since = self._since()
            self._keep(self._progress._replace(open=True, began_from=since, token="", reached=None, began_at=None))
        for number in range(self._settings.pages):
            pauses.go_on()
            page = self._page(first=number == 0)
            if page.token in self._seen:
                self._keep(self._progress._replace(token=""))
                raise self._useless("a resumption token comes again, so that its list has no end; tell whoever runs it")
            self._take(page, maker)
            if not self._progress.open:
                return
        raise Deferred(
            f"{self._settings.base_url}: the list has more than {self._settings.pages} pages; run the harvest again to "
            f"go on, or raise harvests.{self._name}.pages"
        )

    def _since(self) -> str:
        """The moment to ask from: the last datestamp less the overlap, as fine as the provider knows moments."""
        last = self._progress.last
        if last is None:
            return ""
        written = moments.written(max(0, last - self._settings.overlap_seconds * 1000))
        return written[:10] if self._provider.granularity() is Granularity.DAY else written

    @repeated
    def _keep(self, reached: HarvestProgress, note: str = "") -> None:
        with self._context.repository.write() as connection:
            harvest_progress.keep(connection, self._name, reached)
            self._ledger.enter(connection, HarvestCounts(), [HarvestNote("", note)] if note else [])
        self._progress = reached

    def _page(self, *, first: bool) -> RecordPage:
        """The next page; raises `Deferred`.

        Of a list that begins anew, all that is known is kept: what comes again is the same.
        """
        token = self._progress.token
        try:
            answer = self._asked_with(token)
        except UselessAnswer:
            # Providers answer all kinds of things to a token that they have forgotten.
            if not token or not first:
                raise
            answer = self._asked_with("")
            self._begin_anew()
        if isinstance(answer, Refused) and self._progress.token:
            self._begin_anew()
            if first:
                answer = self._asked_with("")
        if isinstance(answer, Refused):
            if answer.code == "noRecordsMatch" and (first or not token):
                return RecordPage((), "", None)
            raise self._useless(f"it answered {answer.code}: {answer.words}")
        return answer

    def _useless(self, why: str) -> UselessAnswer:
        return UselessAnswer(f"{self._settings.base_url}: {why}", why)

    def _asked_with(self, token: str) -> RecordPage | Refused:
        """What the provider answers to this token; without one, to the beginning of the list."""
        if not token:
            return self._provider.records(self._progress.began_from)
        self._seen.add(token)
        return self._provider.more(token)

    def _begin_anew(self) -> None:
        self._seen.clear()
        self._keep(self._progress._replace(token=""), _FORGOTTEN)

    def _take(self, page: RecordPage, maker: Maker) -> None:
        """Keeps what is made of the records of a page, and where the list goes on, all at once."""
        made = sorting.make(page.records, maker)
        after = self._after(page)

        def keep(connection: Connection) -> None:
            counted, notes = sorting.keep(connection, self._name, made, tell_all=self._ledger.run.complete)
            harvest_progress.keep(connection, self._name, after)
            # Last, for it tells the log: who comes in the way of this does so before.
            self._ledger.enter(connection, counted, notes)

        self._context.repository.carry_out(keep)
        self._progress = after

    def _after(self, page: RecordPage) -> HarvestProgress:
        """How far the list has come with this page."""
        before = self._progress
        # A datestamp of years ahead, of a clock that is wrong, must not hide from us what changes until then.
        now = self._context.clock.now()
        datestamps = [believed(record.datestamp_ms, now) or 0 for record in page.records]
        reached = max([*datestamps, before.reached or 0])
        began_at = before.began_at
        if not before.token:
            began_at = believed(page.answered_ms, now) or now
        after = before._replace(token=page.token, reached=reached or None, began_at=began_at)
        if page.token:
            return after
        return after._replace(open=False, last=harvest_ends.last_moment(after.reached, began_at, before.last))
