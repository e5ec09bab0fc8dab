"""`make install`: all is where it belongs, the command works, and what belongs to the machine is not overwritten."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.system import harness
from tests.system.harness import Once

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Installed below a folder, under another prefix than the usual one."""
    return Once(tmp_path_factory).made("prefixed", lambda folder: harness.install(folder, "PREFIX=/opt/else"))


def run(*command: object) -> "subprocess.CompletedProcess[str]":
    """Runs a command from elsewhere, with nothing of this project around it."""
    return subprocess.run(
        [str(part) for part in command],
        cwd="/",
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_everything_is_where_it_belongs(installed: Path) -> None:
    found = {str(path.relative_to(installed)) for path in installed.rglob("*") if not path.is_dir()}
    room = "opt/else/lib/mdwatch/"
    assert {name for name in found if not name.startswith(room)} == {
        "etc/logrotate.d/mdwatch",
        "etc/mdwatch/mdwatch.toml",
        "etc/systemd/system/mdwatch.service.d/drop-folders.conf",
        "opt/else/bin/mdwatch",
        "opt/else/lib/systemd/system/mdwatch.service",
        "opt/else/lib/sysusers.d/mdwatch.conf",
        "opt/else/lib/tmpfiles.d/mdwatch.conf",
        "opt/else/share/bash-completion/completions/mdwatch",
        "opt/else/share/fish/vendor_completions.d/mdwatch.fish",
        "opt/else/share/man/man1/mdwatch.1",
        "opt/else/share/man/man5/mdwatch.toml.5",
        "opt/else/share/mdwatch/grafana-dashboard.json",
        "opt/else/share/mdwatch/manifest",
        "opt/else/share/mdwatch/mdwatch.toml",
        "opt/else/share/mdwatch/prometheus-alerts.yml",
        "opt/else/share/zsh/site-functions/_mdwatch",
    }


def test_the_command_works_from_where_it_is(installed: Path) -> None:
    done = run(installed / "opt/else/bin/mdwatch", "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("mdwatch, version ")


def test_the_command_works_after_a_move(installed: Path, tmp_path: Path) -> None:
    shutil.copytree(installed / "opt/else", tmp_path / "final", symlinks=True)
    done = run(tmp_path / "final/bin/mdwatch", "demo", tmp_path / "demo")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "demo").is_dir()


def test_it_runs_its_own_code(installed: Path) -> None:
    asked = "import mdwatch, sys; print(mdwatch.__file__, sys.prefix)"
    done = run(installed / "opt/else/lib/mdwatch/bin/python", "-P", "-c", asked)
    room = installed / "opt/else/lib/mdwatch"
    assert all(Path(part).is_relative_to(room) for part in done.stdout.split()), done.stdout


def test_nothing_in_it_knows_where_it_was_made(installed: Path) -> None:
    made = str(installed.parent).encode()
    knowing = [path for path in installed.rglob("*") if path.is_file() and made in path.read_bytes()]
    assert knowing == []


def test_no_tool_of_development_is_in_it(installed: Path) -> None:
    packages = {path.name for path in (installed / "opt/else/lib/mdwatch/lib").glob("python*/site-packages/*")}
    assert "sqlalchemy" in packages
    assert not packages & {"pytest", "mypy", "ruff", "hatchling", "pip", "psycopg"}


def test_the_unit_names_the_prefix(installed: Path) -> None:
    unit = (installed / "opt/else/lib/systemd/system/mdwatch.service").read_text(encoding="utf-8")
    assert "\nExecStart=/opt/else/bin/mdwatch run " in unit
    assert "/usr/local" not in unit


def test_settings_may_hold_a_password(installed: Path) -> None:
    assert (installed / "etc/mdwatch/mdwatch.toml").stat().st_mode & 0o777 == 0o640


def test_another_install_leaves_what_belongs_to_the_machine(installed: Path, tmp_path: Path) -> None:
    shutil.copytree(installed, tmp_path / "again", symlinks=True)
    ours = ["mdwatch/mdwatch.toml", "systemd/system/mdwatch.service.d/drop-folders.conf", "logrotate.d/mdwatch"]
    for name in ours:
        (tmp_path / "again" / "etc" / name).write_text("# changed here\n", encoding="utf-8")
    stale = tmp_path / "again/opt/else/lib/mdwatch/stale"
    stale.touch()
    harness.install(tmp_path / "again", "PREFIX=/opt/else")
    assert {(tmp_path / "again" / "etc" / name).read_text(encoding="utf-8") for name in ours} == {"# changed here\n"}
    assert not stale.exists()
    assert run(tmp_path / "again/opt/else/bin/mdwatch", "--version").returncode == 0


def test_bash_completes_commands(installed: Path) -> None:
    script = installed / "opt/else/share/bash-completion/completions/mdwatch"
    ask = "COMP_WORDS=(mdwatch exp); COMP_CWORD=1; _mdwatch_completion mdwatch; echo ${COMPREPLY[*]}"
    environment = {"PATH": f"{installed}/opt/else/bin:/usr/bin:/bin"}
    done = subprocess.run(
        ["bash", "-c", f"source {script}; {ask}"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["explain", "export"], done.stderr


def test_an_uninstall_leaves_what_belongs_to_the_machine(installed: Path, tmp_path: Path) -> None:
    shutil.copytree(installed, tmp_path / "gone", symlinks=True)
    command = ["make", "uninstall", f"DESTDIR={tmp_path / 'gone'}", "PREFIX=/opt/else"]
    for status in (0, 2):  # The second finds nothing to remove, and says so.
        done = subprocess.run(command, cwd=harness.ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stdout + done.stderr
    assert "mdwatch is not installed at" in done.stdout
    assert {str(path.relative_to(tmp_path / "gone")) for path in (tmp_path / "gone").rglob("*") if path.is_file()} == {
        "etc/logrotate.d/mdwatch",
        "etc/mdwatch/mdwatch.toml",
        "etc/systemd/system/mdwatch.service.d/drop-folders.conf",
    }


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")
def test_systemd_has_no_complaint_about_the_unit(installed: Path) -> None:
    unit = installed / "opt/else/lib/systemd/system/mdwatch.service"
    done = run("systemd-analyze", "verify", "--recursive-errors=no", unit)
    # Its command is not where the unit says, below this folder; that is all there is to say.
    assert [line for line in done.stderr.splitlines() if "is not executable" not in line] == []
