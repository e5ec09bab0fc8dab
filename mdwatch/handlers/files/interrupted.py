"""Retries and dismissals that were cut short between the note and the move, or just after the move."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from sqlalchemy import Connection

from mdwatch.dropfolder import error_place
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.files.chosen import Chosen
from mdwatch.model import Identity, Sighting
from mdwatch.repository import interventions
from mdwatch.repository.interventions import DISMISSAL, Intervention
from mdwatch.runtime.context import Context


def finish(context: Context, job: str, folder: DropFolder) -> None:
    """Finishes what was begun with files that have left `error/`; raises `OSError`.

    Those that still lie there are error files as before, and the journal says so: whoever wanted them moved sees them
    there, and asks again.
    """
    with context.repository.read() as connection:
        begun = interventions.not_moved(connection, job)
    there = [item for item in begun if _lies_there(folder, item.name, item.identity)]
    if there:
        context.repository.carry_out(lambda connection: interventions.withdraw(connection, [item.id for item in there]))
    gone = [item for item in begun if item not in there]
    if not gone:
        return
    dismissed = {file.identity: name for name, file in error_place.dismissed_files(folder.path).items()}
    waiting = {file.identity: file.name for file in folder.look(("*",)).files}
    found, replaced = [], []
    for item in gone:
        new_name = (dismissed if item.kind == DISMISSAL else waiting).get(item.identity)
        if new_name is not None:
            _see_to_reason(folder, item, new_name)
            found.append((item.id, new_name))
        elif error_place.identity_in_error(folder, item.name) is not None:
            # Corrected since: what lies there now is as old as the file that the verdict was on.
            replaced.append(item.id)

    def end(connection: Connection) -> None:
        interventions.moved(connection, found)
        interventions.withdraw(connection, replaced)

    context.repository.carry_out(end)


def close(
    context: Context,
    folder: DropFolder,
    begun: Mapping[int, Chosen],
    moved: Sequence[tuple[int, str]],
    untouched: Sequence[int],
    tell: Callable[[Connection], object],
) -> None:
    """Notes which of the files that were to be moved were, and that the others are error files as before.

    `begun` has them by the keys of their notes, `moved` the names they have now, and `untouched` are those whose move
    was not even tried; `tell` is part of the transaction.
    """
    seen_to = {*untouched, *(key for key, _ in moved)}
    stayed = list(untouched)
    for key, item in begun.items():
        # What cannot be seen now may have been moved: `finish` sees to that another time.
        with suppress(OSError):
            if key not in seen_to and _lies_there(folder, item.file.name, item.file.identity):
                stayed.append(key)

    def end(connection: Connection) -> None:
        interventions.moved(connection, moved)
        interventions.withdraw(connection, stayed)
        tell(connection)

    context.repository.carry_out(end)


def why_untouched(folder: DropFolder, file: Sighting) -> str:
    """Why an error file is not to be moved, empty where it may: it is another one than was read and judged by now."""
    try:
        there = error_place.identity_in_error(folder, file.name)
    except OSError as error:
        return f"it cannot be moved: {error.strerror or error}"
    if there is None:
        return "it is no longer there"
    return "" if there == file.identity else "it is being changed at the moment"


def _lies_there(folder: DropFolder, name: str, identity: Identity) -> bool:
    return error_place.identity_in_error(folder, name) == identity


def _see_to_reason(folder: DropFolder, item: Intervention, new_name: str) -> None:
    if item.kind == DISMISSAL:
        error_place.dismiss_reason(folder, item.name, new_name)
    else:
        error_place.forget_reason(folder, item.name)
