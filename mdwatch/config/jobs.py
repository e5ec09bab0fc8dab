"""The Metadata Update Jobs, for whom they work, and the harvests that bring them files."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, field_validator, model_validator

from mdwatch.config.section import (
    ARGUMENT_PATTERN,
    EVERYWHERE,
    WEB_ADDRESS,
    AbsolutePath,
    Seconds,
    Section,
    absolute,
    check_cron,
)
from mdwatch.model import Role
from mdwatch.rules import arrival, subtypes
from mdwatch.rules.naming import Layout


class UserSettings(Section):
    """`[users.NAME]`: for which institutions a user may work, and in which role."""

    institution: str | tuple[str, ...]
    role: Role

    @field_validator("institution", mode="wrap")
    @classmethod
    def _check_institution(cls, given: Any, handler: ValidatorFunctionWrapHandler) -> str | tuple[str, ...]:
        try:
            value: str | tuple[str, ...] = handler(given)
        except ValidationError:
            # pydantic would name each member of the union as if it were a setting.
            value = ()
        codes = (value,) if isinstance(value, str) else value
        if not codes or not all(code.strip() for code in codes):
            raise ValueError('must be an institution code, a list of codes, or "*" for the whole consortium')
        return value

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

    name: Annotated[str, Field(min_length=1, max_length=500)]

    @field_validator("name")
    @classmethod
    def _check_name(cls, text: str) -> str:
        if not text.strip() or not text.isprintable():
            raise ValueError("must be a name that can be read")
        return text.strip()


class JobSettings(Section):
    """`[jobs.NAME]`: one Metadata Update Job."""

    user: str
    folder: AbsolutePath
    repository: str = ""
    ignore_field_sequence: bool = True
    schedule: str = "watch"
    watch: Literal["auto", "inotify", "sweep"] = "auto"
    settle_seconds: Seconds = 2
    sweep_seconds: Annotated[float, Field(gt=0, le=86_400)] = 30
    order_wait: Seconds = 30
    truncated_grace: Seconds = 10
    include: Annotated[tuple[str, ...], Field(min_length=1)] = arrival.DEFAULT_INCLUDE
    group_size: Annotated[int, Field(ge=1, le=1_000)] = 250
    done: Layout = "flat"

    @field_validator("schedule")
    @classmethod
    def _check_schedule(cls, text: str) -> str:
        if text in {"watch", "manual"}:
            return text
        check_cron(text, '"watch", "manual", a cron expression or a word such as "@daily"')
        return text


class SourceSettings(Section):
    """`[source]`: the subtypes of source records that may be updated."""

    subtypes: tuple[str, ...] = subtypes.ROSETTA_SOURCE


class WorkerSettings(Section):
    """`[workers]`: processes that read and parse files beside the one that applies them."""

    processes: Annotated[int, Field(ge=0, le=64)] | Literal["auto"] = "auto"

    @field_validator("processes", mode="wrap")
    @classmethod
    def _check_processes(cls, given: Any, handler: ValidatorFunctionWrapHandler) -> int | Literal["auto"]:
        try:
            value: int | Literal["auto"] = handler(given)
        except ValidationError:
            raise ValueError('must be "auto" or a number from 0 to 64') from None
        return value


class HarvestSettings(Section):
    """`[harvests.NAME]`: another repository whose records become updateMD files, by OAI-PMH."""

    base_url: str
    prefix: Annotated[str, Field(pattern=ARGUMENT_PATTERN, min_length=1)] = "oai_dc"
    set: Annotated[str, Field(pattern=ARGUMENT_PATTERN)] = ""
    job: str
    schedule: str = "manual"
    match: Literal["pid", "oai", "dc:identifier", "dcterms:identifier"] = "pid"
    pattern: Annotated[str, Field(max_length=500)] = ""
    identifier_prefix: Annotated[str, Field(max_length=500)] = ""
    identifier_type: Annotated[str, Field(min_length=1, max_length=100)] = "originalObjectID"
    xslt: str = ""
    type: Literal["descriptive", "source"] = "descriptive"
    sub_type: Annotated[str, Field(min_length=1, max_length=100)] = "dc"
    mid: Annotated[str, Field(max_length=200)] = ""
    overlap_seconds: Annotated[int, Field(ge=0, le=31_536_000)] = 3_600
    pause_seconds: Seconds = 1
    seconds: Annotated[float, Field(ge=1, le=3_600)] = 60
    pages: Annotated[int, Field(ge=1, le=10_000_000)] = 10_000

    @property
    def by_field(self) -> bool:
        """Whether a field of the record tells its IE, and not the identifier that OAI-PMH has of it."""
        return self.match not in {"pid", "oai"}

    @field_validator("base_url")
    @classmethod
    def _check_base_url(cls, url: str) -> str:
        if not WEB_ADDRESS.fullmatch(url):
            raise ValueError("must be an http or https URL, such as https://other.example.org/oai")
        return url

    @field_validator("schedule")
    @classmethod
    def _check_schedule(cls, text: str) -> str:
        if text != "manual":
            check_cron(text, '"manual", a cron expression or a word such as "@daily"')
        return text

    @field_validator("pattern")
    @classmethod
    def _check_pattern(cls, text: str) -> str:
        try:
            groups = re.compile(text).groups
        except re.error as error:
            raise ValueError(f"must be a regular expression ({error})") from None
        if text and groups != 1:
            raise ValueError("must have one group, that of what is matched, such as oai:example:(IE[0-9]+)")
        return text

    @field_validator("xslt")
    @classmethod
    def _check_xslt(cls, text: str) -> str:
        if text:
            absolute(Path(text))
        return text

    @model_validator(mode="after")
    def _check_together(self) -> "HarvestSettings":
        if self.type == "source" and not self.mid:
            raise ValueError("must have a mid: a source record is known by it")
        if self.type == "descriptive" and self.mid:
            raise ValueError('must have no mid: only source records have one; set type = "source"')
        if not self.by_field and self.identifier_prefix:
            raise ValueError('must have no identifier_prefix: that is for match = "dc:identifier"')
        return self
