"""nginx, with the servers that the documentation has, before the daemon: who gets what through it.

Needs Debian's `nginx-light`. The whole of that page, with the unit and its credential, is done in a guest by
`test_operations.py`; this one is quick.
"""

import json
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any, Final

import pytest

from tests.system import docs
from tests.system.daemons import RunningDaemon, running, until
from tests.system.test_openid import free_port
from tests.web.sites import TOKEN
from tests.worlds import JOB, World, ie

NGINX: Final = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
PUBLIC, OPERATORS = "metadata.example.org", "operators.metadata.example.org"
pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(NGINX is None, reason="missing: apt-get install --no-install-recommends nginx-light"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="missing: openssl"),
]


def settings_of(root: Path, served: str) -> str:
    """The servers of the documentation below a few words that nginx needs to run in a folder of its own."""
    places = "\n".join(
        f"    {name}_temp_path {root}/nginx-{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off;\npid {root}/nginx.pid;\nerror_log {root}/nginx.log;\nevents {{}}\n"
        f"http {{\n    access_log off;\n{places}\n{served}}}\n"
    )


@contextmanager
def nginx(root: Path, port: int, private: str, public: str) -> Iterator[None]:
    """The proxy, until this ends; `private` and `public` are where the daemon listens."""
    key, certificate = root / "key.pem", root / "cert.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=example.org"]
    subprocess.run([*made, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    (block,) = (item for item in docs.blocks("docs/administrators/proxy.md", "nginx") if item["language"] == "nginx")
    served = block["text"]
    for before, after in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/ssl/mdwatch/cert.pem", str(certificate)),
        ("/etc/ssl/mdwatch/key.pem", str(key)),
        ("http://127.0.0.1:8650", f"http://{private}"),
        ("http://127.0.0.1:8651", f"http://{public}"),
    ):
        assert before in served
        served = served.replace(before, after)
    settings = root / "nginx.conf"
    settings.write_text(settings_of(root, served), encoding="utf-8")
    assert NGINX is not None
    process = subprocess.Popen([NGINX, "-c", str(settings), "-p", str(root)], stderr=subprocess.DEVNULL)
    try:
        until(lambda: (root / "nginx.pid").exists() or process.poll() is not None)
        assert process.poll() is None, (root / "nginx.log").read_text(encoding="utf-8")
        yield
    finally:
        process.terminate()
        process.wait(30)


def ask(port: int, host: str, path: str, method: str = "GET", body: str | None = None, **headers: str) -> Any:
    """Status, headers and text of an answer, as whoever calls this host by its name gets it."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    connection = HTTPSConnection("127.0.0.1", port, context=trusting, timeout=30)
    try:
        connection.request(method, path, body, {"Host": host, **headers})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


@pytest.fixture(name="daemon")
def _daemon(tmp_path: Path) -> Iterator[RunningDaemon]:
    world = World(tmp_path, schedule="manual")
    world.load(ie("IE1", "Maps", published=True))
    token = tmp_path / "token"
    token.write_text(TOKEN, encoding="ascii")
    token.chmod(0o600)
    world.raw["http"] = {
        "listen": ["127.0.0.1:0"],
        "public_listen": ["127.0.0.1:0"],
        "base_url": f"https://{PUBLIC}",
        "hosts": [OPERATORS],
        "token_file": str(token),
    }
    with running(world) as daemon:
        yield daemon


def test_harvesters_get_what_is_public_and_operators_all_by_their_names(tmp_path: Path, daemon: RunningDaemon) -> None:
    private, public = daemon.wait_for("http_listens")["addresses"]
    port = free_port()
    with nginx(tmp_path, port, private, public):
        status, _, text = ask(port, PUBLIC, "/oai?verb=Identify")
        assert (status, f"<baseURL>https://{PUBLIC}/oai</baseURL>" in text) == (200, True)
        assert ask(port, PUBLIC, "/api/datasets/export?exporter=oai_dc&persistentId=IE1")[0] == 200
        assert [ask(port, PUBLIC, path)[0] for path in ("/", "/api/jobs", "/ies/IE1")] == [404, 404, 404]

        bearer = {"Authorization": f"Bearer {TOKEN}"}
        status, headers, text = ask(port, OPERATORS, "/", Accept="text/html")
        assert (status, "Sign in" in text, "Basic" in headers["www-authenticate"]) == (401, True, False)
        assert ask(port, OPERATORS, "/api/jobs", **bearer)[0] == 200
        # A name that nobody told it of.
        assert ask(port, "other.example.org", "/api/jobs", **bearer)[0] in {404, 421}

        # People sign in, and their cookie never leaves TLS; forms of the page are taken, those of others are not.
        # As older browsers send them, who tell the page that a form is on and no more.
        form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{OPERATORS}"}
        status, headers, _ = ask(port, OPERATORS, "/sign-in", "POST", f"token={TOKEN}&name=ada&next=/", **form)
        assert status == 303
        assert headers["set-cookie"].startswith("__Host-mdwatch=")
        assert "; Secure" in headers["set-cookie"]
        session = {"Cookie": headers["set-cookie"].partition(";")[0]}
        assert ask(port, OPERATORS, "/", **session)[0] == 200
        assert ask(port, OPERATORS, f"/jobs/{JOB}/pause", "POST", "", **form, **session)[0] == 303
        assert json.loads(ask(port, OPERATORS, f"/api/jobs/{JOB}", **bearer)[2])["data"]["paused"] is True
        foreign = {**form, "Origin": "https://evil.example"}
        assert ask(port, OPERATORS, f"/jobs/{JOB}/resume", "POST", "", **foreign, **session)[0] == 403
