"""Accounts over the whole product of role, institution and route; and that nothing of others is shown."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from lxml import html
from starlette.responses import PlainTextResponse

from mdwatch.errors import Deferred
from mdwatch.handlers.accounts import tokens
from mdwatch.handlers.files import errands
from mdwatch.handlers.jobs import request
from mdwatch.handlers.oai import sets as oai_sets
from mdwatch.handlers.trail import listing
from mdwatch.handlers.updates import run_once
from mdwatch.model import AccountRole
from mdwatch.repository import sets as set_members
from mdwatch.rules import access
from mdwatch.rules.access import TABLE, About
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context
from mdwatch.web import table
from mdwatch.web.serving.route import PartTrouble
from tests.cli.calls import mdwatch
from tests.web.pages import text_of
from tests.web.sites import BEARER, TOKEN, Site, site
from tests.worlds import JOB, World, dc, ie, update

OURS, THEIRS = "INS01", "INS02"


class Things(NamedTuple):
    """What an institution has, by the parameters that name it."""

    job: str
    pid: str
    run: int
    request: int
    errand: int
    harvest: str


def two_houses(root: Path) -> World:
    """A world of two institutions, each with a job and a published IE."""
    world = World(root)
    theirs = root / "theirs"
    theirs.mkdir()
    world.raw["users"]["stranger"] = {"institution": THEIRS, "role": "editor-full"}
    world.raw["users"]["consortium"] = {"institution": "*", "role": "editor-full"}
    world.raw["jobs"]["zweig"] = {"user": "stranger", "folder": str(theirs), "settle_seconds": 0}
    shared = root / "shared"
    shared.mkdir()
    world.raw["jobs"]["shared"] = {"user": "consortium", "folder": str(shared), "settle_seconds": 0}
    for job in (JOB, "zweig"):
        # Its address would give away what others harvest.
        world.raw.setdefault("harvests", {})[f"for-{job}"] = {"base_url": f"http://{job}.example.org/", "job": job}
    world.load(ie("IE1", "Ours", published=True), ie("IE2", "Unseen", published=True, institution=THEIRS))
    world.drop("ours.xml", update("IE1", dc("Ours too")))
    (theirs / "unseen.xml").write_bytes(update("IE2", dc("Unseen too")))
    (theirs / "unseen-bad.xml").write_bytes(b"<")
    return world


def things(context: Context, job: str, pid: str) -> Things:
    """Has the job run, and asks for more."""
    run = run_once.run_job(context, job).run_id
    asked = request.ask(context, job)
    errand = errands.do(context, errands.retry(job, []), seconds=0)
    return Things(job, pid, run, asked, errand.id, f"for-{job}")


def bearer(context: Context, role: AccountRole, institution: str | None) -> dict[str, str]:
    """The header of a token that is made for this."""
    name = f"{role.value}-{institution or 'all'}"
    text, _ = tokens.create(context, name, role, [institution] if institution else [], None)
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return two_houses(tmp_path)


def stubs() -> Iterator[Any]:
    """Every route with an endpoint that does nothing, and only those parameters that say what it is about."""
    for route in table.ROUTES:
        kept = tuple(item for item in route.parameters if item.where == "path" or item.name == "persistentId")
        yield replace(route, endpoint=lambda _asked: PlainTextResponse("reached"), parameters=kept, free=False)


def test_over_the_whole_product_of_role_institution_and_route(world: World) -> None:
    with site(world, token=TOKEN, routes=tuple(stubs())) as there:
        house = {OURS: things(there.context, JOB, "IE1"), THEIRS: things(there.context, "zweig", "IE2")}
        senders = {
            (role, where): bearer(there.context, role, where) for role, where in product(AccountRole, (None, OURS))
        }
        for ((method, path), row), owner in product(TABLE.items(), house):
            found = house[owner]
            address = path
            values = {**found._asdict(), "spec": "s", "batch": 1, "format": "ddi", "notification": 1}
            for name, value in values.items():
                address = address.replace(f"{{{name}}}", str(value))
            if row.about is About.IE_ASKED:
                address += f"?persistentId={found.pid}"
            for (role, where), headers in senders.items():
                status = there.client.request(method, address, headers=headers).status_code
                expected = 200
                if not access.has_role(role, method, path) or (where is not None and row.about is About.ALL):
                    expected = 403
                elif where is not None and owner != where and row.about not in {About.JOBS, About.NOBODY}:
                    expected = 404
                assert status == expected, (method, address, role, where)
            # Nobody, and whoever has the token of administrators.
            assert there.client.request(method, address).status_code == 401
            assert there.client.request(method, address, headers=BEARER).status_code == 200
        shared = there.client.get("/api/jobs/shared", headers=senders[AccountRole.MANAGER, OURS])
        assert shared.status_code == 404, "what several share is not for who covers one of them"


def test_nothing_of_others_is_in_what_shows_many(world: World) -> None:
    with site(world) as there:
        for job in (JOB, "zweig"):
            run_once.run_job(there.context, job)
        limited = bearer(there.context, AccountRole.OPERATOR, OURS)
        everything = bearer(there.context, AccountRole.OPERATOR, None)
        addresses = [
            path
            for (method, path), row in TABLE.items()
            if method == "GET" and row.about is About.JOBS and "search" not in path
        ]
        sought = ("IE2", "IE", "unseen", "Unseen", "unseen.xml", "bad")
        addresses += [f"{path}?text={text}" for path, text in product(("/search", "/api/search"), sought)]
        addresses += ["/errors/check?file=zweig/unseen-bad.xml", "/jobs/dc", "/ies/IE1", "/api/ies/IE1/history"]
        for address in addresses:
            answer = there.client.get(address, headers=limited)
            assert answer.status_code in {200, 400, 404}, address
            # What was asked for is shown again.
            for secret in ("zweig", "unseen-bad.xml", "Unseen too", "ies/IE2", '"pid": "IE2"', THEIRS, "shared"):
                assert secret in address or secret not in answer.text, (address, secret)
        assert "zweig" in there.client.get("/", headers=everything).text
        assert "unseen-bad.xml" in there.client.get("/errors.csv", headers=everything).text
        assert "ours.xml" in there.client.get("/search?text=ours", headers=limited).text
        assert [run["job"] for run in there.ask("GET", "/api/runs", headers=limited)["items"]] == [JOB]
        # A form about theirs changes nothing.
        there.client.post("/errors/act", data={"dismiss_one": "zweig/unseen-bad.xml"}, headers=limited)
        assert (world.root / "theirs" / "error" / "unseen-bad.xml").exists()


def test_pages_offer_to_each_role_what_it_may_do_and_nothing_else(world: World) -> None:
    world.load(ie("IE3", lockedBy="curator"), ie("IE4", stage="sip"), ie("IE5", published=True))
    world.drop("bad.xml", update("IE9", dc("Nobody")))
    offered: dict[tuple[AccountRole, str | None], set[tuple[str, str]]] = {}
    with site(world) as there:
        for job in (JOB, "zweig"):
            run_once.run_job(there.context, job)
        oai_sets.create(there.context, "maps", "dc:title ~ Ours", "Maps", "")
        notifying = {"curators": {"mail": ["c@example.org"], "events": ["error"]}}
        world.raw |= {"notifications": notifying, "mail": {"host": "localhost"}}
    with site(world) as there:
        for role, where in product(AccountRole, (None, OURS)):
            headers = bearer(there.context, role, where)
            found: set[tuple[str, str]] = set()
            left = ["/", f"/jobs/{JOB}/file?name=bad.xml", "/ies/IE3", "/ies/IE4", "/ies/IE5"]
            seen: set[str] = set()
            while left:
                path = left.pop()
                if urlsplit(path).path in seen:
                    continue
                seen.add(urlsplit(path).path)
                answer = there.client.get(path, headers=headers)
                # What is led to may be gone, or unknown, but is never refused.
                assert answer.status_code != 403, (role, where, path)
                if not answer.headers["content-type"].startswith("text/html"):
                    continue
                page = html.document_fromstring(answer.text)
                for link in page.xpath("//a/@href"):
                    if link.startswith("/") and not link.startswith("/api/"):
                        found.add(("GET", access.route_at("GET", urlsplit(link).path) or ""))
                        left.append(link)
                for form in page.forms:
                    route = access.route_at(form.method, urlsplit(str(form.action)).path) or ""
                    found.add((form.method, route))
            for method, route in found:
                if (method, route) in TABLE:
                    assert access.has_role(role, method, route), (role, route)
                    assert where is None or access.about(method, route) is not About.ALL, (where, route)
            offered[role, where] = {route for route in found if route[0] == "POST"}
        acts = {"/errors/act", "/jobs/{job}/run", "/jobs/{job}/pause", "/jobs/{job}/retry", "/jobs/{job}/dismiss"}
        acts |= {f"/ies/{{pid}}/{what}" for what in ("lock", "unlock", "stage", "unpublish", "publish", "revert")}
        acts |= {"/jobs/{job}/sheet", "/jobs/{job}/replace"}
        acts |= {"/runs/{run}/undo", "/harvests/{harvest}/run", "/harvests/{harvest}/pause"}
        chiefs = {"/ies/{pid}/delete", "/jobs/{job}/transform"}
        everywhere = {"/exports/all", "/set/new", "/sets/{spec}/change", "/sets/{spec}/fill", "/sets/{spec}/delete"}
        everywhere |= {"/notifications/test"}

        def posted(role: AccountRole, where: str | None) -> set[str]:
            return {route for _, route in offered[role, where]}

        for where in (None, OURS):
            assert posted(AccountRole.VIEWER, where) == set()
            assert posted(AccountRole.OPERATOR, where) == acts, posted(AccountRole.OPERATOR, where) ^ acts
        assert posted(AccountRole.MANAGER, OURS) == acts | chiefs
        assert posted(AccountRole.MANAGER, None) == acts | chiefs | everywhere


def test_what_is_counted_is_counted_of_what_may_be_seen(world: World) -> None:
    world.load(ie("IE6", "Unseen maps", published=True, institution=THEIRS))
    with site(world, troubles=(PartTrouble("job zweig", 1, "x"), PartTrouble("database", 1, "y"))) as there:
        metrics.begin(("dc", "zweig"), ("ddi",))
        limited = bearer(there.context, AccountRole.VIEWER, OURS)
        everything = bearer(there.context, AccountRole.VIEWER, None)
        oai_sets.create(there.context, "all", "dc:title ~ s", "All", "")
        with there.context.repository.write() as connection:
            rows = connection.exec_driver_sql("SELECT id FROM ie WHERE pid IN ('IE1', 'IE2', 'IE6')")
            set_members.keep(connection, {key: {1} for key in rows.scalars()})

        def of(headers: dict[str, str], path: str) -> Any:
            return there.ask("GET", path, headers=headers)

        ours, all_of_it = of(limited, "/api/exports"), of(everything, "/api/exports")
        assert (ours["published"], ours["due"], all_of_it["published"], all_of_it["due"]) == (1, 1, 3, 3)
        assert (ours["batch"], ours.get("latest", [])) == (None, [])
        assert of(limited, "/api/sets")[0]["members"] == 1
        assert of(everything, "/api/sets")[0]["members"] == 3
        assert of(limited, "/api/sets/all")["items"] == ["IE1"]
        assert of(limited, "/api/harvest/server/oaisets/all/datasets")["datasets"] == ["IE1"]
        page = there.client.get("/sets/all", headers=limited).text
        assert "IE1" in page
        assert "IE6" not in page
        assert [item["part"] for item in of(everything, "/api/troubles")] == ["job zweig", "database"]
        assert of(limited, "/api/troubles") == []
        counted = there.client.get("/metrics", headers=limited).text
        assert 'mdwatch_job_in_trouble{job="dc"}' in counted
        assert "zweig" not in counted
        assert {line.partition('job="')[2].partition('"')[0] for line in counted.splitlines() if line[0] != "#"} == {
            "dc"
        }
        assert 'job="zweig"' in there.client.get("/metrics", headers=everything).text
        # What one has just been told is not what another is told.
        for headers, number in ((everything, 3), (limited, 1), (everything, 3)):
            facts = html.document_fromstring(there.client.get("/", headers=headers).text)
            assert text_of(facts.xpath("//section[@id='part-exports']//dd")[0]) == f"{number} IE{'s' * (number > 1)}"


def test_a_token_is_asked_for_from_the_first_on_and_counts_until_revoked_or_expired(world: World) -> None:
    def status(there: Site, headers: dict[str, str] | None = None) -> int:
        return there.client.get("/api/jobs", headers=headers).status_code

    config = world.write_settings()
    with site(world) as there:
        assert status(there) == 200
    done = mdwatch("token", "create", "ada", "--role", "operator", "--institution", OURS, "--days", "2", config=config)
    assert (done.status, done.err) == (0, "")
    text = done.out.strip()
    assert len(text) > 40
    sent = {"Authorization": f"Bearer {text}"}
    again = mdwatch("token", "create", "ada", "--role", "viewer", config=config)
    assert (again.status, "a name is used once" in again.err) == (2, True)
    listing_ = mdwatch("token", "list", config=config).out
    assert "ada: good, operator, INS01, until " in listing_
    assert text not in listing_
    with site(world) as there:
        assert (status(there), status(there, {"Authorization": "Bearer mdw_wrong"}), status(there, sent)) == (
            401,
            401,
            200,
        )
        there.ask("POST", "/api/ies/IE1/lock", headers=sent)
        assert listing.acts(there.context, subject="IE1")[0].who == "ada"
        assert listing.acts(there.context, subject="ada")[0].act == "token-create"
        # As the password in a browser, too.
        assert there.client.get("/", auth=("whoever", text)).status_code == 200
        database = b"".join(path.read_bytes() for path in world.root.glob("mdwatch.db*"))
        assert text.encode() not in database
        with there.context.repository.write() as connection:
            connection.exec_driver_sql("UPDATE token SET expires_at = 1")
        assert status(there, sent) == 401
        with there.context.repository.write() as connection:
            connection.exec_driver_sql("UPDATE token SET expires_at = NULL")
        assert status(there, sent) == 200
        assert mdwatch("token", "revoke", "ada", config=config).status == 0
        assert (status(there, sent), status(there)) == (401, 401)
    assert mdwatch("token", "revoke", "ada", config=config).status == 2


def test_a_token_for_an_institution_of_which_nothing_is_known_is_made_and_says_so(world: World) -> None:
    world.raw["users"]["planned"] = {"institution": ["INS03"], "role": "editor-view"}
    config = world.write_settings()
    asked = [word for code in (OURS, THEIRS, "INS03", "NOPE") for word in ("--institution", code)]
    done = mdwatch("token", "create", "ada", "--role", "viewer", *asked, config=config)
    assert (done.status, done.out.startswith("mdw_")) == (0, True)
    assert done.err.startswith("NOPE: no IE and no user"), done.err
    everywhere = mdwatch("token", "create", "bob", "--role", "viewer", "--institution", "*", config=config)
    assert (everywhere.status, "covers all institutions where none is named" in everywhere.err) == (2, True)


def test_no_token_is_made_that_a_fault_would_hide(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    config = world.write_settings()

    def away(_context: Context, _codes: object) -> list[str]:
        raise Deferred("the database is busy")

    monkeypatch.setattr(tokens, "unknown", away)
    failed = mdwatch("token", "create", "ada", "--role", "viewer", "--institution", OURS, config=config)
    assert (failed.status, failed.out) == (1, "")
    assert mdwatch("token", "list", config=config).out.startswith("There are no tokens")
