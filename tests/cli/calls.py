"""The command line, called: in this process, where that is as good, in one of its own, or on a terminal."""

import fcntl
import io
import json
import os
import pty
import subprocess
import sys
import termios
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import structlog

from mdwatch import cli

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Done:
    """What a call came to."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as one JSON document."""
        return json.loads(self.out)


def environment(config: Path | None = None, **extra: str) -> dict[str, str]:
    """The environment of a call; nothing of the tester's own settings gets in."""
    kept = {name: value for name, value in os.environ.items() if name != "MDWATCH_CONFIG"}
    named = {"MDWATCH_CONFIG": str(config)} if config else {}
    return {**kept, "PYTHONPATH": str(ROOT), "LOGNAME": "tester", "COLUMNS": "200", **named, **extra}


def mdwatch(*arguments: object, config: Path | None = None) -> Done:
    """Calls `mdwatch ARGUMENTS` within this process; `config` goes into MDWATCH_CONFIG."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True) for _ in range(2))
    status: Any = 0
    with (
        patch.dict(os.environ, environment(config), clear=True),
        patch.object(sys, "argv", ["mdwatch", *map(str, arguments)]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            cli.main()
        except SystemExit as ended:
            status = ended.code or 0
        finally:
            structlog.reset_defaults()
    texts = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return Done(status, *texts)


def process(*arguments: object, config: Path | None = None, cwd: Path | None = None, **extra: str) -> Done:
    """The same in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "mdwatch", *(os.fsencode(str(argument)) for argument in arguments)],
        capture_output=True,
        cwd=cwd,
        env=environment(config, **extra),
        check=False,
    )
    out, err = (text.decode("utf-8", "surrogateescape") for text in (done.stdout, done.stderr))
    assert "Traceback" not in err, err
    return Done(done.returncode, out, err)


def on_terminal(*arguments: object, config: Path) -> Done:
    """The same with a terminal of 24 lines and 120 columns for standard error."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, b"\x18\x00\x78\x00\x00\x00\x00\x00")
    with subprocess.Popen(
        [sys.executable, "-m", "mdwatch", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=follower,
        env=environment(config),
    ) as running:
        out, _ = running.communicate()
        os.close(follower)
        # Nothing more comes once the program has ended: what is left in the terminal is read until it hangs up.
        shown = b""
        try:
            while part := os.read(leader, 65_536):
                shown += part
        except OSError:
            pass
        os.close(leader)
    return Done(running.returncode, out.decode(), shown.decode())
