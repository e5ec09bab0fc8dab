"""Signing in by an OpenID provider: what it vouches for, what it lies about, and what others slip in between."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwk
from lxml import html

from mdwatch import config
from mdwatch.errors import ConfigError
from mdwatch.handlers.accounts import id_tokens, openid, tokens
from mdwatch.handlers.trail import listing
from mdwatch.model import AccountRole
from tests.web.pages import ME, text_of
from tests.web.provider import CLIENT, SECRET, Login, login
from tests.web.sites import Site, site
from tests.web.test_accounts import two_houses
from tests.worlds import JOB, World

GROUPS: Final = {"archivists": {"role": "operator", "institutions": ["INS01"]}, "chiefs": {"role": "manager"}}
HOST: Final = {"Host": "md.example.org"}


@pytest.fixture
def provider() -> Iterator[Login]:
    openid.provider.cache_clear()
    with login() as found:
        yield found


@pytest.fixture
def world(tmp_path: Path, provider: Login) -> World:
    world = two_houses(tmp_path)
    secret = tmp_path / "oidc-secret"
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    secret.chmod(0o600)
    world.raw["http"] = {"base_url": "https://md.example.org"}
    world.raw["groups"] = GROUPS
    world.raw["oidc"] = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret_file": str(secret)}
    return world


def begin(there: Site, to: str = "/") -> str:
    """Where the browser is sent to; the cookie is kept by the client."""
    there.client.cookies.clear()
    answer = there.client.get("/sign-in/oidc", params={"next": to}, headers=HOST)
    assert answer.status_code == 303, text_of(html.document_fromstring(answer.text))
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-mdwatch-oidc=")
    assert "; HttpOnly; Max-Age=900; Path=/; SameSite=lax; Secure" in cookie
    # Kept by hand: the client of the tests speaks http, to which no secure cookie goes.
    there.client.cookies.clear()
    there.client.headers["Cookie"] = cookie.partition(";")[0]
    return answer.headers["location"]


def finish(there: Site, **came: str) -> Any:
    """The answer to what the browser brings back."""
    answer = there.client.get("/sign-in/oidc/callback", params=came, headers=HOST)
    del there.client.headers["Cookie"]
    there.client.cookies.clear()
    return answer


def session_of(answer: Any) -> dict[str, str]:
    """The header that sends the session's cookie back."""
    assert answer.status_code == 303, text_of(html.document_fromstring(answer.text))
    (cookie,) = [text for text in answer.headers.get_list("set-cookie") if text.startswith("__Host-mdwatch=")]
    assert "; HttpOnly; Max-Age=43200; Path=/; SameSite=lax; Secure" in cookie
    assert any(text.startswith('__Host-mdwatch-oidc=""') for text in answer.headers.get_list("set-cookie"))
    return {**HOST, "Cookie": cookie.partition(";")[0]}


def refusal(answer: Any, status: int) -> str:
    """What the page says that signs nobody in, and still takes a token."""
    assert answer.status_code == status, answer.text
    assert not any(text.startswith("__Host-mdwatch=") for text in answer.headers.get_list("set-cookie"))
    page = html.document_fromstring(answer.text)
    assert page.xpath("//form[@action='/sign-in']//input[@name='token']")
    return text_of(page.xpath("//*[@id='refusal']")[0])


def test_whom_the_provider_vouches_for_may_do_what_the_groups_may(world: World, provider: Login) -> None:
    with site(world) as there:
        asked = there.client.get("/", headers={**HOST, "Accept": "text/html"})
        assert asked.status_code == 401, "nobody is let in unknown, though there are no tokens and it is the loopback"
        assert "Sign in with single sign-on" in text_of(html.document_fromstring(asked.text))
        to = begin(there, "/errors?job=dc")
        sent = dict(parse_qsl(urlsplit(to).query))
        assert to.startswith(f"{provider.issuer}/auth?kc=1&")
        assert len({sent.pop(name) for name in ("state", "nonce", "code_challenge")}) == 3
        assert sent == {
            "kc": "1",
            "response_type": "code",
            "client_id": CLIENT,
            "redirect_uri": "https://md.example.org/sign-in/oidc/callback",
            "scope": "openid profile",
            "code_challenge_method": "S256",
        }
        answer = finish(there, **provider.sign_in(to), iss=provider.issuer)
        assert answer.headers["location"] == "/errors?job=dc"
        session = session_of(answer)
        page = there.client.get("/", headers=session)
        assert text_of(html.document_fromstring(page.text).xpath("//*[@class='who']")[0]) == "Operator ada Sign out"
        assert [job["name"] for job in there.ask("GET", "/api/jobs", headers=session)] == [JOB]
        assert there.client.post(f"/jobs/{JOB}/pause", headers={**ME, **session}).status_code == 303
        assert [act.who for act in listing.acts(there.context)[:2]] == ["ada", "ada"]
        assert provider.asked == ["openid-configuration", "token", "certs"]
        # Sooner told by userinfo, at the end of a way, than not at all; by a name that has no other.
        provider.in_token, provider.user = False, {"sub": "u-2", "groups": "chiefs"}
        boss = session_of(finish(there, **provider.sign_in(begin(there))))
        assert there.client.get("/sets", headers=boss).status_code == 200
        assert listing.acts(there.context, act="sign-in")[0].who == "u-2"
        # What a group may do is what the settings say now.
        text, _ = tokens.create(there.context, "robot", AccountRole.VIEWER, [], None)
    world.raw["groups"] = {"archivists": {"role": "viewer"}}
    with site(world) as there:
        assert there.client.post(f"/jobs/{JOB}/pause", headers={**ME, **session}).status_code == 403
        assert there.client.get("/", headers=boss).status_code == 401
        assert there.client.get("/", headers=session).status_code == 200
        assert there.client.get("/api/jobs", headers={"Authorization": f"Bearer {text}"}).status_code == 200
    world.raw["oidc"]["issuer"] = "https://other.example.org"
    with site(world) as there:
        assert there.client.get("/", headers=session).status_code == 401


def test_claims_at_the_end_of_a_way_and_who_has_no_group_of_ours(world: World, provider: Login) -> None:
    world.raw["oidc"] |= {"groups_claim": "realm_access.roles", "name_claim": "https://example.org/name"}
    provider.user = {"sub": "u", "https://example.org/name": "Zo\u00eb", "realm_access": {"roles": ["x", 7, "chiefs"]}}
    with site(world) as there:
        session_of(finish(there, **provider.sign_in(begin(there))))
        assert listing.acts(there.context, act="sign-in")[0].who == "Zo\u00eb"
        provider.user["realm_access"] = {"roles": ["<b>lookers", "*"]}
        told = refusal(finish(there, **provider.sign_in(begin(there))), 403)
        assert told.startswith("Zo\u00eb may do nothing here: no [groups.NAME] of mdwatch.toml is for the groups")
        assert "<b>lookers" in told
        for wrong in ("chiefs", ["chiefs"], None, {"roles": {"chiefs": 1}}):
            provider.user["realm_access"] = wrong
            refusal(finish(there, **provider.sign_in(begin(there))), 403)


OTHER_KEY: Final = jwk.RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})


def changed(**values: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda claims: {name: value for name, value in {**claims, **values}.items() if value is not None}


LIES: Final[tuple[tuple[dict[str, Any], str], ...]] = (
    ({"claims": changed(iss="https://evil.example")}, "iss"),
    ({"claims": changed(iss=None)}, "iss"),
    ({"claims": changed(aud="another")}, "aud"),
    ({"claims": changed(aud=None)}, "aud"),
    ({"claims": changed(aud=[CLIENT, "another"])}, "azp"),
    ({"claims": changed(azp="another")}, "azp"),
    ({"claims": changed(exp=int(time.time()) - 120)}, "exp"),
    ({"claims": changed(exp=None)}, "exp"),
    ({"claims": changed(iat=int(time.time()) + 900)}, "in the future"),
    ({"claims": changed(nbf=int(time.time()) + 900)}, "not yet valid"),
    ({"claims": changed(nonce="of another")}, "nonce"),
    ({"claims": changed(nonce=None)}, "nonce"),
    ({"claims": changed(sub=None)}, "sub"),
    ({"userinfo": changed(sub="somebody else"), "claims": changed(groups=None)}, "somebody else"),
    ({"token": changed(id_token=None)}, "no ID token"),
    ({"token": changed(id_token="a.b.c")}, "ID token"),
    ({"token": lambda _: b"[1]"}, "no JSON object"),
    ({"token": lambda _: b"x" * (1 << 21)}, "no JSON object"),
    ({"certs": lambda _: {"keys": []}}, "ID token"),
    ({"certs": lambda _: {"keys": "none"}}, "ID token"),
)


def test_what_the_provider_says_is_held_against_what_was_asked(world: World, provider: Login) -> None:
    with site(world) as there:
        for spoil, told in LIES:
            openid.provider.cache_clear()
            provider.spoilt = spoil
            assert told in refusal(finish(there, **provider.sign_in(begin(there))), 502), told
        # The same without: it is the lies that were refused.
        provider.spoilt = {}
        openid.provider.cache_clear()
        session_of(finish(there, **provider.sign_in(begin(there))))


def test_only_the_provider_signs_and_its_new_key_is_found(world: World, provider: Login) -> None:
    with site(world) as there:

        def signed() -> Any:
            return finish(there, **provider.sign_in(begin(there)))

        provider.signing = OTHER_KEY
        refusal(signed(), 502)
        provider.signing, provider.header = None, {"alg": "none"}
        refusal(signed(), 502)
        # The public key, which everybody has, as if it were a secret.
        public = provider.key.as_pem(private=False)
        provider.header, provider.signing = {"alg": "HS256"}, jwk.OctKey.import_key(SECRET)
        refusal(signed(), 502)
        assert public.startswith(b"-----BEGIN")
        provider.header, provider.signing = {"alg": "RS256"}, None
        session_of(signed())
        provider.key = jwk.ECKey.generate_key("P-256", {"kid": "second", "use": "sig"})  # type: ignore[assignment]
        provider.header = {"alg": "ES256"}
        openid.provider(world.settings.oidc)._keys_at -= 11
        asked = provider.asked.count("certs")
        session_of(signed())
        assert provider.asked.count("certs") == asked + 1
        # Asked for not more often than every ten seconds, whatever keys tokens name.
        provider.signing = OTHER_KEY
        provider.header = {"alg": "RS256"}
        for _ in range(3):
            refusal(signed(), 502)
        assert provider.asked.count("certs") == asked + 1


def test_nobody_is_signed_in_by_a_code_of_another_browser_or_twice(world: World, provider: Login) -> None:
    with site(world) as there:
        # An attacker's code, brought to a browser that began nothing, or something else (login CSRF).
        stolen = provider.sign_in(begin(there))
        there.client.headers["Cookie"] = "x=y"
        assert "another browser" in refusal(finish(there, **stolen), 400)
        begin(there)
        assert "another browser" in refusal(finish(there, **stolen), 400)
        # The state of this browser with a code that was made for another: PKCE does not fit.
        state = provider.sign_in(begin(there))["state"]
        assert "no \\u202esuch code" in refusal(finish(there, code=stolen["code"], state=state), 502)
        # A code counts once.
        came = provider.sign_in(begin(there))
        kept = there.client.headers["Cookie"]
        session_of(finish(there, **came))
        there.client.headers["Cookie"] = kept
        refusal(finish(there, **came), 502)
        # An answer of another provider (mix-up), and one that says no.
        came = provider.sign_in(begin(there))
        refusal(finish(there, **came, iss="https://evil.example"), 400)
        state = provider.sign_in(begin(there))["state"]
        said = refusal(finish(there, state=state, error="access_denied", error_description="<b>no"), 403)
        assert said == "You were not signed in with single sign-on: access_denied: <b>no"
        assert "another browser" in refusal(
            (begin(there), finish(there, error="access_denied", error_description="x"))[1], 400
        )
        for planted in ("", "e30=", "!!!", "W10=", "eyJzdGF0ZSI6MX0="):
            there.client.headers["Cookie"] = f"__Host-mdwatch-oidc={planted}"
            refusal(finish(there, code="c", state=""), 400)
        # Led on to pages of ours alone.
        answer = finish(there, **provider.sign_in(begin(there, "//evil.example/")))
        assert answer.headers["location"] == "/"


def test_where_the_provider_is_away_that_is_told_and_tokens_still_work(world: World, provider: Login) -> None:
    with site(world) as there:
        text, _ = tokens.create(there.context, "ada", AccountRole.VIEWER, [], None)
        session = session_of(finish(there, **provider.sign_in(begin(there))))
        came = provider.sign_in(begin(there))
        provider.spoilt = {"token": lambda found: found["none"]}  # breaks the connection off
        told = refusal(finish(there, **came), 503)
        assert "It cannot be asked now" in told
        assert "A token still signs you in" in told
        openid.provider.cache_clear()
        provider.shutdown()
        provider.server_close()
        answer = there.client.get("/sign-in/oidc", headers=HOST)
        assert "cannot be reached: Connection refused" in refusal(answer, 503).replace("[Errno 111] ", "")
        assert there.client.get("/", headers=session).status_code == 200, "who is signed in stays so"
        assert there.client.post("/sign-in", data={"token": text}, headers=ME).status_code == 303


def test_the_settings_are_checked(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def faults(**oidc: Any) -> list[str]:
        try:
            raw = {"oidc": {"issuer": "https://login.example.org", "client_id": "m", **oidc}, "groups": GROUPS}
            return openid.faults(config.check({**raw, "http": {"base_url": "https://md.example.org"}}, "test"))
        except ConfigError as error:
            return error.faults

    assert faults() == openid.faults(world.settings) == openid.faults(config.Settings()) == []
    assert "oidc.client_id: missing" in faults(client_id="")[0]
    assert "must be an https URL" in faults(issuer="http://login.example.org")[0]
    assert "must be an https URL" in faults(issuer="https://login.example.org?x=1")[0]
    assert 'must hold "openid"' in faults(scopes=["profile"])[0]
    assert "absolute path" in faults(client_secret_file="secret")[0]
    assert "cannot be read" in faults(client_secret_file=str(tmp_path / "none"))[0]
    open_to_all = tmp_path / "open"
    open_to_all.write_text("x")
    open_to_all.chmod(0o644)
    assert "every user can read" in faults(client_secret_file=str(open_to_all))[0]
    with pytest.raises(ConfigError) as caught:
        config.check({"oidc": {"issuer": "https://x.example", "client_id": "m"}}, "test")
    assert [fault.split(":")[1].strip() for fault in caught.value.faults] == ["oidc.page_url", "oidc.issuer"]
    monkeypatch.setattr(id_tokens, "is_there", lambda: False)
    assert 'pip install "mdwatch[oidc]"' in faults()[0]
