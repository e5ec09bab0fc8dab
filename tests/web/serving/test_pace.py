"""The pace of public answers: free while no job runs, one at a time and with pauses while one does."""

import asyncio
import time

from mdwatch.web.serving.pace import Pace


async def _answers(pace: Pace, number: int, seconds: float) -> tuple[int, float]:
    """How many answers were made at a time at most, and how long all took."""
    now = most = 0

    async def answer() -> None:
        nonlocal now, most
        async with pace.turn():
            now += 1
            most = max(most, now)
            await asyncio.sleep(seconds)
            now -= 1

    begun = time.monotonic()
    await asyncio.gather(*(answer() for _ in range(number)))
    return most, time.monotonic() - begun


def test_without_a_job_few_are_made_at_a_time_and_without_pauses() -> None:
    most, took = asyncio.run(_answers(Pace(lambda: False), 6, 0.02))
    assert most == 2
    assert took >= 6 * 0.02 / 2


def test_beside_a_job_each_waits_for_the_pause_after_the_one_before() -> None:
    most, took = asyncio.run(_answers(Pace(lambda: True), 3, 0.01))
    assert most == 1
    assert took >= 3 * 0.01 * 50


def test_what_lies_between_two_runs_counts_as_one() -> None:
    busy = [True, False, False, False, False, False, False, False]
    most, took = asyncio.run(_answers(Pace(lambda: busy.pop(0) if busy else False), 3, 0.005))
    assert most == 1
    assert took >= 3 * 0.005 * 50
