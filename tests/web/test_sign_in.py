"""Signing in on the page with a token, for as long as that is good; signing out; and ways round that there are not."""

from pathlib import Path
from typing import Final

import pytest
from lxml import html

from mdwatch.handlers.accounts import sessions, tokens
from mdwatch.handlers.trail import listing
from mdwatch.model import AccountRole
from mdwatch.web.pages.sign_in import inner
from mdwatch.web.serving import access
from mdwatch.web.serving.token import Token
from tests.web.pages import ME, text_of
from tests.web.sites import BEARER, TOKEN, Site, site
from tests.worlds import JOB, World, ie

SECURE: Final = "__Host-mdwatch"
TLS: Final = {**ME, "Host": "md.example.org", "Origin": "https://md.example.org"}
HTML: Final = {"Accept": "text/html"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.raw["http"] = {"base_url": "https://md.example.org", "session_hours": 1}
    world.load(ie("IE1", published=True))
    return world


def sign_in(there: Site, token: str, *, name: str = "", to: str = "/", headers: dict[str, str] = ME) -> tuple[str, str]:
    """Signs in as the form does; where it leads to, and what cookie is set with which attributes."""
    there.client.cookies.clear()
    answer = there.client.post("/sign-in", data={"token": token, "name": name, "next": to}, headers=headers)
    return answer.headers.get("location", str(answer.status_code)), answer.headers.get("set-cookie", "")


def cookie_of(text: str) -> dict[str, str]:
    """The header that sends a cookie back."""
    return {"Cookie": text.partition(";")[0]}


def status(there: Site, headers: dict[str, str], path: str = "/") -> int:
    there.client.cookies.clear()
    return there.client.get(path, headers=headers).status_code


def test_a_page_asks_who_it_is_and_leads_on_to_what_was_asked_for(world: World) -> None:
    with site(world) as there:
        text, _ = tokens.create(there.context, "ada", AccountRole.OPERATOR, [], 2)
        asked = there.client.get("/ies/IE1?note=x", headers=HTML)
        assert (asked.status_code, asked.headers["www-authenticate"]) == (401, 'Bearer realm="mdwatch"')
        form = html.document_fromstring(asked.text).forms[0]
        assert (form.action, form.fields["next"]) == ("/sign-in", "/ies/IE1?note=x")
        # Its parts come without a token, and programs are asked as ever.
        assert status(there, {}, "/assets/page.css") == status(there, {}, "/sign-in") == 200
        assert there.client.get("/api/jobs").headers["www-authenticate"].startswith("Basic")
        to, cookie = sign_in(there, f" {text}\n", to=form.fields["next"])
        assert to == "/ies/IE1?note=x"
        assert cookie.startswith("mdwatch=")
        assert cookie.endswith("; HttpOnly; Max-Age=3600; Path=/; SameSite=lax")
        page = there.client.get("/", headers=cookie_of(cookie))
        assert page.status_code == 200
        (who,) = html.document_fromstring(page.text).xpath("//*[@class='who']")
        assert text_of(who) == "Operator ada Sign out"
        there.client.post(f"/jobs/{JOB}/pause", headers={**ME, **cookie_of(cookie)})
        done = listing.acts(there.context)
        assert [(act.act, act.who, act.subject) for act in done[:2]] == [
            ("job-pause", "ada", JOB),
            ("sign-in", "ada", "ada"),
        ]
        # A role's bounds are those of the token.
        assert there.client.post("/exports/all", headers={**ME, **cookie_of(cookie)}).status_code == 403
        assert status(there, {**cookie_of(cookie), "Authorization": "Basic c3RhbGU6c3RhbGU="}) == 200
        database = b"".join(path.read_bytes() for path in world.root.glob("mdwatch.db*"))
        assert cookie_of(cookie)["Cookie"].removeprefix("mdwatch=").encode() not in database


def test_a_session_ends_with_the_token_by_itself_and_when_somebody_signs_out(world: World) -> None:
    with site(world) as there:
        made = {
            name: tokens.create(there.context, name, AccountRole.VIEWER, [], None)[0] for name in ("ada", "bob", "eve")
        }
        cookies = {name: cookie_of(sign_in(there, text)[1]) for name, text in made.items()}
        assert {status(there, cookie) for cookie in cookies.values()} == {200}
        tokens.revoke(there.context, "ada")
        assert [status(there, cookie) for cookie in cookies.values()] == [401, 200, 200]
        there.client.cookies.clear()
        answer = there.client.post("/sign-out", headers={**ME, **cookies["bob"]})
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert answer.headers["set-cookie"].startswith('mdwatch=""; HttpOnly; Max-Age=0;')
        assert [status(there, cookie) for cookie in cookies.values()] == [401, 401, 200]
        with there.context.repository.write() as connection:
            connection.exec_driver_sql("UPDATE sign_in SET expires_at = 1 WHERE name = 'eve'")
        assert status(there, cookies["eve"]) == 401
        assert [(act.act, act.who) for act in listing.acts(there.context, act="sign-out")] == [("sign-out", "bob")]
        # One that has ended is kept no longer than until the next begins; and none lasts longer than its token.
        last, _ = tokens.create(there.context, "ida", AccountRole.VIEWER, [], 1)
        with there.context.repository.write() as connection:
            soon = there.context.clock.now() + 60_000
            connection.exec_driver_sql(f"UPDATE token SET expires_at = {soon} WHERE name = 'ida'")
        seconds = int(sign_in(there, last)[1].partition("Max-Age=")[2].partition(";")[0])
        assert 50 <= seconds <= 60
        with there.context.repository.read() as connection:
            names = connection.exec_driver_sql("SELECT name FROM sign_in ORDER BY name").scalars().all()
        assert names == ["ada", "ida"]


def test_the_token_of_administrators_signs_in_under_a_name_and_its_change_ends_the_session(world: World) -> None:
    with site(world, token=TOKEN) as there:
        _, cookie = sign_in(there, TOKEN, name="Ada \u202eL.")
        assert there.client.post("/api/jobs/dc/pause", headers={**ME, **cookie_of(cookie)}).status_code == 200
        assert listing.acts(there.context, subject=JOB)[0].who == "Ada \\u202eL."
        _, nameless = sign_in(there, TOKEN)
        assert status(there, cookie_of(nameless)) == 200
        # Whoever fills the form in with a program may send no such field at all.
        assert there.client.post("/sign-in", data={"token": TOKEN}, headers=ME).status_code == 303
    with site(world, door=access.admin_door(world.settings.http, Token(f"{TOKEN}-changed"))) as there:
        assert status(there, cookie_of(cookie)) == 401
    with site(world) as there:
        tokens.create(there.context, "x", AccountRole.VIEWER, [], None)
        assert status(there, cookie_of(cookie)) == 401


def test_over_tls_the_cookie_is_of_this_host_alone_and_one_name_never_stands_for_the_other(world: World) -> None:
    with site(world, token=TOKEN) as there:
        _, cookie = sign_in(there, TOKEN, headers=TLS)
        assert cookie.startswith(f"{SECURE}=")
        assert "; Secure" in cookie
        value = cookie.partition("=")[2].partition(";")[0]
        assert status(there, {"Cookie": f"{SECURE}={value}"}) == 200
        # As whoever can set cookies of a domain might plant their own.
        assert status(there, {"Cookie": f"mdwatch={value}"}) == 401
        _, plain = sign_in(there, TOKEN)
        assert status(there, {"Cookie": f"{SECURE}={cookie_of(plain)['Cookie'].partition('=')[2]}"}) == 401


def test_nobody_is_signed_in_or_out_by_others_nor_led_to_another_site(world: World) -> None:
    with site(world, token=TOKEN) as there:
        assert sign_in(there, "mdw_wrong") == sign_in(there, TOKEN[:-1]) == ("401", "")
        assert "nobody&#39;s token" in there.client.post("/sign-in", data={"token": "x"}, headers=ME).text
        evil = {**ME, "Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
        assert sign_in(there, TOKEN, headers=evil) == ("403", "")
        _, cookie = sign_in(there, TOKEN)
        there.client.cookies.clear()
        assert there.client.post("/sign-out", headers={**evil, **cookie_of(cookie)}).status_code == 403
        assert there.client.get("/sign-out", headers=cookie_of(cookie)).status_code == 405
        assert status(there, cookie_of(cookie)) == 200
        # What a browser brought along is not what it is known by afterwards, and counts no longer (session fixation).
        there.client.cookies.clear()
        _, later = sign_in(there, TOKEN, headers={**ME, **cookie_of(cookie)})
        assert cookie_of(later) != cookie_of(cookie)
        assert (status(there, cookie_of(cookie)), status(there, cookie_of(later))) == (401, 200)
        there.client.cookies.clear()
        _, planted = sign_in(there, TOKEN, headers={**ME, "Cookie": "mdwatch=planted"})
        assert (status(there, {"Cookie": "mdwatch=planted"}), status(there, cookie_of(planted))) == (401, 200)
        # A form of another site that has the cookie sent along changes nothing.
        there.client.cookies.clear()
        assert there.client.post(f"/jobs/{JOB}/pause", headers={**evil, **cookie_of(later)}).status_code == 403
        assert sign_in(there, TOKEN, to="//evil.example/")[0] == "/"


@pytest.mark.parametrize(
    ("address", "to"),
    [
        *((good, good) for good in (
            "/", "/?text=x", "/errors?job=a&x=%2F%2F#spot", "/jobs/d%C3%A9j%C3%A0/file?name=a%2Fb", "/sets/a:b/change",
            "/runs/7#files",
        )),
        *((bad, "/") for bad in (
            "", "errors", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example",
            "https:evil.example", "javascript:alert(1)", "/\t/evil.example", "/\r\nSet-Cookie: a=b", " //evil.example",
            "/ /evil.example", "/sign-out", "/sign-in?next=/errors", "/nothing", "/api/admin/metadata/exportAll",
            "/api/v1/admin/metadata/exportAll", "/%61pi/admin/metadata/exportAll", "/x/../api/admin/metadata/exportAll",
            "/ies/%2e%2e/%2e%2e/api/admin/metadata/exportAll",
            "/./api/admin/metadata/exportAll",
            "/\N{FULLWIDTH SOLIDUS}evil.example", "//[", "/\x00",
        )),
    ],
)  # fmt: skip
def test_only_pages_of_ours_are_gone_on_to(address: str, to: str) -> None:
    assert inner(address) == to


def test_who_may_come_without_a_token_needs_no_session(world: World) -> None:
    with site(world) as there:
        assert "Sign out" not in there.client.get("/").text
        assert sessions.account_of(there.context, "mdwatch", "x", None) is None
        assert there.client.get("/", headers=BEARER).status_code == 200
