"""The commands as an operator calls them: exit status, words, and JSON that programs can rely on."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from mdwatch.cli import commands
from mdwatch.rules.codes import MEANINGS, Code
from tests.cli.calls import environment, mdwatch, on_terminal, process
from tests.worlds import JOB, World, dc, ie, metadata, mods, update

SOURCE = [{"mid": "1436", "subType": "MODS", "content": mods("Old")}]
NOT_UTF8 = b"\xff.xml".decode("utf-8", "surrogateescape")


def world_of(root: Path) -> tuple[World, Path]:
    """A world with an IE of each kind, and its settings as a file."""
    world = World(root)
    world.load(ie("IE1", source=SOURCE), ie("IE3", lockedBy="curator"), ie("IE4", stage="sip"))
    return world, world.write_settings()


def shape(value: Any) -> Any:
    """The keys of a JSON value and the types of its leaves: what a program that reads it relies on."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


# --- exit status


def test_wrong_use_is_2_and_bad_configuration_78_whatever_the_command(tmp_path: Path) -> None:
    _, config = world_of(tmp_path)
    assert process("nope").status == 2
    assert mdwatch("ie", "show", config=config).status == 2
    assert process("job", "run", "nope", config=config).status == 2
    assert mdwatch("ie", "show", "IE2", config=config).status == 2
    assert mdwatch("ie", "stage", "IE1", "nowhere", config=config).status == 2
    missing = process("status", "--config", tmp_path / "nope.toml")
    assert missing.status == 78
    assert "cannot be read (No such file or directory); name it with --config or MDWATCH_CONFIG" in missing.err
    config.write_text(config.read_text(encoding="utf-8") + "\nfolderr = 1\nuser = 2\n", encoding="utf-8")
    assert mdwatch("status", config=config).status == 78


def test_all_faults_of_the_settings_are_told_at_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["jobs"][JOB] |= {"folder": "relative", "user": "nobody", "settle_seconds": -1, "colour": "red"}
    config = world.write_settings()
    done = mdwatch("config", "check", config=config)
    assert done.status == 78
    for path in ("folder", "user", "settle_seconds", "colour"):
        assert f"jobs.{JOB}.{path}: " in done.err
    as_json = mdwatch("config", "check", "--json", config=config)
    assert as_json.status == 78
    assert len(as_json.json["faults"]) == 4


def test_a_run_ends_0_where_all_is_well_and_1_where_files_failed_or_it_aborted(tmp_path: Path) -> None:
    world, config = world_of(tmp_path)
    world.drop("a.xml", update("IE1", dc("Old")))
    done = mdwatch("job", "run", JOB, config=config)
    assert (done.status, done.out) == (
        0,
        f"Job dc: Complete with warnings (1 no-change)\nJob log: {tmp_path / 'logs' / 'dc.log'}\n",
    )
    world.drop("b.xml", b"<")
    failed = process("job", "run", JOB, "--json", config=config)
    assert failed.status == 1
    assert {**failed.json, "run_id": 0, "at": 0} == {
        "run_id": 0,
        "at": 0,
        "job": JOB,
        "status": "Error",
        "reason": None,
        "counts": {"invalid-xml": 1},
        "waiting": 0,
    }
    world.raw["users"]["editor"]["role"] = "editor-view"
    aborted = mdwatch("job", "run", JOB, config=world.write_settings())
    assert aborted.status == 1
    assert aborted.out.startswith("Job dc aborted: User editor has the role editor-view")


@pytest.mark.sqlite
def test_a_database_that_others_hold_is_told_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    world, _ = world_of(tmp_path)
    world.raw["repository"]["busy_seconds"] = 0.1
    config = world.write_settings()
    world.drop("a.xml", update("IE1", dc("New")))
    other = sqlite3.connect(tmp_path / "mdwatch.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    loads = mdwatch("ie", "load", tmp_path / "ies.jsonl", config=config)
    runs = mdwatch("job", "run", JOB, config=config)
    # Reading needs no lock.
    reads = mdwatch("status", config=config)
    other.execute("ROLLBACK")
    other.close()
    for done in (loads, runs):
        assert done.status == 1
        assert "held by another process for longer than repository.busy_seconds" in done.err
    assert "0 IEs were loaded before; load again" in loads.err
    assert reads.status == 0
    assert world.files() == ["a.xml"]
    assert world.title("IE1") == "Old"
    assert mdwatch("job", "run", JOB, config=config).status == 0


@pytest.mark.sqlite
def test_a_database_that_cannot_be_used_is_told_in_one_line(tmp_path: Path) -> None:
    world = World(tmp_path)
    config = world.write_settings()
    (tmp_path / "mdwatch.db").write_text("Dear diary, " * 100, encoding="utf-8")
    done = process("status", config=config)
    assert done.status == 78
    assert "is not a database of mdwatch; name another file" in done.err
    assert len(done.err.splitlines()) == 1


def test_the_option_goes_before_the_variable_and_before_or_after_the_command(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    _, config = world_of(tmp_path)
    other = World(tmp_path / "other").write_settings()
    for arguments in (["--config", config, "status"], ["status", "--config", config]):
        assert "3 IEs" in mdwatch(*arguments, config=other).out
    assert "0 IEs" in mdwatch("status", config=other).out


# --- what is shown


_TEXT, _NUMBER, _NOTHING, _FLAG = "str", "int", "NoneType", "bool"
_IDENTITY = {"inode": _NUMBER, "size": _NUMBER, "mtime_ns": _NUMBER}
_JOURNAL_ROW = {
    "id": _NUMBER,
    "run_id": _NUMBER,
    "job": _TEXT,
    "name": _TEXT,
    "identity": _IDENTITY,
    "digest": _TEXT,
    "pid": _TEXT,
    "code": _TEXT,
    "reason": _TEXT,
    "at": _NUMBER,
    "filed_as": _NOTHING,
    "carried_out": _FLAG,
    "went_to": _TEXT,
    "act": _NOTHING,
}


def test_what_is_shown_as_json_keeps_its_shape(tmp_path: Path) -> None:
    world, config = world_of(tmp_path)
    for name, pid in (("a.xml", "IE1"), ("b.xml", "IE3"), ("c.xml", "IE4")):
        world.drop(name, update(pid, dc("New")))
    world.drop("old.part", b"")
    os.utime(world.folder / "old.part", (10**9, 10**9))
    checked = mdwatch("check", world.folder / "a.xml", "--json", config=config)
    mdwatch("job", "run", JOB, config=config)

    def shown(*arguments: object) -> Any:
        return shape(mdwatch(*arguments, "--json", config=config).json)

    text, number, nothing, flag = _TEXT, _NUMBER, _NOTHING, _FLAG
    field = [{"path": text, "value": text}]
    difference = {"removed": field, "added": field, "reordered": flag}
    assert shape(checked.json) == [
        {
            "path": text,
            "job": text,
            "pid": text,
            "code": text,
            "reason": text,
            "remedy": text,
            "records": [{"type": text, "mid": text, "difference": difference}],
        }
    ]
    assert shown("explain", "b.xml") == [{"job": text, "here": nothing, "standing": [], "past": [_JOURNAL_ROW]}]
    assert shown("ie", "history", "IE1") == [
        {
            "version": number,
            "at": number,
            "agent": text,
            "cause": text,
            "job": nothing,
            "file": text,
            "records": [{"type": text, "mid": text}],
        }
    ]
    status = shown("status")
    (job,) = status["jobs"]
    assert status["institutions"] == {"INS01": number}
    settings = shown("job", "list")[JOB]
    assert (settings.pop("paused"), settings.pop("next_run")) == ("bool", "NoneType")
    assert settings.items() >= {"user": text, "folder": text, "schedule": text, "settle_seconds": "float"}.items()
    assert job["settings"] == settings
    assert job["counts"] == {"in-sip": number, "locked": number, "updated": number}
    assert job["last_run"].items() >= {"id": number, "status": text, "started_at": number, "ended_at": number}.items()
    waiting = {"job", "name", "identity", "pid", "code", "reason", "since"}
    assert waiting <= job["waiting_files"][0].keys()
    assert job["ignored"] == [{"name": text, "why": text, "mtime_ns": number}]
    retried = {"name": text, "put_back_as": text, "reason": text, "warning": text, "later": nothing, "differences": []}
    assert shown("retry", JOB) == [retried]
    assert shown("dismiss", JOB, "b.xml") == [{"name": text, "dismissed_as": nothing, "reason": text}]
    assert shown("ie", "load", tmp_path / "ies.jsonl") == {
        "counts": {"changed": number, "unchanged": number},
        "ies": [{"source": text, "pid": text, "loaded": text, "reason": text, "notices": []}],
    }
    assert mdwatch("ie", "show", "IE1", "--json", config=config).json["pid"] == "IE1"


def test_check_explain_and_retry_say_in_words_what_is_and_what_to_do(tmp_path: Path) -> None:
    world, config = world_of(tmp_path)
    path = world.drop("a.xml", update("IE3", dc("New")))
    checked = mdwatch("check", path, config=config)
    assert checked.status == 1
    assert checked.out.splitlines() == [
        f"{path}: locked: the file goes to error/",
        f"  IE is locked by curator. {MEANINGS[Code.LOCKED].remedy}",
        "  descriptive record:",
        "  - dc:record/dc:title: Old",
        "  + dc:record/dc:title: New",
    ]
    mdwatch("job", "run", JOB, config=config)
    explained = mdwatch("explain", "a.xml", config=config)
    assert explained.status == 0
    assert explained.out.endswith(f"locked: IE is locked by curator; it went to {world.folder / 'error' / 'a.xml'}\n")
    assert mdwatch("ie", "unlock", "IE3", config=config).out == "IE IE3 is unlocked\n"
    assert mdwatch("retry", JOB, "a.xml", config=config).out == "a.xml: put back as a.xml\n"
    again = mdwatch("retry", JOB, "a.xml", config=config)
    assert again.status == 1
    assert "no regular file of this name" in again.out
    assert mdwatch("retry", JOB, config=config).out == "There are no error files.\n"
    assert mdwatch("job", "run", JOB, config=config).status == 0
    nothing = mdwatch("explain", "b.xml", "--json", config=config)
    assert (nothing.status, nothing.json) == (1, [])
    assert nothing.err == "mdwatch: no trace of b.xml: no drop folder has it and no run has seen it\n"
    for place in ("", ".", "..", "/", world.folder / ".."):
        nameless = mdwatch("explain", place, config=config)
        assert (nameless.status, nameless.out) == (2, "")
        assert nameless.err.endswith(" names no file; give a file's name, or its path\n")


def test_an_older_file_is_applied_only_if_that_is_said_twice_and_may_be_dismissed(tmp_path: Path) -> None:
    world, config = world_of(tmp_path)
    for name in ("a.xml", "b.xml"):
        world.drop(name, update("IE3", dc(name)))
    mdwatch("job", "run", JOB, config=config)
    mdwatch("ie", "unlock", "IE3", config=config)
    world.drop("later.xml", update("IE3", dc("Later")))
    mdwatch("job", "run", JOB, config=config)
    assert f"  0 files in {world.folder}, 0 in error/, and 2 settled\n" in mdwatch("status", config=config).out
    refused = mdwatch("retry", JOB, "a.xml", config=config)
    assert refused.status == 1
    assert refused.out.splitlines() == [
        (
            "a.xml: left in error/: IE IE3 was updated by later.xml, which was created later; "
            "the older file would undo that"
        ),
        "  descriptive record:",
        "  - dc:record/dc:title: Later",
        "  + dc:record/dc:title: a.xml",
        "  `mdwatch retry --anyway dc a.xml` applies it all the same, `mdwatch dismiss dc a.xml` puts it aside",
    ]
    done = mdwatch("retry", JOB, "a.xml", "--anyway", config=config)
    assert done.status == 0
    assert done.out.startswith("a.xml: put back as a.xml. Beware: IE IE3 was updated by later.xml")
    dismissed = mdwatch("dismiss", JOB, "b.xml", "nope.xml", config=config)
    assert dismissed.status == 1
    assert dismissed.out.splitlines()[0] == "b.xml: put aside as error/dismissed/b.xml"
    assert "nope.xml: left in error/: there is no regular file" in dismissed.out
    explained = mdwatch("explain", "b.xml", config=config).out
    assert "dismissed by tester, as error/dismissed/b.xml" in explained
    assert "although something later had changed its records" in mdwatch("explain", "a.xml", config=config).out
    assert mdwatch("dismiss", JOB, config=config).status == 2


def test_status_tells_of_a_folder_that_is_away(tmp_path: Path) -> None:
    world, config = world_of(tmp_path)
    world.folder.rmdir()
    done = mdwatch("status", config=config)
    assert done.status == 0
    assert f"folder cannot be used: {world.folder}: No such file or directory" in done.out
    run = mdwatch("job", "run", JOB, config=config)
    assert run.status == 1
    assert f"The drop folder {world.folder} cannot be used: No such file or directory" in run.out


def test_names_that_are_not_utf_8_or_steer_terminals_are_shown_as_escapes(tmp_path: Path) -> None:
    world, config = world_of(tmp_path)
    for name in (NOT_UTF8, "\x1b[31mred.xml"):
        world.drop(name, update("IE4", dc("New")))
    mdwatch("job", "run", JOB, config=config)
    outputs = [
        process("explain", NOT_UTF8, config=config),
        mdwatch("explain", "\x1b[31mred.xml", config=config),
        mdwatch("status", config=config),
        mdwatch("check", world.folder / NOT_UTF8, config=config),
        # Also where the locale knows nothing but ASCII.
        process("status", config=config, LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii:strict"),
    ]
    for done in outputs:
        assert done.status == 0
        assert "\x1b" not in done.out
        assert "\udcff" not in done.out
    assert r"\xff.xml" in outputs[2].out
    assert r"\x1b[31mred.xml" in outputs[2].out
    (found,) = mdwatch("explain", NOT_UTF8, "--json", config=config).json
    assert found["past"][0]["name"] == NOT_UTF8


# --- mdwatch ie


def test_the_life_of_an_ie_on_the_command_line(tmp_path: Path) -> None:
    world, config = world_of(tmp_path)

    def ran(*arguments: object) -> str:
        done = mdwatch("ie", *arguments, config=config)
        assert (done.status, done.err) == (0, ""), done
        return done.out

    world.drop("a.xml", update("IE1", dc("New"), metadata(mods("New"), "source", "mods", "1436")))
    world.run()
    before = json.loads(ran("show", "IE1", "--format", "json"))
    lines = ran("history", "IE1").splitlines()
    assert [line.split(": ", 1)[1] for line in lines] == [
        "load by test from ies.jsonl: dc, 1436",
        "update by editor in job dc from a.xml: dc, 1436",
    ]
    assert "IE IE1 has the records of version 1 again, as version 3" in ran("revert", "IE1", "--to", "1")
    assert ran("lock", "IE1") == "IE IE1 is locked by tester\n"
    assert ran("stage", "IE1", "permanent") == "IE IE1 is in stage permanent\n"
    assert ran("publish", "IE1") == "IE IE1 is published\n"
    text = ran("show", "IE1")
    for fact in ("locked by:    tester", "published:    yes", "version:      3", "modified by:  tester"):
        assert f"  {fact}\n" in text
    after = json.loads(ran("show", "IE1", "--json"))
    assert after.items() >= {"lockedBy": "tester", "published": True, "descriptive": dc("Old")}.items()
    assert after["events"][:-1] == before["events"]
    assert after["events"][-1]["linkingAgentIdentifierValue1"] == "tester"
    assert ran("unpublish", "IE1") == "IE IE1 is not published\n"
    assert ran("delete", "IE1") == "IE IE1 is deleted\n"
    assert mdwatch("ie", "revert", "IE1", "--to", "2", config=config).status == 2


def test_one_bad_ie_is_reported_and_the_rest_loaded(tmp_path: Path) -> None:
    world = World(tmp_path)
    config = world.write_settings()
    (tmp_path / "a.jsonl").write_text(f"{json.dumps(ie('IE1'))}\n{{\n{json.dumps(ie('IE2'))}", encoding="utf-8")
    done = mdwatch("ie", "load", tmp_path / "a.jsonl", tmp_path / "missing.xml", config=config)
    assert (done.status, done.out) == (1, "4 IEs: 2 new, 0 changed, 0 unchanged, 2 rejected\n")
    first, second = done.err.splitlines()
    assert first.startswith(f"{tmp_path / 'a.jsonl'}, line 2: not loaded: not JSON")
    assert second == f"{tmp_path / 'missing.xml'}: not loaded: cannot be read: No such file or directory"
    written = mdwatch("ie", "show", "IE2", "--json", config=config).out
    (tmp_path / "b.jsonl").write_text(written, encoding="utf-8")
    again = mdwatch("ie", "load", tmp_path / "b.jsonl", config=config)
    assert (again.status, again.out) == (0, "1 IE: 0 new, 0 changed, 1 unchanged, 0 rejected\n")


def test_loading_shows_its_progress_on_a_terminal(tmp_path: Path) -> None:
    world = World(tmp_path)
    config = world.write_settings()
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f"{json.dumps(ie(f'IE{number}'))}\n" for number in range(120)), encoding="utf-8")
    done = on_terminal("ie", "load", path, config=config)
    assert (done.status, done.out) == (0, "120 IEs: 120 new, 0 changed, 0 unchanged, 0 rejected\n")
    assert "file 1 of 1" in done.err
    assert " IEs" in done.err


# --- two at a time


def test_two_processes_that_run_one_job_apply_each_file_once(tmp_path: Path) -> None:
    world, config = world_of(tmp_path)
    for number in range(150):
        world.drop(f"{number:03}.xml", update("IE1", dc(f"T{number}")))
    command = [sys.executable, "-m", "mdwatch", "job", "run", JOB, "--config", str(config)]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
        for _ in range(3)
    ]
    ended = [(process.communicate(), process.returncode) for process in processes]
    for (out, err), status in ended:
        assert (status == 0 and "Success" in out) or (status == 1 and "job dc is being run by process" in err), err
    assert 0 in [status for _, status in ended]
    found = world.snapshot()
    assert len(found["ies"]["IE1"]["versions"]) == 151
    assert [row[2] for row in found["journal"]] == ["updated"] * 150
    assert len([name for name in world.files() if name.startswith("done/")]) == 150


# --- demo


def test_the_demonstration_shows_every_outcome_and_what_to_try_next(tmp_path: Path) -> None:
    done = process("demo", tmp_path / "demo", cwd=tmp_path)
    assert done.status == 0
    assert done.err == ""
    assert done.out.endswith("Result of job ins01-updates: Job completed with Errors\n")
    assert "Job aborted. Reason: User viewer has the role editor-view" in done.out
    assert "updateMD-IE1003-locked.xml.reason.txt" in done.out
    config = tmp_path / "demo" / "mdwatch.toml"
    checked = mdwatch("config", "check", config=config).out
    assert checked.startswith(f"{config}: fine\nNote: jobs.")
    assert "has the role editor-view" in checked
    assert mdwatch("explain", "updateMD-IE1004-in-sip.xml", config=config).status == 0
    again = mdwatch("demo", tmp_path / "demo")
    assert again.status == 2
    assert "is there already; name an empty or a new folder" in again.err


def helps(group: click.Command, *above: str) -> Iterator[tuple[str, click.Command]]:
    """The group, all that is in it, and what is in that."""
    yield " ".join(above), group
    if isinstance(group, click.Group):
        for name in group.list_commands(click.Context(group)):
            command = group.get_command(click.Context(group), name)
            assert command is not None
            yield from helps(command, *above, name)


def test_every_help_is_whole_and_names_what_is_to_be_given() -> None:
    seen = dict(helps(commands))
    assert len(seen) > 50
    for words, command in seen.items():
        shown = command.get_help(click.Context(command)).partition("\n")[2]
        assert not [line for line in shown.splitlines() if line.endswith("...")], words
        for given in command.params:
            if isinstance(given, click.Argument):
                name = (given.metavar or given.name or "").upper().strip("[].").removesuffix("S")
                assert name in (command.help or ""), (words, name)


@pytest.mark.parametrize("group", [[], ["job"]])
def test_help_is_never_cut_short(group: list[str]) -> None:
    lines = mdwatch(*group, "--help").out.splitlines()
    assert len(lines) > 5
    assert not [line for line in lines if line.endswith("...") and not line.startswith("Usage:")]
