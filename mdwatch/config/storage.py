"""What is kept where, how much of it and for how long."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, Self

from mdwatch.config import common
from mdwatch.config.kinds import ChoiceKind, NamedKind, PathKind, TextKind, WholeKind
from mdwatch.config.section import Section, setting
from mdwatch.formats.limits import DEEPEST, Limits

# The URL of a file as most write it, by an absolute path; SQLAlchemy, which reads any, takes longer to be there than
# all settings take to be read.
PLAIN_FILE: Final = re.compile(r"sqlite:////[A-Za-z0-9_.\-]+(/[A-Za-z0-9_.\-]+)*")


def _parts(text: str) -> tuple[str, str]:
    """The kind of database that a URL names, and which of that kind; raises `ValueError`."""
    from sqlalchemy.engine import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError("must be a database URL such as sqlite:////var/lib/mdwatch/mdwatch.db") from None
    return url.get_backend_name(), url.database or ""


def database_url(text: str) -> str:
    """The URL of a database that mdwatch can use; raises `ValueError` saying what it must be."""
    if PLAIN_FILE.fullmatch(text):
        return text
    kind, database = _parts(text)
    if kind not in {"sqlite", "postgresql"}:
        raise ValueError("must be a sqlite or postgresql URL")
    if kind == "sqlite" and not Path(database).is_absolute():
        raise ValueError("must name a file by an absolute path: sqlite:/// and then /path/to/file.db")
    return text


class RepositorySettings(Section):
    """`[repository]`: where the Intellectual Entities, their history and the journal are kept."""

    url = setting(TextKind(check=database_url), "sqlite:////var/lib/mdwatch/mdwatch.db")
    busy_seconds = setting(common.seconds, 30)
    read_url = setting(TextKind(check=lambda text: text and database_url(text)), "")

    @property
    def plain_file(self) -> Path | None:
        """The file of the database, where the URL names one plainly."""
        return Path(self.url.removeprefix("sqlite:///")) if PLAIN_FILE.fullmatch(self.url) else None

    def together(self) -> Self:
        """A replica is one of the same kind of database."""
        if self.read_url and {_parts(url)[0] for url in (self.url, self.read_url)} != {"postgresql"}:
            raise ValueError("read_url is for a replica of a PostgreSQL server: url must be a postgresql URL, too")
        return self


class ForeignRepositorySettings(Section):
    """`[repositories.NAME]`: another repository than mdwatch's own, which a job can work for."""

    ocfl = setting(common.store_path, "")
    plugin = setting(TextKind(), "")
    options: Mapping[str, str] = setting(NamedKind(TextKind()), {})

    def together(self) -> Self:
        """It is a store or a plugin's, and only plugins have options."""
        if bool(self.ocfl) == bool(self.plugin):
            raise ValueError("must have either ocfl, the path of a store, or plugin, what an installed package brings")
        if self.options and not self.plugin:
            raise ValueError("must have no options: those are for a plugin")
        return self


class LogSettings(Section):
    """`[logs]`: where the job logs go, and how much the service log says."""

    directory = setting(PathKind(), Path("/var/log/mdwatch"))
    level: Literal["debug", "info", "warning", "error"] = setting(
        ChoiceKind("debug", "info", "warning", "error"), "info"
    )


class LimitSettings(Section):
    """`[limits]`: caps on one XML document, the file and each record in it."""

    bytes = setting(WholeKind(1_000, 1 << 30), Limits().bytes)
    depth = setting(WholeKind(5, DEEPEST), Limits().depth)
    elements = setting(WholeKind(100), Limits().elements)
    attributes = setting(WholeKind(10, 5_000), Limits().attributes)
    namespaces = setting(WholeKind(10, 100_000), Limits().namespaces)

    def limits(self) -> Limits:
        """The caps as the parser takes them."""
        return Limits(**self.plain())


class StoreSettings(Section):
    """`[store]`: where IEs are kept beyond the database, and when what failed there is tried again."""

    ocfl = setting(common.store_path, "")
    nightly = setting(common.cron(), "0 3 * * *")


class RetentionSettings(Section):
    """`[retention]`: after how many days the journal and runs are summed up and removed; 0: never."""

    journal_days = setting(WholeKind(0, 36_500), 0)
    runs_days = setting(WholeKind(0, 36_500), 0)
    nightly = setting(common.cron(), "0 4 * * *")

    def together(self) -> Self:
        """A run is there as long as what it did."""
        if self.runs_days and not self.journal_days:
            raise ValueError("runs_days needs journal_days: a run stays as long as there are rows of its files")
        if self.runs_days and self.runs_days < self.journal_days:
            raise ValueError(
                "runs_days must be journal_days or more: a run stays as long as there are rows of its files"
            )
        return self
