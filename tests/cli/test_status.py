"""`mdwatch status` as people read it."""

from pathlib import Path

import pytest

from mdwatch.dropfolder import statx
from mdwatch.repository import waiting_list
from mdwatch.repository.waiting_list import Waiting
from mdwatch.rules.codes import Trouble
from tests.cli.calls import mdwatch
from tests.worlds import JOB, World, dc, update


@pytest.mark.parametrize("later", [True, False])
def test_later_files_are_told_to_wait_for_one_that_is_not_whole(tmp_path: Path, *, later: bool) -> None:
    world = World(tmp_path, order_wait=90)
    first = world.drop("a.xml", update("IE1", dc("First"))[:-1])
    if later:
        world.drop("b.xml", update("IE1", dc("Second")))
    identity = statx.identity_of(first.stat())
    unsettled = Waiting(JOB, "a.xml", identity, None, Trouble.UNSETTLED.value, "it ends too early", 1)
    with world.context() as context, context.repository.write() as connection:
        waiting_list.keep_waiting(connection, [unsettled])
    told = mdwatch("status", config=world.write_settings()).out
    assert "    a.xml: it ends too early\n" in told
    assert ("    later files wait for what cannot be read yet, up to 90 s\n" in told) is later
