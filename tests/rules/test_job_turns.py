"""What a worker does in a turn, over the product of all that it sees."""

from itertools import product

from mdwatch.rules import job_turns
from mdwatch.rules.job_turns import Start, TurnWork

BOTH = (True, False)


def test_how_a_turn_begins() -> None:
    for forbidden, said_so, asked, paused in product(BOTH, repeat=4):
        start = job_turns.start(forbidden=forbidden, said_so=said_so, asked=asked, paused=paused)
        if paused:
            assert start is Start.REFUSE
        elif not forbidden:
            assert start is Start.LOOK
        else:
            assert start is (Start.ABORT if asked or not said_so else Start.STAY_ABORTED)


def test_what_is_done_after_a_look() -> None:
    for by_arrival, ready, asked, ticked, left_over in product(BOTH, repeat=5):
        work = job_turns.work(by_arrival=by_arrival, ready=ready, asked=asked, ticked=ticked, left_over=left_over)
        if asked or ticked or left_over:
            assert work is TurnWork.DRAIN
        else:
            assert work is (TurnWork.TAKE if by_arrival and ready else TurnWork.NOTHING)
