"""An operator asks what a job would do with all that lies in its folder, before it is switched on. Changes nothing."""

from typing import Final

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.dropfolder.shares import ask
from mdwatch.errors import UsageError
from mdwatch.handlers.files import check
from mdwatch.handlers.files.check import Forecast
from mdwatch.repository import interventions
from mdwatch.rules import sequence
from mdwatch.rules.codes import MEANINGS, Effect, Trouble
from mdwatch.runtime.context import Context
from mdwatch.shapes.files import FolderForecastShape, ForecastExampleShape, OutcomeShape

EXAMPLES: Final = 5  # files of each outcome that are named
ANSWER_SECONDS: Final = 60.0  # for as long a share is waited for on behalf of a program
_IGNORED: Final = "ignored"
_BAD: Final = {Effect.ERROR.value, Effect.ABORT.value, Trouble.UNREAD.value}


def of_folder(context: Context, name: str) -> FolderForecastShape:
    """What a run of the job would come to, by outcomes, those with most files first.

    Raises `UsageError` for an unknown job, and for a folder that cannot be looked into.
    """
    job = context.job(name)
    try:
        with DropFolder(job.folder) as folder:
            look = folder.look(job.include)
    except OSError as error:
        raise UsageError(f"{job.folder} cannot be looked into: {error.strerror}") from None
    with context.repository.read() as connection:
        known = interventions.creation_times(connection, name)
    found = _Outcomes()
    for item in check.in_turn(context, name, sequence.in_order(look.files, known)):
        if isinstance(item, Forecast):
            effect = MEANINGS[item.code].effect.value
            found.add(item.code.value, effect, item.remedy, item.path.name, item.reason)
        else:
            found.add(Trouble.UNREAD.value, Trouble.UNREAD.value, "", *item)
    for file, why in look.unseen.items():
        found.add(Trouble.UNREAD.value, Trouble.UNREAD.value, "", file, f"it cannot be looked at: {why}")
    for ignored in look.ignored:
        found.add(_IGNORED, _IGNORED, "", ignored.name, ignored.why)
    return FolderForecastShape(job=name, files=len(look.files) + len(look.unseen), outcomes=found.most_first())


def of_folder_in_time(context: Context, name: str) -> FolderForecastShape:
    """The same for who cannot wait for a share that hangs; raises `Deferred` besides where it takes too long."""
    return ask(context.job(name).folder, lambda: of_folder(context, name), ANSWER_SECONDS)


def is_bad(found: FolderForecastShape) -> bool:
    """Whether some file would end as an error, abort the run, or cannot be read."""
    return any(item.effect in _BAD for item in found.outcomes)


class _Outcomes:
    """The outcomes so far, with how many files each has and the first of them."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str], int] = {}
        self._examples: dict[tuple[str, str, str], list[ForecastExampleShape]] = {}

    def add(self, code: str, effect: str, remedy: str, name: str, reason: str) -> None:
        """One more file."""
        key = code, effect, remedy
        self._counts[key] = self._counts.get(key, 0) + 1
        examples = self._examples.setdefault(key, [])
        if len(examples) < EXAMPLES:
            examples.append(ForecastExampleShape(name=name, reason=reason))

    def most_first(self) -> tuple[OutcomeShape, ...]:
        """All of them."""
        return tuple(
            OutcomeShape(code=key[0], effect=key[1], remedy=key[2], count=count, examples=tuple(self._examples[key]))
            for key, count in sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        )
