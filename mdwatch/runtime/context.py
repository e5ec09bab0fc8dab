"""What every handler works with: settings, repository, clock, who acts; opened once, closed by whoever opened it."""

import os
import pwd
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from sqlalchemy.engine import make_url

from mdwatch.config import JobSettings, Settings, UserSettings
from mdwatch.dropfolder import mounts
from mdwatch.errors import ConfigError, UsageError
from mdwatch.formats.printable import escape
from mdwatch.model import Actor, Way
from mdwatch.repository.engine import Repository
from mdwatch.rules.access import covers
from mdwatch.rules.discretion import is_hidden
from mdwatch.runtime import first_use, ownership


class Clock(Protocol):
    """The time, as handlers see it; tests bring their own."""

    def now(self) -> int:
        """Milliseconds since 1970 UTC."""

    def monotonic(self) -> float:
        """Seconds on a clock that nobody sets."""

    def wait(self, seconds: float) -> None:
        """Returns when so many seconds have passed."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds on a clock that nobody sets."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Returns when so many seconds have passed."""
        time.sleep(seconds)


def on_this_host(name: str = "", way: Way = "daemon") -> Actor:
    """Somebody on this host, by default whoever this process belongs to; whom the kernel takes them for is told too."""
    try:
        user = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        user = f"uid {os.geteuid()}"
    return Actor(escape(name) or user, way, f"{user}@{os.uname().nodename}")


@dataclass(frozen=True, slots=True)
class Context:
    """Settings, repository and clock; and in whose name what handlers are asked to do is recorded.

    `institutions` are those that may be shown, None for all of them: see `within`.
    """

    settings: Settings
    repository: Repository
    clock: Clock
    actor: Actor = field(default_factory=on_this_host)
    institutions: frozenset[str] | None = None

    def within(self, institutions: frozenset[str] | None) -> "Context":
        """The same as somebody sees it who may see these institutions only: the jobs of others are not there."""
        if institutions is None:
            return self
        users = self.settings.users
        jobs = {name: job for name, job in self.settings.jobs.items() if covers(institutions, users[job.user].codes)}
        harvests = {name: harvest for name, harvest in self.settings.harvests.items() if harvest.job in jobs}
        settings = self.settings.replaced(jobs=jobs, harvests=harvests)
        return replace(self, settings=settings, institutions=institutions)

    def sees(self, institution: str) -> bool:
        """Whether what belongs to this institution may be shown."""
        return covers(self.institutions, {institution})

    def hides(self, job: str | None) -> bool:
        """Whether what came of this job (None: of none) is not to be named to whoever asks, nor its files and user."""
        return self.institutions is not None and is_hidden(job, self.settings.jobs)

    def of(self, actor: Actor) -> "Context":
        """The same, for somebody else."""
        return replace(self, actor=actor)

    def job(self, name: str) -> JobSettings:
        """The settings of a job; raises `UsageError` where there is none of this name."""
        job = self.settings.jobs.get(name)
        if job is None:
            known = ", ".join(self.settings.jobs) or "none"
            raise UsageError(f"there is no job {name}; the configured jobs are: {known}")
        return job

    def user(self, job: JobSettings) -> UserSettings:
        """The user a job works for."""
        return self.settings.users[job.user]


@contextmanager
def opened(settings: Settings, clock: Clock | None = None, actor: Actor | None = None) -> Iterator[Context]:
    """A context for these settings and `actor`, its folders made; raises `ConfigError` or `Deferred`."""
    known = first_use.since(settings.logs.directory, settings.repository.url)
    _make_ready(settings, new=not known)
    kept = settings.repository
    repository = Repository(kept.url, kept.busy_seconds, known=known, read_url=kept.read_url)
    try:
        if not known:
            first_use.mark(settings.logs.directory, settings.repository.url)
        yield Context(settings, repository, clock or SystemClock(), actor or on_this_host())
    finally:
        repository.close()
        ownership.give(settings)


@contextmanager
def reading(settings: Settings) -> Iterator[Context]:
    """A context whose repository is there already and can only be read; raises `ConfigError` or `Deferred`."""
    repository = Repository(settings.repository.url, settings.repository.busy_seconds, read_only=True)
    try:
        yield Context(settings, repository, SystemClock())
    finally:
        repository.close()


def may_write(settings: Settings) -> bool:
    """Whether this process may change the repository; of a server's that is told when it tries."""
    url = make_url(settings.repository.url)
    database = Path(url.database or "")
    if url.get_backend_name() != "sqlite" or not os.access(database, os.F_OK):
        return True
    return os.access(database, os.W_OK) and os.access(database.parent, os.W_OK | os.X_OK)


def _make_ready(settings: Settings, *, new: bool) -> None:
    """Makes the folders of logs and of a new database; raises `ConfigError` with all faults of either."""
    faults = [_folder_fault("logs.directory", settings.logs.directory), network_fault(settings)]
    url = make_url(settings.repository.url)
    if url.get_backend_name() == "sqlite":
        database = Path(url.database or "")
        if new or database.exists():
            faults.append(_folder_fault("repository.url", database.parent))
    if any(faults):
        raise ConfigError([fault for fault in faults if fault])


def network_fault(settings: Settings) -> str:
    """That SQLite would lose data where its file lies; "" where it would not."""
    url = make_url(settings.repository.url)
    database = Path(url.database or "")
    kind = mounts.file_system(database) if url.get_backend_name() == "sqlite" else ""
    if kind not in mounts.NETWORK:
        return ""
    why = f"{database} lies on a network file system ({kind}), where SQLite loses data"
    return f"repository.url: {why}; put it on a local disk, or use PostgreSQL"


def _folder_fault(setting: str, folder: Path) -> str:
    """What is wrong with a folder of mdwatch's own, after it was made where it was missing; "" where nothing is."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return f"{setting}: the folder {folder} cannot be made: {error.strerror}"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"{setting}: the folder {folder} cannot be written to by this user; run mdwatch as its own user"
    return ""


def local_time(at: int) -> str:
    """A moment in milliseconds as DNX writes it: local time, `YYYY-MM-DD HH:MM:SS`."""
    return f"{datetime.fromtimestamp(at // 1000).astimezone():%Y-%m-%d %H:%M:%S}"


@lru_cache(maxsize=16)
def utc(at: int) -> datetime:
    """A moment in milliseconds as a datetime in UTC."""
    return datetime.fromtimestamp(at / 1000, UTC)
