"""The database gives back what removed rows left in it, where there is room, and nobody works with it."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from mdwatch.errors import Deferred, UsageError
from mdwatch.handlers.databases import vacuuming
from mdwatch.runtime import lease, lease_names
from tests.worlds import World, ie


def test_room_is_given_back_and_the_sizes_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "a folder, 100 % odd"
    world = World(root)
    world.load(ie("IE1"))
    with world.context() as context:
        with context.repository.write() as connection:
            many = [{"n": f"w{number}", "t": "x" * 4000} for number in range(500)]
            insert = "INSERT INTO waiting (job, name, inode, size, mtime_ns, code, reason, since) VALUES "
            connection.execute(text(insert + "('dc', :n, 1, 1, 1, 'in-sip', :t, 1)"), many)
        with context.repository.write() as connection:
            connection.execute(text("DELETE FROM waiting"))
        if not context.repository.shared:
            with lease.holding(context, lease_names.job_name("dc")), pytest.raises(UsageError, match="job dc"):
                vacuuming.vacuum(context)
            with monkeypatch.context() as patch:
                patch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=1, f_frsize=4096))
                with pytest.raises(Deferred, match="4096 bytes free"):
                    vacuuming.vacuum(context)
        done = vacuuming.vacuum(context)
        if context.repository.shared:
            assert done.before.bytes > 0
            return
        assert done.before.free > 1_500_000
        assert done.after.free < 100_000
        assert done.after.bytes <= done.before.bytes - 1_500_000
        assert (root / "mdwatch.db").stat().st_size == done.after.bytes
