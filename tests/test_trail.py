"""The audit trail, over every act there is: each command, each route that changes something, each row of the table.

Whoever adds a command or such a route adds it to `COMMANDS` or `ROUTES` here, and so says what is recorded of it.
"""

import json
import signal
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click
import pytest

from mdwatch.cli.me import me
from mdwatch.daemon.daemon import Daemon
from mdwatch.handlers.exports import batch
from mdwatch.handlers.trail import listing
from mdwatch.rules.acts import ACTS, Act
from mdwatch.runtime.lease import Lease
from mdwatch.shapes.trail import TrailShape
from mdwatch.watch.signals import Signals
from mdwatch.web.serving.route import Route
from mdwatch.web.table import ROUTES as ALL_ROUTES
from tests.cli.calls import mdwatch
from tests.handlers.harvests.providers import answering, error
from tests.web.pages import ME
from tests.web.sites import site
from tests.worlds import JOB, World, dc, ie, update

PLACES = {
    "pid": "IE1",
    "job": JOB,
    "spec": "maps",
    "harvest": "there",
    ":persistentId": ":persistentId",
}
SET = {"name": "maps", "definition": "dc:title ~ maps"}

# Commands that change nothing of an IE, a job, a file, a set or a setting, or are the daemon and the set-up.
LOOKING = {
    "audit", "check", "config check", "demo", "explain", "export formats", "export show", "export status", "ie history",
    "ie show", "job list", "repository check", "repository copy", "run", "set list", "set show", "setup", "status",
    "trail", "notifications list", "notifications test", "notifications resend", "token list", "sheet export",
    "config show", "harvest list", "harvest runs", "harvest test",
    "store status", "store check", "repository rebuild",
}  # fmt: skip
# In an order in which each can be done.
COMMANDS: dict[str, tuple[list[str], Act]] = {
    "ie load": (["ie", "load", "{root}/more.jsonl"], Act.IE_LOAD),
    "sheet apply": (["sheet", "apply", "{root}/sheet.csv", "--job", JOB, "--yes"], Act.JOB_SHEET),
    "sheet replace": (
        [
            "sheet",
            "replace",
            "--pid",
            "IE2",
            "--fields",
            "dc:title",
            "--table",
            "{root}/table.csv",
            "--job",
            JOB,
            "--yes",
        ],
        Act.JOB_SHEET,
    ),
    "harvest run": (["harvest", "run", "there"], Act.JOB_HARVEST),
    "harvest pause": (["harvest", "pause", "there"], Act.HARVEST_PAUSE),
    "harvest resume": (["harvest", "resume", "there"], Act.HARVEST_RESUME),
    "ie lock": (["ie", "lock", "IE1"], Act.IE_LOCK),
    "ie unlock": (["ie", "unlock", "IE1"], Act.IE_UNLOCK),
    "ie revert": (["ie", "revert", "IE1", "--to", "1"], Act.IE_REVERT),
    "ie unpublish": (["ie", "unpublish", "IE1"], Act.IE_UNPUBLISH),
    "ie publish": (["ie", "publish", "IE1"], Act.IE_PUBLISH),
    "ie stage": (["ie", "stage", "IE1", "permanent"], Act.IE_STAGE),
    "ie delete": (["ie", "delete", "IE2"], Act.IE_DELETE),
    "ie undelete": (["ie", "undelete", "IE2"], Act.IE_UNDELETE),
    "job run": (["job", "run", JOB], Act.JOB_RUN),
    "job undo": (["job", "undo", JOB, "{run}"], Act.JOB_UNDO),
    "job cancel": (["job", "cancel", JOB], Act.JOB_CANCEL),
    "job pause": (["job", "pause", JOB], Act.JOB_PAUSE),
    "job resume": (["job", "resume", JOB], Act.JOB_RESUME),
    "retry": (["retry", JOB, "a.xml"], Act.JOB_RETRY),
    "dismiss": (["dismiss", JOB, "b.xml"], Act.JOB_DISMISS),
    "set create": (["set", "create", "maps", "--where", "dc:title ~ maps"], Act.SET_CREATE),
    "set change": (["set", "change", "maps", "--title", "Maps"], Act.SET_CHANGE),
    "set export": (["set", "export", "maps"], Act.SET_EXPORT),
    "set delete": (["set", "delete", "maps"], Act.SET_DELETE),
    "export all": (["export", "all"], Act.EXPORT_ALL),
    "export redo": (["export", "redo"], Act.EXPORT_REDO),
    "token create": (["token", "create", "ada", "--role", "viewer"], Act.TOKEN_CREATE),
    "token revoke": (["token", "revoke", "ada"], Act.TOKEN_REVOKE),
    "store sync": (["store", "sync"], Act.STORE_SYNC),
    "repository retention": (["repository", "retention"], Act.REPOSITORY_RETENTION),
    "repository vacuum": (["repository", "vacuum"], Act.REPOSITORY_VACUUM),
    "export cancel": (["export", "cancel"], Act.BATCH_CANCEL),
}
_EXPORT = "/api/admin/metadata"
_SETS = "/api/harvest/server/oaisets"
ROUTES: dict[tuple[str, str], tuple[dict[str, Any], Act]] = {
    ("POST", "/api/ies/{pid}/lock"): ({}, Act.IE_LOCK),
    ("POST", "/api/ies/{pid}/unlock"): ({}, Act.IE_UNLOCK),
    ("POST", "/api/ies/{pid}/stage"): ({"stage": "permanent"}, Act.IE_STAGE),
    ("POST", "/api/ies/{pid}/unpublish"): ({}, Act.IE_UNPUBLISH),
    ("POST", "/api/ies/{pid}/publish"): ({}, Act.IE_PUBLISH),
    ("POST", "/api/ies/{pid}/revert"): ({"to": 1}, Act.IE_REVERT),
    ("POST", "/ies/{pid}/lock"): ({}, Act.IE_LOCK),
    ("POST", "/ies/{pid}/unlock"): ({}, Act.IE_UNLOCK),
    ("POST", "/ies/{pid}/stage"): ({"stage": "permanent"}, Act.IE_STAGE),
    ("POST", "/ies/{pid}/unpublish"): ({}, Act.IE_UNPUBLISH),
    ("POST", "/ies/{pid}/publish"): ({}, Act.IE_PUBLISH),
    ("POST", "/api/runs/{run}/undo"): ({}, Act.JOB_UNDO),
    ("POST", "/runs/{run}/undo"): ({}, Act.JOB_UNDO),
    ("POST", "/api/jobs/{job}/run"): ({}, Act.JOB_RUN),
    ("POST", "/api/jobs/{job}/pause"): ({}, Act.JOB_PAUSE),
    ("POST", "/api/jobs/{job}/cancel"): ({}, Act.JOB_CANCEL),
    ("POST", "/jobs/{job}/cancel"): ({}, Act.JOB_CANCEL),
    ("POST", "/api/jobs/{job}/resume"): ({}, Act.JOB_RESUME),
    ("POST", "/jobs/{job}/run"): ({}, Act.JOB_RUN),
    ("POST", "/jobs/{job}/pause"): ({}, Act.JOB_PAUSE),
    ("POST", "/jobs/{job}/resume"): ({}, Act.JOB_RESUME),
    ("POST", "/api/jobs/{job}/retry"): ({"files": ["a.xml"]}, Act.FILE_RETRY),
    ("POST", "/api/jobs/{job}/dismiss"): ({"files": ["b.xml"]}, Act.FILE_DISMISS),
    ("POST", "/jobs/{job}/retry"): ({"name": "c.xml"}, Act.FILE_RETRY),
    ("POST", "/jobs/{job}/dismiss"): ({"name": "d.xml"}, Act.FILE_DISMISS),
    ("POST", "/api/harvests/{harvest}/run"): ({"full": True}, Act.JOB_HARVEST),
    ("POST", "/api/harvests/{harvest}/pause"): ({}, Act.HARVEST_PAUSE),
    ("POST", "/api/harvests/{harvest}/resume"): ({}, Act.HARVEST_RESUME),
    ("POST", "/harvests/{harvest}/run"): ({}, Act.JOB_HARVEST),
    ("POST", "/harvests/{harvest}/pause"): ({}, Act.HARVEST_PAUSE),
    ("POST", "/harvests/{harvest}/resume"): ({}, Act.HARVEST_RESUME),
    ("POST", "/errors/act"): ({"act": "retry_all"}, Act.FILE_RETRY),
    ("POST", "/jobs/{job}/retry-all"): ({}, Act.JOB_RETRY),
    ("POST", _SETS): (SET, Act.SET_CREATE),
    ("POST", f"{_SETS}/add"): ({**SET, "spec": "more"}, Act.SET_CREATE),
    ("PUT", f"{_SETS}/{{spec}}"): ({"description": "All of them"}, Act.SET_CHANGE),
    ("PUT", f"{_EXPORT}/exportOAI/{{spec}}"): ({}, Act.SET_EXPORT),
    ("DELETE", f"{_SETS}/{{spec}}"): ({}, Act.SET_DELETE),
    ("POST", "/set/new"): ({**SET, "spec": "maps"}, Act.SET_CREATE),
    ("POST", "/sets/{spec}/change"): ({**SET, "description": "All of them"}, Act.SET_CHANGE),
    ("POST", "/sets/{spec}/fill"): ({}, Act.SET_EXPORT),
    ("POST", "/sets/{spec}/delete"): ({}, Act.SET_DELETE),
    ("GET", f"{_EXPORT}/exportAll"): ({}, Act.EXPORT_ALL),
    ("GET", f"{_EXPORT}/reExportAll"): ({}, Act.EXPORT_REDO),
    ("GET", f"{_EXPORT}/clearExportTimestamps"): ({}, Act.EXPORT_CLEAR),
    ("GET", f"{_EXPORT}/:persistentId/reExportDataset"): ({"persistentId": "IE1"}, Act.IE_EXPORT),
    ("GET", f"{_EXPORT}/{{pid}}/reExportDataset"): ({}, Act.IE_EXPORT),
    ("POST", "/api/batches"): ({"kind": "redo"}, Act.EXPORT_REDO),
    ("POST", "/exports/all"): ({}, Act.EXPORT_ALL),
    ("POST", "/api/batches/{batch}/cancel"): ({}, Act.BATCH_CANCEL),
    ("POST", "/batches/{batch}/cancel"): ({}, Act.BATCH_CANCEL),
    ("POST", "/ies/{pid}/revert"): ({"to": 1}, Act.IE_REVERT),
    ("POST", "/api/ies/{pid}/delete"): ({}, Act.IE_DELETE),
    ("POST", "/api/ies/{pid}/undelete"): ({}, Act.IE_UNDELETE),
    ("POST", "/ies/{pid}/delete"): ({}, Act.IE_DELETE),
    ("POST", "/ies/{pid}/undelete"): ({}, Act.IE_UNDELETE),
}
# OAI-PMH allows to ask by POST; messages tell of things and change none; signing in is in tests/web/test_sign_in.py.
# A sheet that is uploaded is looked at; it is carried out, and its act found, in tests/web/test_pages_sheets.py.
_SHEETS = {f"/jobs/{{job}}/{what}{apply}" for what in ("sheet", "replace", "transform") for apply in ("", "/apply")}
_MESSAGES = {f"{place}/notifications/{what}" for place in ("", "/api") for what in ("test", "{notification}/resend")}
HARMLESS = {("POST", path) for path in ("/oai", "/sign-in", "/sign-out", *_SHEETS, *_MESSAGES)}
# By a signal; with a run, beside what is recorded of that; with a token or by a provider (tests/web).
ELSEWHERE = {Act.RELOAD, Act.IE_UNDO, Act.SIGN_IN, Act.SIGN_OUT}


def world_of(root: Path) -> World:
    """Two IEs, and five files in error."""
    world = World(root)
    world.raw["store"] = {"ocfl": str(root / "store")}
    world.raw["retention"] = {"journal_days": 400}
    world.load(ie("IE1", "Old maps", published=True), ie("IE2"))
    world.drop("z.xml", update("IE1", dc("New maps")))
    for name in "abcde":
        world.drop(f"{name}.xml", update("IE9", dc(name)))
    world.run()
    (root / "more.jsonl").write_text(json.dumps(ie("IE3")), encoding="utf-8")
    (root / "table.csv").write_text("old,new\nOld,Newer\n", encoding="utf-8")
    (root / "sheet.csv").write_text("pid,version,dc:title\nIE2,1,New\n", encoding="utf-8")
    return world


def numbers(world: World) -> dict[str, int]:
    """The first run and the newest batch there are; nothing says that numbers begin at one and leave none out."""
    with world.context() as context, context.repository.read() as connection:
        sql = "SELECT (SELECT min(id) FROM run), (SELECT max(id) FROM batch)"
        run, batch = connection.exec_driver_sql(sql).one()
    return {"run": run, "batch": batch}


def trail_of(world: World, **wanted: Any) -> list[TrailShape]:
    """The acts, newest first."""
    with world.context() as context:
        return listing.acts(context, limit=1_000, **wanted)


def paths(group: click.Command, *above: str) -> Iterator[str]:
    """Every command by its words."""
    if not isinstance(group, click.Group):
        yield " ".join(above)
        return
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield from paths(command, *above, name)


def test_every_command_leaves_its_act_or_is_known_to_change_nothing(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    for words, act in COMMANDS.values():
        newest = trail_of(world)[0].id
        if act is Act.BATCH_CANCEL:
            with world.context() as context:
                batch.request(context, "all", "somebody")
        with answering(lambda _: error("noRecordsMatch")) if act is Act.JOB_HARVEST else nullcontext() as url:
            world.raw["harvests"] = {"there": {"base_url": url or "http://localhost/", "job": JOB}}
            config = world.write_settings()
            done = mdwatch(*(word.format(root=tmp_path, **numbers(world)) for word in words), config=config)
        assert done.err == "", words
        found = [item for item in trail_of(world) if item.id > newest and item.way == "cli"]
        assert act.value in {item.act for item in found}, words
        assert {item.who for item in found} == {"tester"}
        assert all("@" in item.origin for item in found)


def test_every_route_that_changes_something_leaves_its_act(tmp_path: Path) -> None:
    unsafe: dict[tuple[str, str], Route] = {(route.method, route.path): route for route in ALL_ROUTES if route.unsafe}
    world = world_of(tmp_path)
    world.raw["harvests"] = {"there": {"base_url": "http://localhost/", "job": JOB}}
    with site(world) as there:
        for (method, path), (values, act) in ROUTES.items():
            newest = listing.acts(there.context, limit=1)[0].id
            page = unsafe[method, path].topic == "pages"
            given: dict[str, Any] = (
                {"data": values} if page else {"params": values} if method == "GET" else {"json": values}
            )
            response = there.client.request(method, path.format(**PLACES, **numbers(world)), headers=ME, **given)
            assert response.status_code < 400, (path, response.text)
            acts = [item for item in listing.acts(there.context, limit=20) if item.id > newest]
            assert act.value in {item.act for item in acts}, path
            assert {(item.who, item.way, item.origin) for item in acts} == {
                ("testclient", "page" if page else "api", "testclient")
            }, path
        # It can be read in the same two ways.
        found = there.ask("GET", "/api/trail", params={"subject": JOB, "limit": 2})
        assert [item["kind"] for item in found["items"]] == ["job", "file"]
        first = there.ask("GET", "/api/trail", params={"act": "ie-lock", "who": "testclient", "since": "2020-01-01"})
        assert [(item["subject"], item["outcome"]) for item in first["items"]] == [("IE1", "done")] * 2
        assert there.ask("GET", "/api/trail", params={"since": "2999-01-01"})["items"] == []


def test_every_act_is_done_in_some_way_and_has_its_words() -> None:
    done = {act for _, act in COMMANDS.values()} | {act for _, act in ROUTES.values()}
    assert set(Act) - done == ELSEWHERE
    assert ACTS.keys() == set(Act)


def test_a_reload_is_recorded_also_where_it_is_refused(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    world = world_of(tmp_path)
    path = world.write_settings()
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    request.addfinalizer(lambda: (signal.set_wakeup_fd(-1), [signal.signal(*item) for item in kept.items()]))
    with world.context() as context:
        daemon = Daemon(path, context, Lease(context, "none", "", 0), Signals())
        daemon._reload()
        path.write_text("colour = 1", encoding="utf-8")
        daemon._reload()
        assert daemon._workers.stop(30, lambda: None)
    refused, done = trail_of(world, act="reload")
    assert (done.outcome, done.way, done.subject) == ("done", "daemon", str(path))
    assert done.who
    assert refused.outcome == "refused"
    assert "colour" in str(refused.details["faults"])


def test_what_is_refused_and_what_was_so_already_is_told_and_sudo_names_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path)
    config = world.write_settings()
    monkeypatch.setenv("SUDO_USER", "ada")
    assert mdwatch("ie", "lock", "IE1", "--by", "eve", config=config).status == 0
    assert mdwatch("ie", "lock", "IE1", config=config).status == 2
    assert mdwatch("ie", "unpublish", "IE2", config=config).status == 0
    nothing, refused, locked = trail_of(world, who="ada")
    assert (locked.outcome, locked.details) == ("done", {"holder": "eve"})
    assert (refused.outcome, refused.details["reason"]) == (
        "refused",
        "IE IE1 is locked by eve already; have it unlocked first",
    )
    assert nothing.outcome == "nothing"
    shown = mdwatch("trail", "--subject", "IE1", "--act", "ie-lock", config=config)
    assert "ie-lock IE1 by ada (cli " in shown.out
    assert mdwatch("trail", "--who", "nobody", config=config).out == "Nothing.\n"
    assert mdwatch("trail", "--since", "soon", config=config).status == 2
    as_json = mdwatch("trail", "--who", "ada", "--limit", "1", "--json", config=config).json
    assert [item["act"] for item in as_json] == ["ie-unpublish"]
    assert "ie-lock IE1 by ada" in mdwatch("ie", "history", "IE1", config=config).out


def test_an_actor_is_never_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(tmp_path)
    for name in ("SUDO_USER", "LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "")
    with world.context() as context:
        assert context.actor.name
    assert me()
