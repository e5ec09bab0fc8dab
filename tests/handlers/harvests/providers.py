"""Providers to harvest from: one that says whatever a test wants over real HTTP, and the archive of another mdwatch."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from mdwatch.runtime.context import SystemClock
from mdwatch.web.server import Server
from tests.web import exported
from tests.worlds import DC_NS, JOB, World

_OAI = "http://www.openarchives.org/OAI/2.0/"
_OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"


class Answer(NamedTuple):
    """An answer, a lone surrogate for a byte that is no UTF-8; `cut` bytes of it are promised and never sent."""

    body: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    cut: int = 0


class NoWaiting(SystemClock):
    """The clock of this machine, but nobody has to wait: it tells for how long they would have."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        """Returns at once."""
        self.waits.append(seconds)


def oai(body: str) -> str:
    """A whole answer."""
    return f'<OAI-PMH xmlns="{_OAI}"><responseDate>2026-01-02T00:00:00Z</responseDate>{body}</OAI-PMH>'


def record(identifier: str, datestamp: str, *fields: str, root: str = "oai_dc:dc") -> str:
    """A record of these fields of Dublin Core; a deleted one, where there are none."""
    status = "" if fields else ' status="deleted"'
    header = f"<header{status}><identifier>{identifier}</identifier><datestamp>{datestamp}</datestamp></header>"
    content = f'<{root} xmlns:oai_dc="{_OAI_DC}" xmlns:dc="{DC_NS}">{"".join(fields)}</{root}>'
    return f"<record>{header}{f'<metadata>{content}</metadata>' if fields else ''}</record>"


def page(*records: str, token: str = "") -> Answer:
    """A page of a list."""
    more = f"<resumptionToken>{token}</resumptionToken>" if token else ""
    return Answer(oai(f"<ListRecords>{''.join(records)}{more}</ListRecords>"))


def error(code: str) -> Answer:
    """An error of the protocol."""
    return Answer(oai(f'<error code="{code}">no</error>'))


IDENTIFY = Answer(oai("<Identify><granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>"))


@contextmanager
def answering(answer: Callable[[dict[str, str]], Answer]) -> Iterator[str]:
    """A provider that answers so; its address."""

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_GET(self) -> None:
            given = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            found = answer(given)
            body = found.body.encode("utf-8", "surrogateescape")
            self.send_response(found.status)
            self.send_header("Content-Length", str(len(body)))
            for header in found.headers:
                self.send_header(*header)
            self.end_headers()
            self.wfile.write(body[: len(body) - found.cut])

        def log_message(self, *_arguments: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/oai"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def archive(root: Path) -> Iterator[tuple[World, str]]:
    """Another mdwatch with the published IEs IE1 to IE3, one a page, and its address."""
    world = exported.exported(root)
    world.raw["http"] = {"listen": ["127.0.0.1:0"], "readers": 0}
    world.raw["oai"] |= {"page_records": 1}
    with world.context() as context:
        server = Server(lambda: context, tuple)
        server.start()
        try:
            yield world, f"http://{server.addresses[0].removeprefix('http://')}/oai"
        finally:
            assert server.stop()


def harvesting(root: Path, url: str, pids: Sequence[dict[str, Any]] = (), **settings: Any) -> World:
    """A world with these IEs that harvests from there under the name `there`."""
    world = World(root)
    world.raw["harvests"] = {"there": {"base_url": url, "job": JOB, "pause_seconds": 0, **settings}}
    if pids:
        world.load(*pids)
    return world
