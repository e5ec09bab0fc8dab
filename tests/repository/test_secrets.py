"""Keys are made once, whoever asks first, and are the same for ever after."""

import subprocess
import sys
from pathlib import Path

from mdwatch.repository import secrets
from mdwatch.repository.engine import Repository
from tests.postgres import database_url

PROGRAM = """
import sys
from mdwatch.repository import secrets
from mdwatch.repository.engine import Repository
repository = Repository(sys.argv[1], 30)
print("ready", flush=True)
sys.stdin.readline()
print(secrets.key(repository, "a").hex())
"""


def test_a_key_is_random_and_lasts(tmp_path: Path) -> None:
    url = database_url(tmp_path / "a.db")
    first = Repository(url, 30)
    key = secrets.key(first, "a")
    assert len(key) == 32
    assert len(set(key)) > 10
    assert secrets.key(first, "a") == key
    assert secrets.key(first, "b") != key
    first.close()
    again = Repository(url, 30)
    assert secrets.key(again, "a") == key
    again.close()


def test_processes_that_ask_at_once_get_the_same(tmp_path: Path) -> None:
    url = database_url(tmp_path / "a.db")
    Repository(url, 30).close()
    command = [sys.executable, "-c", PROGRAM, url]
    asking = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for process in asking:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in asking:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    keys = {process.communicate()[0] for process in asking}
    assert [process.returncode for process in asking] == [0, 0, 0]
    assert len(keys) == 1
    assert len(bytes.fromhex(keys.pop())) == 32
