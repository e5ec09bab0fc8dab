"""The Metadata Update Jobs, for whom they work, and the harvests that bring them files."""

import re
from typing import Literal, Self, get_args

from mdwatch.config import common
from mdwatch.config.common import EVERYWHERE
from mdwatch.config.kinds import (
    ChoiceKind,
    EitherKind,
    ListKind,
    MemberKind,
    NumberKind,
    PathKind,
    TextKind,
    TruthKind,
    WholeKind,
)
from mdwatch.config.section import Section, setting
from mdwatch.model import Role
from mdwatch.rules.arrival import DEFAULT_INCLUDE
from mdwatch.rules.naming import Layout
from mdwatch.rules.subtypes import ROSETTA_SOURCE

_CODES = 'must be an institution code, a list of codes, or "*" for the whole consortium'


def _codes(given: str | tuple[str, ...]) -> str | tuple[str, ...]:
    codes = (given,) if isinstance(given, str) else given
    if not codes or not all(code.strip() for code in codes):
        raise ValueError(_CODES)
    return given


def _title(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("must be a name that can be read")
    return text.strip()


def _harvested(url: str) -> str:
    if not re.fullmatch(common.WEB_ADDRESS, url):
        raise ValueError("must be an http or https URL, such as https://other.example.org/oai")
    return url


def _one_group(text: str) -> str:
    try:
        groups = re.compile(text).groups
    except re.error as error:
        raise ValueError(f"must be a regular expression ({error})") from None
    if text and groups != 1:
        raise ValueError("must have one group, that of what is matched, such as oai:example:(IE[0-9]+)")
    return text


class UserSettings(Section):
    """`[users.NAME]`: for which institutions a user may work, and in which role."""

    institution: str | tuple[str, ...] = setting(
        EitherKind(TextKind(), ListKind(TextKind()), words=_CODES, check=_codes)
    )
    role = setting(MemberKind(Role))

    @property
    def codes(self) -> frozenset[str] | None:
        """The institutions; None for the whole consortium."""
        codes = frozenset({self.institution} if isinstance(self.institution, str) else self.institution)
        return None if EVERYWHERE in codes else codes

    def covers(self, institution: str) -> bool:
        """Whether the user may change IEs of this institution."""
        codes = (self.institution,) if isinstance(self.institution, str) else self.institution
        return EVERYWHERE in codes or institution in codes


class InstitutionSettings(Section):
    """`[institutions.CODE]`: an institution as the readers of its exports know it."""

    name = setting(TextKind(least=1, most=500, check=_title))


class JobSettings(Section):
    """`[jobs.NAME]`: one Metadata Update Job."""

    user = setting(TextKind())
    folder = setting(PathKind())
    repository = setting(TextKind(), "")
    ignore_field_sequence = setting(TruthKind(), True)
    schedule = setting(common.cron("watch", "manual"), "watch")
    watch: Literal["auto", "inotify", "sweep"] = setting(ChoiceKind("auto", "inotify", "sweep"), "auto")
    settle_seconds = setting(common.seconds, 2)
    sweep_seconds = setting(NumberKind(most=86_400, above=0), 30)
    order_wait = setting(common.seconds, 30)
    truncated_grace = setting(common.seconds, 10)
    include = setting(ListKind(TextKind(), least=1), DEFAULT_INCLUDE)
    group_size = setting(WholeKind(1, 1_000), 250)
    done: Layout = setting(ChoiceKind(*get_args(Layout)), "flat")


class SourceSettings(Section):
    """`[source]`: the subtypes of source records that may be updated."""

    subtypes = setting(ListKind(TextKind()), ROSETTA_SOURCE)


class WorkerSettings(Section):
    """`[workers]`: processes that read and parse files beside the one that applies them."""

    processes: int | Literal["auto"] = setting(
        EitherKind(WholeKind(0, 64), ChoiceKind("auto"), words='must be "auto" or a number from 0 to 64'), "auto"
    )


class HarvestSettings(Section):
    """`[harvests.NAME]`: another repository whose records become updateMD files, by OAI-PMH."""

    base_url = setting(TextKind(check=_harvested))
    prefix = setting(TextKind(least=1, pattern=common.ARGUMENT_PATTERN, words=common.ARGUMENT_WORDS), "oai_dc")
    set = setting(TextKind(pattern=common.ARGUMENT_PATTERN, words=common.ARGUMENT_WORDS), "")
    job = setting(TextKind())
    schedule = setting(common.cron("manual"), "manual")
    match: Literal["pid", "oai", "dc:identifier", "dcterms:identifier"] = setting(
        ChoiceKind("pid", "oai", "dc:identifier", "dcterms:identifier"), "pid"
    )
    pattern = setting(TextKind(most=500, check=_one_group), "")
    identifier_prefix = setting(TextKind(most=500), "")
    identifier_type = setting(TextKind(least=1, most=100), "originalObjectID")
    xslt = setting(common.file_path, "")
    type: Literal["descriptive", "source"] = setting(ChoiceKind("descriptive", "source"), "descriptive")
    sub_type = setting(TextKind(least=1, most=100), "dc")
    mid = setting(TextKind(most=200), "")
    overlap_seconds = setting(WholeKind(0, 31_536_000), 3_600)
    pause_seconds = setting(common.seconds, 1)
    seconds = setting(NumberKind(1, 3_600), 60)
    pages = setting(WholeKind(1, 10_000_000), 10_000)

    @property
    def by_field(self) -> bool:
        """Whether a field of the record tells its IE, and not the identifier that OAI-PMH has of it."""
        return self.match not in {"pid", "oai"}

    def together(self) -> Self:
        """Only source records have a mid, and only identifiers in fields a prefix."""
        if self.type == "source" and not self.mid:
            raise ValueError("must have a mid: a source record is known by it")
        if self.type == "descriptive" and self.mid:
            raise ValueError('must have no mid: only source records have one; set type = "source"')
        if not self.by_field and self.identifier_prefix:
            raise ValueError('must have no identifier_prefix: that is for match = "dc:identifier"')
        return self
