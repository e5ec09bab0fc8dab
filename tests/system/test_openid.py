"""Signing in by a provider of OpenID Connect that others wrote: Canaille, run as a process, and asked as browsers do.

It is installed from PyPI into a folder of the test; where that cannot be reached, the test is skipped and says so.
"""

import http.cookiejar
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from mdwatch.handlers.accounts import openid
from mdwatch.web.server import Server
from tests.system import registries
from tests.web.pages import text_of
from tests.worlds import World, ie

pytestmark = pytest.mark.system

PASSWORD = "correct horse battery staple"
# Letters and digits: Canaille does not decode what RFC 6749 (2.3.1) has clients encode.
SECRET = "a1b2c3d4e5f6g7h8i9j0k1l2"
CANAILLE = """
import datetime, sys
from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from joserfc import jwk
from werkzeug.serving import make_server

port, redirect, secret, password = int(sys.argv[1]), *sys.argv[2:]
key = jwk.RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
rights = {"PERMISSIONS": ["use_oidc", "edit_self"], "READ": ["user_name", "groups"], "WRITE": []}
app = create_app({
    "SECRET_KEY": "of this test", "SERVER_NAME": f"localhost:{port}", "PREFERRED_URL_SCHEME": "http",
    "CANAILLE": {"DATABASE": "memory", "JAVASCRIPT": False, "ACL": {"DEFAULT": rights}},
    # Nobody is trusted without being asked.
    "CANAILLE_OIDC": {"ACTIVE_JWKS": [key.as_dict(private=True)], "TRUSTED_DOMAINS": "none.example"},
})
with app.app_context(), Backend.instance.session():
    users = [
        models.User(formatted_name=name, family_name=name, user_name=name, display_name=name,
                    emails=[f"{name}@example.org"], password=password)
        for name in ("ada", "eve")
    ]
    for user in users:
        Backend.instance.save(user)
    Backend.instance.save(models.Group(display_name="archivists", members=users[:1]))
    Backend.instance.save(models.Group(display_name="readers", members=users[1:]))
    client = models.Client(
        client_id="mdwatch", client_secret=secret, client_name="mdwatch", client_uri="http://md.example",
        redirect_uris=[redirect], grant_types=["authorization_code"], response_types=["code"],
        scope=["openid", "profile", "groups"], token_endpoint_auth_method="client_secret_basic",
        contacts=["a@example.org"], client_id_issued_at=datetime.datetime.now(datetime.timezone.utc))
    Backend.instance.save(client)
    client.audience = [client]
    Backend.instance.save(client)
server = make_server("127.0.0.1", port, app, threaded=True)
print("ready", flush=True)
server.serve_forever()
"""


class Browser:
    """One without JavaScript: it keeps cookies, follows redirections, and sends forms."""

    def __init__(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)
        self.url = ""
        self.tree: Any = None

    def open(self, url: str, fields: dict[str, str] | None = None) -> int:
        """Goes to an address; the status of where it ends."""
        data = None if fields is None else urllib.parse.urlencode(fields).encode()
        here = urllib.parse.urlsplit(self.url)
        headers = {"Accept": "text/html", "Origin": f"{here.scheme}://{here.netloc}", "User-Agent": "Mozilla/5.0"}
        request = urllib.request.Request(urllib.parse.urljoin(self.url, url), data, headers)
        try:
            answer = self._opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            self.url, self.tree = answer.geturl(), html.document_fromstring(answer.read())
            return int(answer.status)

    def submit(self, **given: str) -> int:
        """Sends the last form of the page that is posted."""
        form = [form for form in self.tree.forms if form.method == "POST"][-1]
        kept = {name: value for name, value in form.fields.items() if value is not None}
        return self.open(form.action or self.url, {**kept, **given})

    @property
    def text(self) -> str:
        return text_of(self.tree.body)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def canaille(root: Path, port: int, page: str) -> Iterator["subprocess.Popen[str]"]:
    """The provider, as a process, until this ends."""
    programs = registries.from_pypi(root / "canaille", "canaille[front,oidc]==0.3.6")
    command = [str(programs / "python"), "-W", "ignore", "-c", CANAILLE]
    command += [str(port), f"{page}/sign-in/oidc/callback", SECRET, PASSWORD]
    with (root / "canaille.log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=root)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", (root / "canaille.log").read_text()
        yield process
    finally:
        process.kill()
        process.communicate()


def signed_in(page: str, name: str) -> tuple[Browser, int]:
    """A browser whose user has gone through all that the provider asks; and the status of where that led to."""
    browser = Browser()
    assert browser.open(f"{page}/ies/IE1") == 401
    (link,) = browser.tree.xpath("//a[starts-with(@href, '/sign-in/oidc')]")
    assert browser.open(link.get("href")) == 200
    browser.submit(login=name)
    status = browser.submit(password=PASSWORD)
    if not browser.url.startswith(page):
        # It asks whether mdwatch may be told, once.
        status = browser.submit(answer="accept")
    return browser, status


def test_canaille(tmp_path: Path) -> None:
    port, own = free_port(), free_port()
    page = f"http://localhost:{own}"
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    world = World(tmp_path)
    world.load(ie("IE1", "Maps", published=True))
    world.raw["http"] = {"listen": [f"127.0.0.1:{own}"], "base_url": page}
    world.raw["oidc"] = {
        "issuer": f"http://localhost:{port}",
        "client_id": "mdwatch",
        "client_secret_file": str(secret),
        "scopes": ["openid", "profile", "groups"],
    }
    world.raw["groups"] = {"archivists": {"role": "operator", "institutions": ["INS01"]}}
    with world.context() as context, canaille(tmp_path, port, page) as process:
        assert openid.faults(context.settings) == []
        server = Server(lambda: context, tuple)
        server.start()
        try:
            ada, status = signed_in(page, "ada")
            assert (status, ada.url) == (200, f"{page}/ies/IE1"), ada.text
            assert "Operator ada" in ada.text, ada.text
            assert ada.open("/sets/none") in {403, 404}
            assert ada.open("/sign-out", {}) == 200, ada.text
            assert ada.open("/ies/IE1") == 401
            eve, status = signed_in(page, "eve")
            assert status == 403, eve.text
            assert "eve may do nothing here" in eve.text, eve.text
            assert "(readers)" in eve.text, eve.text
            process.kill()
            process.wait()
            openid.provider.cache_clear()
            assert eve.open(f"{page}/sign-in/oidc") == 503
            assert "A token still signs you in" in eve.text
        finally:
            server.stop()
