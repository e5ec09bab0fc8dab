"""What systemd has the service be and see: its user and groups, and the credentials it is given."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

_UNIT: Final = "mdwatch.service"
_SECONDS: Final = 5


class ServiceUser(NamedTuple):
    """The user of the service, and the groups it is in besides."""

    name: str
    groups: tuple[str, ...] = ()


def user() -> ServiceUser | None:
    """The user as the unit has it; where there is no unit, mdwatch's if there is one."""
    shown = _shown("User", "SupplementaryGroups")
    name = shown.get("User", "") or ("mdwatch" if _is_there("mdwatch") else "")
    return ServiceUser(name, tuple(shown.get("SupplementaryGroups", "").split())) if name else None


def credential(name: str) -> Path | None:
    """The file that systemd gives the service as this credential; None where it gives none."""
    for item in _shown("LoadCredential").get("LoadCredential", "").split():
        given, _, path = item.partition(":")
        if given == name and path:
            return Path(path)
    return None


def is_root() -> bool:
    """Whether whoever asks may become others."""
    return os.geteuid() == 0


def _shown(*properties: str) -> dict[str, str]:
    if shutil.which("systemctl") is None:
        return {}
    command = ["systemctl", "show", _UNIT, *(f"--property={name}" for name in properties)]
    try:
        done = subprocess.run(  # noqa: S603 - its words are ours
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    if done.returncode != 0:
        return {}
    found: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        name, _, value = line.partition("=")
        found.setdefault(name, []).append(value)
    return {name: " ".join(values) for name, values in found.items()}


def _is_there(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
