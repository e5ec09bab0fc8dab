"""Who notifications are sent to: a real mail server with TLS and login, and a real receiver of webhooks."""

import subprocess
import threading
from asyncio import Server
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = "mdwatch", "pässword with blanks"


class Mailbox:
    """Keeps what it is sent; `refuse` is the answer to a recipient, where there is to be one."""

    def __init__(self, *, tls: bool) -> None:
        self._tls = tls
        self.messages: list[EmailMessage] = []
        self.secured: list[bool] = []
        self.refuse: str | None = None

    async def handle_RCPT(  # noqa: N802 - the library's name for it
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """One recipient."""
        if self.refuse is not None:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """A message."""
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.secured.append(session.authenticated and (self._tls or session.ssl is not None))
        return "250 OK"


class _AnyPort(Controller):
    """A server at whichever port is free."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    made, key = folder / "cert.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    more = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(made)]
    subprocess.run([*command.split(), *more], check=True, capture_output=True)
    return made, key


@contextmanager
def mail_server(folder: Path, *, tls: bool) -> Iterator[tuple[Mailbox, int]]:
    """A server at localhost that takes mail by an encrypted connection from who logs in; its mailbox and its port.

    `tls` from the start, else by STARTTLS.
    """
    secured = SSLContext(PROTOCOL_TLS_SERVER)
    secured.load_cert_chain(*certificate(folder))
    box = Mailbox(tls=tls)

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        good = isinstance(given, LoginPassword) and (given.login.decode(), given.password.decode()) == (USER, PASSWORD)
        return AuthResult(success=good, handled=False)

    given: dict[str, Any] = {"ssl_context": secured} if tls else {"tls_context": secured, "require_starttls": True}
    server = _AnyPort(
        box,
        hostname="localhost",
        port=0,
        authenticator=check,
        # The library knows of no TLS but STARTTLS, and warns where it asks for a login without it.
        auth_required=not tls,
        auth_require_tls=not tls,
        **given,
    )
    server.start()
    try:
        yield box, server.port
    finally:
        server.stop()


class Hook(ThreadingHTTPServer):
    """A receiver; it answers with the `statuses` in turn, then with 200, and keeps what it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses: list[int] = []
        self.received: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/hook?from=mdwatch"


class _Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        """A request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((dict(self.headers), body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing."""


@contextmanager
def hook() -> Iterator[Hook]:
    """A receiver, while it is needed."""
    with Hook() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
