"""systemd is told of the service: its user, its folders, its unit; and what it cannot run is told before it tries."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from mdwatch.errors import UsageError
from mdwatch.handlers.installing.files import Destination

# The unit says ProtectHome=yes: of these the service sees nothing.
_HOMES: Final = ("/root", "/home", "/run/user")
_RUNNING: Final = Path("/run/systemd/system")
_SECONDS: Final = 120


class Notified(NamedTuple):
    """A command that was run, and why it failed, or ""."""

    command: str
    fault: str


def refuse_homes(command: str, python: str) -> None:
    """Raises `UsageError` where the service could not see its own program."""
    for path in (command, python):
        real = Path(path).resolve()
        if any(real.is_relative_to(home) for home in _HOMES):
            raise UsageError(
                f"{real} is in a home, where the service cannot see it; install mdwatch elsewhere, for example: "
                "/usr/bin/python3 -m venv /opt/mdwatch && /opt/mdwatch/bin/pip install mdwatch && "
                "/opt/mdwatch/bin/mdwatch setup --systemd"
            )


def commands(to: Destination) -> list[list[str]]:
    """What systemd is to be told with; by full paths, for it does not look below every prefix."""
    unit = f"{to.prefix}/lib/systemd/system/mdwatch.service"
    found = [
        ["systemd-sysusers", f"{to.prefix}/lib/sysusers.d/mdwatch.conf"],
        ["systemd-tmpfiles", "--create", f"{to.prefix}/lib/tmpfiles.d/mdwatch.conf"],
    ]
    if to.prefix not in {"/usr", "/usr/local"}:
        found.append(["systemctl", "link", unit])
    return [*found, ["systemctl", "daemon-reload"]]


def register(to: Destination) -> Iterator[Notified]:
    """Tells systemd, and tries the program as its user; what is not there to be asked is left out."""
    for command in commands(to):
        if shutil.which(command[0]) is None or (command[0] == "systemctl" and not is_running()):
            continue
        yield _told(command)
    yield _told(["runuser", "-u", "mdwatch", "--", to.command, "--version"])


def is_running() -> bool:
    """Whether systemd runs this machine."""
    return _RUNNING.is_dir()


def is_up() -> bool:
    """Whether the service runs, of whatever version."""
    return is_running() and _told(["systemctl", "--quiet", "is-active", "mdwatch.service"]).fault == ""


def stop() -> Iterator[Notified]:
    """Stops the service and takes it out of the start of the machine."""
    if is_running():
        yield _told(["systemctl", "disable", "--now", "mdwatch.service"])


def forget() -> Iterator[Notified]:
    """Has systemd see that the unit is gone."""
    if is_running():
        yield _told(["systemctl", "daemon-reload"])


def _told(command: list[str]) -> Notified:
    shown = " ".join(command)
    try:
        done = subprocess.run(  # noqa: S603 - commands of ours
            command, capture_output=True, text=True, timeout=_SECONDS, check=False, cwd="/"
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Notified(shown, str(error))
    said = done.stderr.strip() or done.stdout.strip() or f"status {done.returncode}"
    return Notified(shown, said if done.returncode else "")
