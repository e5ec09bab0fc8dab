"""The repository that a job works for, where that is not mdwatch's own: for who holds the job, or only to be asked."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Final, TypeVar

import structlog

from mdwatch.errors import Deferred, JobBusy, Rejected, in_words
from mdwatch.handlers.targets.interface import Replacement, ReplacementAnswer, TargetRepository
from mdwatch.model import IeState
from mdwatch.repository.ies import Stored
from mdwatch.runtime.context import Context

# The entry points that packages bring: each is called with the options of the settings and makes a `TargetRepository`.
GROUP: Final = "mdwatch.repositories"


log = structlog.get_logger()

T = TypeVar("T")


class NamedRepository:
    """A repository under its name in the settings: whatever keeps it from answering is told with that, as `Deferred`.

    `Rejected` is what is wrong with one IE, whose files wait while others go on.
    """

    def __init__(self, name: str, opening: Callable[[], TargetRepository]) -> None:
        self.name = name
        self._opening = opening
        self._opened: TargetRepository | None = None

    def facts(self, pids: Collection[str]) -> Mapping[str, IeState]:
        """What the rules read of these IEs."""
        return self._asked(lambda there: there.facts(pids))

    def replace(self, replacement: Replacement) -> ReplacementAnswer:
        """Replaces records if the IE stands at the version that was expected."""
        return self._asked(lambda there: there.replace(replacement))

    def stored(self, pids: Collection[str]) -> dict[str, Stored]:
        """The same facts in the form that the database's own IEs have; there are no keys."""
        return {pid: Stored(0, state, "{}", {}) for pid, state in self.facts(pids).items()} if pids else {}

    def _asked(self, ask: Callable[[TargetRepository], T]) -> T:
        try:
            if self._opened is None:
                self._opened = self._opening()
            return ask(self._opened)
        except (JobBusy, Rejected):
            raise
        except (Deferred, OSError) as error:
            raise Deferred(f"repository {self.name} cannot be asked: {in_words(error)}") from error
        except Exception as error:
            # What a package does not expect is told of the file that it came with, and the others go on.
            log.exception("repository_fault", repository=self.name)
            raise Rejected(f"{error!r:.300}; see the service log") from error


def to_change(context: Context, job: str, ensure: Callable[[], None]) -> NamedRepository | None:
    """The other repository that the job works for, for who holds the job; None where that is mdwatch's own.

    `ensure` raises where the job is no longer ours.
    """
    return _named(context, job, ensure)


def to_ask(context: Context, job: str) -> NamedRepository | None:
    """The same for who does not hold the job: only its facts may be asked for."""
    return _named(context, job, None)


def _named(context: Context, job: str, ensure: Callable[[], None] | None) -> NamedRepository | None:
    name = context.job(job).repository
    if not name:
        return None
    settings = context.settings.repositories[name]
    if settings.ocfl:
        # Few jobs work for such a store; the others are quicker to start without what it needs.
        from mdwatch.handlers.targets.ocfl_store import OcflRepository  # noqa: PLC0415

        return NamedRepository(name, partial(OcflRepository, Path(settings.ocfl), ensure))
    return NamedRepository(name, partial(_brought, settings.plugin, settings.options))


def _brought(plugin: str, options: Mapping[str, str]) -> TargetRepository:
    """What a package brings; whatever it raises while it is loaded is told as its fault."""
    found = [point for point in metadata.entry_points(group=GROUP) if point.name == plugin]
    if len(found) != 1:
        there = ", ".join(sorted(point.name for point in metadata.entry_points(group=GROUP))) or "none"
        raise Deferred(f"{len(found)} installed packages bring a repository {plugin}; those there are: {there}")
    try:
        made: TargetRepository = found[0].load()(options)
    except (Exception, SystemExit) as error:
        raise Deferred(f"{found[0].value} cannot be used: {error!r:.300}") from error
    return made
