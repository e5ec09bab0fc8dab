"""The manual pages and completions, made from the code: all commands and settings are in them, and troff takes them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mdwatch.config import Settings

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("manual")
    command = [sys.executable, str(ROOT / "docs" / "manual.py"), str(folder)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    return folder


def test_all_is_in_them(made: Path) -> None:
    commands = (made / "man1/mdwatch.1").read_text(encoding="utf-8")
    for name in ("check", "config check", "export redo", "ie load", "retry", "setup"):
        assert f'.SS "mdwatch {name}' in commands
    assert r"\fB\-\-older\-than DATE\fR" in commands
    settings = (made / "man5/mdwatch.toml.5").read_text(encoding="utf-8")
    heads = re.findall(r"^\.SH \[([a-z]+)", settings, re.MULTILINE)
    assert sorted(heads) == sorted(Settings.SETTINGS)
    assert r'\fBwatch\fR ("auto", "inotify" or "sweep"; default "auto")' in settings
    assert r"\fBfolder\fR (absolute path; no default)" in settings
    assert {path.name for path in (made / "completion").iterdir()} == {"bash", "zsh", "fish"}
    assert "_MDWATCH_COMPLETE=bash_complete" in (made / "completion/bash").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("groff") is None, reason="no groff")
@pytest.mark.parametrize("page", ["man1/mdwatch.1", "man5/mdwatch.toml.5"])
def test_troff_has_no_complaint(made: Path, page: str) -> None:
    # "-W break": names too long for their line are no fault.
    command = ["groff", "-man", "-Tutf8", "-ww", "-W", "break", "-z", str(made / page)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
