"""Schemathesis, which makes requests of all kinds from the OpenAPI document, finds nothing that the document denies."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mdwatch.handlers.oai import sets
from mdwatch.web.server import Server
from tests.system import registries
from tests.web.exported import exported
from tests.web.sites import TOKEN
from tests.worlds import dc, update

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]

SCHEMATHESIS = "schemathesis==4.32.5"
EXAMPLES = 12  # of each operation in each phase

# All checks are made. Two need to be told what a schema cannot say:
# - What is too long as a whole is refused by 413 or 431 before anybody looks what is wrong with its parts.
# - Whether a definition of a set can be read, and which of several parameters go together, is told by 400 in words.
SETTINGS = """
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "409", "413", "415", "431"]

[[operations]]
include-operation-id = [
  "post_api_batches", "post_api_harvest_server_oaisets", "post_api_harvest_server_oaisets_add",
  "put_api_harvest_server_oaisets_spec", "post_api_jobs_job_retry",
]
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "404", "409", "503"]
"""


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """A server that asks for a token, over a world in which there is something of everything; its address."""
    world = exported(root)
    token = root / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    world.raw["http"] = {"listen": ["127.0.0.1:0"], "token_file": str(token)}
    world.drop("a.xml", update("IE1", dc("New")))
    world.drop("b.xml", b"<no")
    world.run()
    with world.context() as context:
        sets.create(context, "maps", "dc:title ~ title")
        server = Server(lambda: context, tuple)
        server.start()
        try:
            yield f"http://{server.addresses[0]}"
        finally:
            server.stop()


def test_what_the_document_says_is_what_is_done(tmp_path: Path) -> None:
    programs = registries.from_pypi(tmp_path / "venv", SCHEMATHESIS)
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(SETTINGS)
    with serving(tmp_path) as url:
        command = [
            str(programs / "schemathesis"), "--config-file", str(settings), "run", f"{url}/api/openapi.json",
            "--checks", "all", "--max-examples", str(EXAMPLES), "--seed", "1", "--continue-on-failure", "--no-color",
            "--generation-database", "none", "--header", f"Authorization: Bearer {TOKEN}",
        ]  # fmt: skip
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
