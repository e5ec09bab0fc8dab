"""Small pictures of the last days, a bar a day, drawn here as SVG; what each shows is told in words too."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

from mdwatch.handlers.jobs import trends
from mdwatch.handlers.jobs.trends import Trends
from mdwatch.runtime.context import Context
from mdwatch.web.pages import words
from mdwatch.web.pages.recent import Recent, Seen, seen_by
from mdwatch.web.pages.words import Tone

_SECONDS: Final = 1.0  # for which a page waits for them
_HEIGHT: Final = 56.0
_STEP: Final = 10  # from one bar to the next

# They change slowly, and may be costly to count.
_trends: Final[Recent[Seen, Trends]] = Recent(shortest=20, longest=900, share=300)


class Bar(NamedTuple):
    """One day: where its bar stands, how high it is, and what it says."""

    x: int
    y: float
    height: float
    told: str


class Chart(NamedTuple):
    """One picture, with its sum, its highest day, its newest, and all of that in a sentence."""

    label: str
    tone: Tone
    total: int
    most: int
    today: int
    first: str
    told: str
    bars: tuple[Bar, ...]


def of_all(context: Context) -> list[Chart]:
    """Files, errors and exports of the last days; none where that cannot be told in time, or there was nothing."""
    found = _found(context)
    if found is None:
        return []
    charts = [*_of_files(found, found.files), _chart("Documents exported", "calm", found.days, found.documents)]
    return charts if any(chart.total for chart in charts) else []


def of_job(context: Context, job: str) -> list[Chart]:
    """Files and errors of one job."""
    found = _found(context)
    charts = [] if found is None or job not in found.files else _of_files(found, [job])
    return charts if any(chart.total for chart in charts) else []


def _found(context: Context) -> Trends | None:
    key = seen_by(context)
    return _trends.ask({key: lambda: trends.look(context)}, _SECONDS).get(key)


def _of_files(found: Trends, jobs: Iterable[str]) -> list[Chart]:
    names = list(jobs)
    files = [sum(day) for day in zip(*(found.files[name] for name in names), strict=True)] if names else []
    errors = [sum(day) for day in zip(*(found.errors[name] for name in names), strict=True)] if names else []
    return [_chart("Files", "busy", found.days, files), _chart("Files in error", "bad", found.days, errors)]


def _chart(label: str, tone: Tone, days: Sequence[date], numbers: Sequence[int]) -> Chart:
    most = max(numbers, default=0)
    total = sum(numbers)
    when = f", most on {days[list(numbers).index(most)]} ({words.grouped(most)})" if most else ""
    today = numbers[-1] if numbers else 0
    return Chart(
        label=label,
        tone=tone,
        total=total,
        most=most,
        today=today,
        first=f"{days[0]:%d %b}",
        told=f"{label} over {len(days)} days: {words.grouped(total)}{when}, today {words.grouped(today)}",
        bars=tuple(_bar(place, number, most, days[place]) for place, number in enumerate(numbers)),
    )


def _bar(place: int, number: int, most: int, day: date) -> Bar:
    # A single one is to be seen beside thousands.
    height = max(round(_HEIGHT * number / most, 1), 1.5) if number else 0.0
    return Bar(1 + place * _STEP, round(59 - height, 1), height, f"{day}: {words.grouped(number)}")
