"""An operator asks how much there was to do over the last days."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from mdwatch.repository import trends
from mdwatch.rules.codes import MEANINGS, Code, Effect
from mdwatch.runtime.context import Context

DAYS: Final = 30
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Trends:
    """The last days, the newest at the end, and how many there were on each.

    `files` were decided, of which `errors` went to error; both by job. `documents` of exports came or changed.
    """

    days: tuple[date, ...]
    files: dict[str, tuple[int, ...]]
    errors: dict[str, tuple[int, ...]]
    documents: tuple[int, ...]


def look(context: Context) -> Trends:
    """The last thirty days of this host's time zone; may take a second where there were millions of files."""
    now = context.clock.now()
    zone = datetime.fromtimestamp(now / 1000, UTC).astimezone().utcoffset() or timedelta()
    offset = int(zone.total_seconds() * 1000)
    today = (now + offset) // trends.DAY
    first = today - DAYS + 1
    since = first * trends.DAY - offset
    with context.repository.read() as connection:
        rows = trends.files(connection, since, offset)
        changed = trends.documents(connection, context.settings.export.formats, since, offset, context.institutions)
    files: dict[str, Counter[int]] = {name: Counter() for name in context.settings.jobs}
    errors: dict[str, Counter[int]] = {name: Counter() for name in context.settings.jobs}
    for job, code, day, number in rows:
        if job in files and MEANINGS[Code(code)].effect not in {Effect.SKIP, Effect.ABORT}:
            files[job][day] += number
            errors[job][day] += number if MEANINGS[Code(code)].effect is Effect.ERROR else 0
    span = range(first, today + 1)
    there = Counter(dict(changed))
    return Trends(
        days=tuple(_EPOCH + timedelta(days=day) for day in span),
        files={name: tuple(counts[day] for day in span) for name, counts in files.items()},
        errors={name: tuple(counts[day] for day in span) for name, counts in errors.items()},
        documents=tuple(there[day] for day in span),
    )
