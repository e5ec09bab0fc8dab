"""Retries and dismissals that were cut short between the note and the move, or just after the move."""

from sqlalchemy import Connection

from mdwatch.dropfolder import error_place
from mdwatch.dropfolder.folder import DropFolder
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
    there = [item for item in begun if error_place.identity_in_error(folder, item.name) == item.identity]
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


def _see_to_reason(folder: DropFolder, item: Intervention, new_name: str) -> None:
    if item.kind == DISMISSAL:
        error_place.dismiss_reason(folder, item.name, new_name)
    else:
        error_place.forget_reason(folder, item.name)
