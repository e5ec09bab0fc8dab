"""Who may not even look is told so."""

import os
from pathlib import Path

import pytest

from mdwatch.runtime import other_user
from tests.cli.calls import Done, mdwatch
from tests.postgres import database_url
from tests.worlds import World, ie

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may become others"),
    pytest.mark.skipif(not database_url(Path("x")).startswith("sqlite"), reason="a server has rights of its own"),
]
GROUP = "bin"


def as_member(config: Path, *arguments: object) -> Done:
    """The call as somebody who is in the group and nothing else; once as root before, so that all is imported."""
    mdwatch(*arguments, config=config)

    def question() -> list[str]:
        done = mdwatch(*arguments, config=config)
        return [str(done.status), done.out, done.err]

    status, out, err = other_user.ask("nobody", [GROUP], question)
    return Done(int(status), out, err)


def test_strangers_are_told_that_they_may_not(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    config = world.write_settings()
    for folder in (tmp_path, *tmp_path.parents):
        folder.chmod(folder.stat().st_mode | 0o011)
    config.chmod(0o644)
    (tmp_path / "mdwatch.db").chmod(0o600)
    done = as_member(config, "status")
    assert done.status == 78
    assert "Traceback" not in done.err
    assert "by this user" in done.err
