"""A provider is asked over HTTP: politely, with an end to patience, and nothing is taken of half an answer.

A GET with a cap on time and size is all it takes, and a client for OAI-PMH would bring a parser of its own past
`formats.xml`.
"""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar
from urllib.parse import urlencode

import structlog

from mdwatch.config import HarvestSettings
from mdwatch.errors import Deferred, Rejected
from mdwatch.formats.limits import Limits
from mdwatch.formats.oai_pmh import broken_pages, harvest
from mdwatch.formats.oai_pmh.broken_pages import BrokenPage
from mdwatch.formats.oai_pmh.harvest import HarvestedRecord, RecordPage, Refused
from mdwatch.formats.oai_pmh.moments import Granularity
from mdwatch.handlers.harvests.pauses import Pauses
from mdwatch.handlers.harvests.redirects import WebRedirects
from mdwatch.runtime import unreached
from mdwatch.runtime.context import Context
from mdwatch.runtime.haste import TooSlow
from mdwatch.runtime.web_client import WebClient

_Held = TypeVar("_Held")
log = structlog.get_logger()

_TRIES: Final = 5
_WAIT: Final = 10  # seconds before the next try, where the provider does not say
LONGEST_WAIT: Final = 600  # seconds for which a provider may put us off
_PIECE: Final = 1 << 16
_BUSY: Final = (429, 503)
_PASSING: Final = (500, 502, 504)


class UselessAnswer(Deferred):
    """The provider is there, and answers what was asked with nothing of use; `why` it is of none."""

    def __init__(self, told: str, why: str) -> None:
        super().__init__(told)
        self.why = why


class _PutOff(Exception):
    """A try that failed and may be repeated; `seconds` None: the provider did not say when.

    `answered`: it answered, though not that it is busy.
    """

    def __init__(self, why: str, seconds: float | None = None, *, answered: bool = False) -> None:
        super().__init__(why)
        self.seconds = seconds
        self.answered = answered


class Provider:
    """The provider of one harvest. All methods raise `Deferred` with what it answered, `UselessAnswer` where it did."""

    def __init__(self, context: Context, settings: HarvestSettings, pauses: Pauses) -> None:
        self._context = context
        self._pauses = pauses
        self._settings = settings
        self._limits = context.settings.limits.limits()
        self._asked = False
        self._client = WebClient(WebRedirects(), context.clock.monotonic)

    def granularity(self) -> Granularity:
        """How fine its datestamps are."""
        return self._asked_for({"verb": "Identify"}, harvest.granularity)

    def records(self, from_: str) -> RecordPage | Refused:
        """The first page of the records that changed since a moment; "": of all."""
        given = {"verb": "ListRecords", "metadataPrefix": self._settings.prefix}
        given |= {"set": self._settings.set} if self._settings.set else {}
        given |= {"from": from_} if from_ else {}
        return self._page(given)

    def more(self, token: str) -> RecordPage | Refused:
        """The page that a resumption token stands for."""
        return self._page({"verb": "ListRecords", "resumptionToken": token})

    def _page(self, given: Mapping[str, str]) -> RecordPage | Refused:
        """A page; of one that is not well-formed, the records are asked for one by one."""
        found = self._asked_for(given, _read_page)
        if not isinstance(found, BrokenPage):
            return found
        log.warning("page_not_well_formed", provider=self._settings.base_url, reason=found.reason)
        records = [self._alone(identifier) for identifier in found.identifiers]
        if len(records) > 1 and all(record.fault for record in records):
            # It is not one record that is wrong, and all would be missing when the provider is mended.
            why = f"its answer cannot be read: {found.reason}"
            raise UselessAnswer(f"{self._settings.base_url}: {why}; nor can its records be had one by one", why)
        nameless = _without(f"its page is {found.reason}, and tells no identifier of it")
        return replace(found.page, records=(*records, *[nameless] * found.nameless))

    def _alone(self, identifier: str) -> HarvestedRecord:
        """A record that is asked for by its identifier; one with a fault where it cannot be had."""
        given = {"verb": "GetRecord", "identifier": identifier, "metadataPrefix": self._settings.prefix}
        try:
            found = self._asked_for(given, harvest.one)
        except UselessAnswer as error:
            return _without(f"its page is not well-formed, and asked for alone {error.why}", identifier)
        if isinstance(found, Refused):
            return _without(f"its page is not well-formed, and asked for alone it answered {found.code}", identifier)
        if found.identifier != identifier:
            return _without("its page is not well-formed, and asked for alone another one came", identifier)
        return found

    def _asked_for(self, given: Mapping[str, str], read: Callable[[bytes, Limits], _Held]) -> _Held:
        """What an answer holds, after as many tries as it takes."""
        url = f"{self._settings.base_url}{'&' if '?' in self._settings.base_url else '?'}{urlencode(given)}"
        why, answered = "", False
        if self._asked:
            self._pauses.wait(self._settings.pause_seconds)
        self._asked = True
        for number in range(1, _TRIES + 1):
            try:
                return read(self._got(url), self._limits)
            except _PutOff as late:
                why, wait, answered = str(late), late.seconds, late.answered
            except Rejected as rejected:
                why, wait, answered = f"its answer cannot be read: {rejected.reason}", None, True
                if not rejected.premature:
                    break
            wait = _WAIT * number if wait is None else wait
            if wait > LONGEST_WAIT:
                why = f"{why}, and asks to come back after {wait:.0f} seconds"
                break
            if number < _TRIES:
                log.warning("provider_waited_for", provider=self._settings.base_url, reason=why, seconds=wait)
                self._pauses.wait(wait)
        told = f"{self._settings.base_url}: {why}; what is done is kept, the next run goes on"
        raise UselessAnswer(told, why) if answered else Deferred(told)

    def _got(self, url: str) -> bytes:
        """The bytes of an answer, all of them; raises `_PutOff`, `Rejected` and `Deferred`."""
        request = urllib.request.Request(url, headers={"User-Agent": "mdwatch", "Accept": "text/xml"})  # noqa: S310 - settings take http and https only
        try:
            with self._client.open(request, self._settings.seconds) as answer:
                return self._read(answer)
        except urllib.error.HTTPError as error:
            error.close()
            said = f"it answered {unreached.status(error)}"
            if error.code in _BUSY:
                raise _PutOff(said, self._seconds(error.headers.get("Retry-After"))) from None
            if error.code in _PASSING:
                raise _PutOff(said, answered=True) from None
            raise UselessAnswer(f"{self._settings.base_url}: {said}", said) from None
        except TooSlow:
            raise _PutOff(f"its answer takes more than {self._settings.seconds:g} seconds") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _PutOff(f"it cannot be reached: {unreached.why(error)}") from None

    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        parts, size = [], 0
        while piece := answer.read1(_PIECE):
            parts.append(piece)
            size += len(piece)
            if size > self._limits.bytes:
                raise Rejected(f"larger than the cap of {self._limits.bytes} bytes; raise limits.bytes")
        if answer.length:
            raise _PutOff(f"its answer ends {answer.length} bytes too early")
        return b"".join(parts)

    def _seconds(self, text: str | None) -> float | None:
        """What Retry-After says: seconds, or a moment (RFC 9110, section 10.2.3)."""
        if text is None:
            return None
        if text.strip().isdecimal():
            return float(text.strip()[:9])
        try:
            return max(0.0, parsedate_to_datetime(text).timestamp() - self._context.clock.now() / 1000)
        except (ValueError, OverflowError, TypeError):
            return None


def _read_page(data: bytes, limits: Limits) -> RecordPage | Refused | BrokenPage:
    try:
        return harvest.page(data, limits)
    except Rejected as rejected:
        broken = broken_pages.look(data, rejected, limits)
        if broken is None:
            raise
        return broken


def _without(fault: str, identifier: str = "") -> HarvestedRecord:
    """A record that could not be had."""
    return HarvestedRecord(identifier=identifier, datestamp_ms=0, datestamp="", content=None, fault=fault)
