"""The files that come with the program, put below a folder and taken away: nobody's changes are overwritten."""

from pathlib import Path

import pytest

from mdwatch import shipped
from mdwatch.errors import Deferred
from mdwatch.handlers.installing import files
from mdwatch.handlers.installing.files import Destination
from mdwatch.rules.placement import PlacingAct

UNIT = "/usr/local/lib/systemd/system/mdwatch.service"
SYSUSERS = "/usr/local/lib/sysusers.d/mdwatch.conf"
SETTINGS = "/etc/mdwatch/mdwatch.toml"


def destination(folder: Path) -> Destination:
    return Destination("/usr/local", str(folder), "/opt/mdwatch/bin/mdwatch")


def acts(folder: Path) -> dict[str, PlacingAct]:
    return {item.path: item.act for item in files.put(destination(folder))}


def test_they_are_put_once_replaced_with_the_program_and_left_where_somebody_changed_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = acts(tmp_path)
    assert set(first.values()) == {PlacingAct.WRITE}
    unit, settings, link = tmp_path / UNIT[1:], tmp_path / SETTINGS[1:], tmp_path / "usr/local/bin/mdwatch"
    assert "\nExecStart=/opt/mdwatch/bin/mdwatch run " in unit.read_text(encoding="utf-8")
    assert str(link.readlink()) == "/opt/mdwatch/bin/mdwatch"
    assert [path.stat().st_mode & 0o777 for path in (unit, unit.parent, settings)] == [0o644, 0o755, 0o640]
    assert set(acts(tmp_path).values()) == {PlacingAct.NOTHING}

    settings.write_text("# mine\n", encoding="utf-8")
    (tmp_path / SYSUSERS[1:]).write_text("u mdwatch 1800\n", encoding="utf-8")
    read = shipped.read
    monkeypatch.setattr(shipped, "read", lambda name: (read(name) or b"") + b"# of a later version\n")
    later = acts(tmp_path)
    assert later.pop(UNIT) is PlacingAct.REPLACE
    assert unit.read_text(encoding="utf-8").endswith("# of a later version\n")
    assert later.pop(SYSUSERS) is PlacingAct.LEAVE_CHANGED
    assert later.pop(SETTINGS) is PlacingAct.LEAVE
    assert settings.read_text(encoding="utf-8") == "# mine\n"
    assert (tmp_path / SYSUSERS[1:]).read_text(encoding="utf-8") == "u mdwatch 1800\n"


def test_what_is_taken_away_is_the_program_s_and_nothing_else(tmp_path: Path) -> None:
    acts(tmp_path)
    changed = tmp_path / SYSUSERS[1:]
    changed.write_text("u mdwatch 1800\n", encoding="utf-8")
    done = {item.path: item.act for item in files.remove(destination(tmp_path))}
    left = {str(path)[len(str(tmp_path)) :] for path in tmp_path.rglob("*") if not path.is_dir()}
    machine = {SETTINGS, "/etc/logrotate.d/mdwatch", "/etc/systemd/system/mdwatch.service.d/drop-folders.conf"}
    assert left == {SYSUSERS, *machine}
    assert {path for path, act in done.items() if act is not PlacingAct.REMOVE} == left
    assert list(files.remove(destination(tmp_path / "never"))) == []


def test_a_command_of_somebody_else_and_a_link_stay(tmp_path: Path) -> None:
    mine, elsewhere = tmp_path / "usr/local/bin/mdwatch", tmp_path / "elsewhere"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    elsewhere.write_text("mine too", encoding="utf-8")
    (tmp_path / UNIT[1:]).parent.mkdir(parents=True)
    (tmp_path / UNIT[1:]).symlink_to(elsewhere)
    found = acts(tmp_path)
    assert (found["/usr/local/bin/mdwatch"], found[UNIT]) == (PlacingAct.LEAVE_CHANGED,) * 2
    assert (mine.read_text(encoding="utf-8"), elsewhere.read_text(encoding="utf-8")) == ("mine", "mine too")


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "usr").write_text("", encoding="utf-8")
    with pytest.raises(Deferred, match=r"mdwatch\.service cannot be (read|written): Not a directory"):
        acts(tmp_path)
