"""`mdwatch setup`: what it says and refuses. tests/system has it on a real machine."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mdwatch.cli import commands
from mdwatch.errors import UsageError
from mdwatch.handlers.installing import service
from mdwatch.handlers.installing.files import Destination


def test_each_thing_done_and_the_next_step_are_said(tmp_path: Path) -> None:
    call = ["setup", "--systemd", "--destdir", str(tmp_path), "--command", "/opt/m/bin/mdwatch"]
    done = CliRunner().invoke(commands, call)
    assert done.exit_code == 0, done.output
    assert "/usr/local/lib/systemd/system/mdwatch.service (the unit): written\n" in done.output
    assert "systemctl enable --now mdwatch" in done.output
    told = json.loads(CliRunner().invoke(commands, [*call, "--json"]).output)
    assert {item["done"] for item in told["files"]} == {"is there already"}
    assert any("systemctl daemon-reload" in row for row in told["next"])
    gone = CliRunner().invoke(commands, [*call, "--remove"])
    assert "/etc/mdwatch/mdwatch.toml (settings): left as it is: yours\n" in gone.output
    assert "stay" in gone.output
    assert not (tmp_path / "usr/local/lib/systemd/system/mdwatch.service").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "say for what"),
        (["--systemd", "--destdir", "here"], "absolute"),
        (["--systemd", "--prefix", "usr"], "absolute"),
    ],
)
def test_what_cannot_be_is_refused(arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(commands, ["setup", *arguments])
    assert isinstance(done.exception, UsageError)
    assert said in str(done.exception)


def test_only_root_sets_up_a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    done = CliRunner().invoke(commands, ["setup", "--systemd"])
    assert isinstance(done.exception, UsageError)
    assert "run it as root" in str(done.exception)


def test_a_program_in_a_home_is_refused() -> None:
    with pytest.raises(UsageError, match=r"in a home.*setup --systemd"):
        service.refuse_homes("/home/ann/venv/bin/mdwatch", "/usr/bin/python3")
    with pytest.raises(UsageError, match="in a home"):
        service.refuse_homes("/opt/mdwatch/bin/mdwatch", "/root/python")
    service.refuse_homes("/opt/mdwatch/bin/mdwatch", "/usr/bin/python3")


def test_systemd_is_told_by_full_paths() -> None:
    told = [" ".join(row) for row in service.commands(Destination("/opt/else", "", "/opt/else/bin/mdwatch"))]
    assert told[-2:] == ["systemctl link /opt/else/lib/systemd/system/mdwatch.service", "systemctl daemon-reload"]
    assert len(service.commands(Destination("/usr", "", "/usr/bin/mdwatch"))) == len(told) - 1
