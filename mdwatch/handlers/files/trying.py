"""What would come of trying error files now: as `check` says, but for those that something later stands against.

`retry` leaves these in `error/`, whatever a run would make of what they say.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from mdwatch.dropfolder.folder import ERROR
from mdwatch.errors import UsageError
from mdwatch.handlers.files import check as file_check
from mdwatch.handlers.files import retry as file_retry
from mdwatch.handlers.files.check import Forecast, refuse
from mdwatch.rules.codes import MEANINGS, Code
from mdwatch.runtime.context import Context


def check(
    context: Context, paths: Sequence[Path], name: str, tell: Callable[[UsageError], None] = refuse
) -> list[Forecast]:
    """What would come of these files under the terms of the job, of those in its `error/` by trying them again.

    `tell` is told of each that cannot be read; the others are judged without it.
    """
    found = file_check.check(context, paths, name, tell)
    place = (context.job(name).folder / ERROR).resolve()
    in_question = {
        item.path: item.path.name
        for item in found
        if item.code is Code.UPDATED and item.path.absolute().parent.resolve() == place
    }
    against: dict[str, str] = {}
    # A folder that cannot be used any more was used a moment ago: what it held then is told.
    with suppress(OSError):
        outlooks = file_retry.outlooks(context, name, in_question.values()) if in_question else {}
        against = {file: answer.reason for file, answer in outlooks.items() if answer.later}
    return [_left(item, against[item.path.name]) if in_question.get(item.path) in against else item for item in found]


def _left(found: Forecast, reason: str) -> Forecast:
    """The forecast of a file that is left where it is for this reason."""
    return replace(found, code=Code.SUPERSEDED, reason=reason, remedy=MEANINGS[Code.SUPERSEDED].remedy)
