"""What is kept where, how much of it and for how long."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from mdwatch.config.section import AbsolutePath, Seconds, Section, check_cron, store_path
from mdwatch.formats.limits import DEEPEST, Limits


class RepositorySettings(Section):
    """`[repository]`: where the Intellectual Entities, their history and the journal are kept."""

    url: str = "sqlite:////var/lib/mdwatch/mdwatch.db"
    busy_seconds: Seconds = 30
    read_url: str = ""

    @model_validator(mode="after")
    def _check_replica(self) -> Self:
        servers = {make_url(url).get_backend_name() for url in (self.url, self.read_url) if url}
        if self.read_url and servers != {"postgresql"}:
            raise ValueError("read_url is for a replica of a PostgreSQL server: url must be a postgresql URL, too")
        return self

    @field_validator("read_url")
    @classmethod
    def _check_read_url(cls, text: str) -> str:
        return text and cls._check_url(text)

    @field_validator("url")
    @classmethod
    def _check_url(cls, text: str) -> str:
        try:
            url = make_url(text)
        except ArgumentError:
            raise ValueError("must be a database URL such as sqlite:////var/lib/mdwatch/mdwatch.db") from None
        if url.get_backend_name() not in {"sqlite", "postgresql"}:
            raise ValueError("must be a sqlite or postgresql URL")
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_absolute():
            raise ValueError("must name a file by an absolute path: sqlite:/// and then /path/to/file.db")
        return text


class ForeignRepositorySettings(Section):
    """`[repositories.NAME]`: another repository than mdwatch's own, which a job can work for."""

    ocfl: str = ""
    plugin: str = ""
    options: Mapping[str, str] = {}

    @field_validator("ocfl")
    @classmethod
    def _check_ocfl(cls, text: str) -> str:
        return store_path(text)

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if bool(self.ocfl) == bool(self.plugin):
            raise ValueError("must have either ocfl, the path of a store, or plugin, what an installed package brings")
        if self.options and not self.plugin:
            raise ValueError("must have no options: those are for a plugin")
        return self


class LogSettings(Section):
    """`[logs]`: where the job logs go, and how much the service log says."""

    directory: AbsolutePath = Path("/var/log/mdwatch")
    level: Literal["debug", "info", "warning", "error"] = "info"


class LimitSettings(Section):
    """`[limits]`: caps on one XML document, the file and each record in it."""

    bytes: Annotated[int, Field(ge=1_000, le=1 << 30)] = Limits().bytes
    depth: Annotated[int, Field(ge=5, le=DEEPEST)] = Limits().depth
    elements: Annotated[int, Field(ge=100)] = Limits().elements
    attributes: Annotated[int, Field(ge=10, le=5_000)] = Limits().attributes
    namespaces: Annotated[int, Field(ge=10, le=100_000)] = Limits().namespaces

    def limits(self) -> Limits:
        """The caps as the parser takes them."""
        return Limits(**self.model_dump())


class StoreSettings(Section):
    """`[store]`: where IEs are kept beyond the database, and when what failed there is tried again."""

    ocfl: str = ""
    nightly: str = "0 3 * * *"

    @field_validator("ocfl")
    @classmethod
    def _check_ocfl(cls, text: str) -> str:
        return store_path(text)

    @field_validator("nightly")
    @classmethod
    def _check_nightly(cls, text: str) -> str:
        check_cron(text, 'a cron expression or a word such as "@daily"')
        return text


class RetentionSettings(Section):
    """`[retention]`: after how many days the journal and runs are summed up and removed; 0: never."""

    journal_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    runs_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    nightly: str = "0 4 * * *"

    @field_validator("nightly")
    @classmethod
    def _check_nightly(cls, text: str) -> str:
        check_cron(text, 'a cron expression or a word such as "@daily"')
        return text

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.runs_days and not self.journal_days:
            raise ValueError("runs_days needs journal_days: a run stays as long as there are rows of its files")
        if self.runs_days and self.runs_days < self.journal_days:
            raise ValueError(
                "runs_days must be journal_days or more: a run stays as long as there are rows of its files"
            )
        return self
