"""What the worker of a job does in a turn: first whether it may look into the folder, then what of it it takes."""

from enum import Enum


class Start(Enum):
    """How a turn begins."""

    ABORT = "end a run before it begins, and say why in the job log"
    STAY_ABORTED = "nothing: that was said"
    REFUSE = "answer whoever asks that the job is paused"
    LOOK = "look into the folder"


class TurnWork(Enum):
    """What is done after a look."""

    NOTHING = "nothing"
    TAKE = "take the files that are ready, and what becomes ready meanwhile"
    DRAIN = "take all files that are there, waiting for those that are still being written"


def start(*, forbidden: bool, said_so: bool, asked: bool, paused: bool) -> Start:
    """How a turn begins.

    `forbidden`: the job's user may not run it (rule 0); `said_so`: the job log has that. `asked`: somebody waits for a
    run. A pause comes first: not even a run that only aborts is begun.
    """
    if paused:
        return Start.REFUSE
    if forbidden:
        return Start.STAY_ABORTED if said_so and not asked else Start.ABORT
    return Start.LOOK


def work(*, by_arrival: bool, ready: bool, asked: bool, ticked: bool, left_over: bool) -> TurnWork:
    """What is done after a look.

    `by_arrival`: files that are ready are reason enough. `ticked`: a moment of the schedule came. `left_over`: a run
    was cut short; it goes on with all files that are there, as it would have done.
    """
    if asked or ticked or left_over:
        return TurnWork.DRAIN
    return TurnWork.TAKE if by_arrival and ready else TurnWork.NOTHING
