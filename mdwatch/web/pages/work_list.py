"""The error files of all jobs as one list: which are meant, how they are put in order and in groups."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from mdwatch.formats.printable import escape
from mdwatch.handlers.files.errors import ErrorFile
from mdwatch.rules.codes import MEANINGS, Code, Effect
from mdwatch.rules.folding import fold
from mdwatch.runtime.context import Context
from mdwatch.web.pages import gathering
from mdwatch.web.serving import paging
from mdwatch.web.serving.route import Parameter

UNKNOWN: Final = "unknown"  # the group of files that no run is known to have put there
_CODES: Final = (*(code.value for code in Code if MEANINGS[code].effect is Effect.ERROR), UNKNOWN)
STATES: Final = ("open", "settled", "all")
_ORDERS: Final = ("name", "job", "pid", "reason", "since")
PER_PAGE: Final = 100


def parameters(where: Any) -> tuple[Parameter, ...]:
    """What says which files are meant, in the query of a page or in the body of a form."""
    return (
        Parameter(name="job", summary="Of this job only.", where=where, default=""),
        Parameter(name="institution", summary="Of jobs of this institution only.", where=where, default=""),
        Parameter(name="code", summary="Of this reason only.", where=where, choices=("", *_CODES), default=""),
        Parameter(name="state", summary="Open, settled or all.", where=where, choices=STATES, default="open"),
        Parameter(name="text", summary="With this in name, IE or reason.", where=where, longest=255, default=""),
        Parameter(
            name="sort",
            summary="The order, backwards after a minus.",
            where=where,
            choices=tuple(f"{sign}{order}" for order in _ORDERS for sign in ("", "-")),
            default="-since",
        ),
    )


class ErrorRow(NamedTuple):
    """An error file, its job, and the key by which a form names both."""

    job: str
    file: ErrorFile

    @property
    def key(self) -> str:
        """What a form sends for it."""
        return f"{self.job}/{paging.name_key(self.file.name)}"

    @property
    def code(self) -> str:
        """The reason that it is counted under."""
        return self.file.code or UNKNOWN


class ReasonGroup(NamedTuple):
    """The files of one reason: its code, what it is in a sentence, and how many there are."""

    code: str
    sentence: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which error files are meant; "" where something does not matter."""

    job: str
    institution: str
    code: str
    state: str
    text: str
    sort: str

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Filter":
        """What was sent."""
        return cls(**{name: values[name] for name in cls.__slots__})

    def address(self, path: str = "/errors", **other: Any) -> str:
        """The address of a list, with something else in place of what is in this one."""
        values = {name: getattr(self, name) for name in self.__slots__} | other
        plain = {"state": "open", "sort": "-since"}
        told = {name: value for name, value in values.items() if value not in ("", None, plain.get(name, ""))}
        return f"{path}?{urlencode(told)}" if told else path

    def hidden(self) -> dict[str, str]:
        """The fields of a form that acts on all files which are meant."""
        return {name: getattr(self, name) for name in self.__slots__}


EVERYTHING: Final = Filter(job="", institution="", code="", state="open", text="", sort="-since")


class ErrorList(NamedTuple):
    """The files that are meant, in order; the groups of all that differ in nothing but the reason; what is not told.

    `late` names the jobs whose folders have not answered so far, `away` those that cannot be looked into.
    """

    rows: list[ErrorRow]
    groups: list[ReasonGroup]
    late: list[str]
    away: list[str]


def find(context: Context, jobs: Sequence[str], wanted: Filter) -> ErrorList:
    """The error files that are meant, in these jobs."""
    names = [name for name in jobs if _of_job(context, name, wanted)]
    news = gathering.folders(context, names)
    rows = [row for name in names for row in _rows(name, news[name].errors, wanted)]
    counts = Counter(row.code for row in rows)
    groups = [ReasonGroup(code, sentence(code), number) for code, number in counts.most_common()]
    meant = [row for row in rows if wanted.code in ("", row.code)]
    return ErrorList(
        _in_order(meant, wanted.sort),
        groups,
        [name for name in names if news[name].facts is None and news[name].fault is None],
        [name for name in names if news[name].fault is not None],
    )


def sentence(code: str) -> str:
    """What a group is called."""
    return "Put there by no run that is known" if code == UNKNOWN else MEANINGS[Code(code)].sentence


def institutions(context: Context) -> list[str]:
    """The institutions that jobs work for."""
    return sorted({code for name in context.settings.jobs for code in gathering.institutions_of(context, name)})


def _of_job(context: Context, name: str, wanted: Filter) -> bool:
    return wanted.job in ("", name) and (
        not wanted.institution or bool({wanted.institution, "*"} & {*gathering.institutions_of(context, name)})
    )


def _rows(job: str, files: Iterable[ErrorFile], wanted: Filter) -> Iterator[ErrorRow]:
    sought = fold(wanted.text.strip())
    for file in files:
        if wanted.state != "all" and (file.settled_by is not None) is not (wanted.state == "settled"):
            continue
        told = " ".join((escape(file.name), file.name, file.pid or "", file.reason or ""))
        if not sought or sought in fold(told):
            yield ErrorRow(job, file)


def _in_order(rows: list[ErrorRow], sort: str) -> list[ErrorRow]:
    order = sort.removeprefix("-")

    def key(row: ErrorRow) -> tuple[Any, ...]:
        file = row.file
        first = {
            "name": fold(file.name),
            "job": row.job,
            "pid": _pid_key(file.pid),
            "reason": (row.code, file.reason or ""),
            "since": file.at or 0,
        }[order]
        return first, row.job

    ordered = sorted(rows, key=lambda row: (row.job, row.file.name))
    return sorted(ordered, key=key, reverse=sort.startswith("-"))


def _pid_key(pid: str | None) -> tuple[int, str]:
    """PIDs by their numbers."""
    return (len(pid or ""), pid or "")
