"""What root makes in the folders of mdwatch's user, the service can write afterwards."""

import os
from pathlib import Path

import pytest

from tests.cli.calls import mdwatch
from tests.worlds import JOB, World

NOBODY = 65534
pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away"),
    pytest.mark.sqlite,
]


def test_what_root_makes_belongs_to_who_owns_the_folder(tmp_path: Path) -> None:
    world, own, logs = World(tmp_path), tmp_path / "own", tmp_path / "own" / "logs"
    logs.mkdir(parents=True)
    for folder in (own, logs):
        os.chown(folder, NOBODY, NOBODY)
    world.raw["repository"]["url"] = f"sqlite:///{own}/a.db"
    world.raw["logs"] = {"directory": str(logs)}
    secret = tmp_path / "secret"
    secret.write_text("of root", encoding="utf-8")
    (logs / "linked.log").hardlink_to(secret)
    (logs / "pointing.log").symlink_to(secret)
    settings = world.write_settings()
    assert mdwatch("status", config=settings).status == 0
    assert (own / "a.db").stat().st_uid == NOBODY
    assert mdwatch("job", "run", JOB, config=settings).status == 0
    made = {path.name: path.lstat().st_uid for folder in (own, logs) for path in folder.iterdir()}
    assert {"a.db", f"{JOB}.log"} <= made.keys()
    assert {name for name, owner in made.items() if owner == 0} == {"linked.log", "pointing.log"}
    assert secret.stat().st_uid == 0
