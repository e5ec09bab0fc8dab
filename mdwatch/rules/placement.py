"""Where on a machine the files go that come with the program, and when one that is there is written anew or removed.

What belongs to whoever runs the machine is put there once and never touched again. What belongs to the program is
replaced with it, unless somebody changed it since: then it is theirs.
"""

from enum import Enum
from typing import Final, NamedTuple


class FileOwner(Enum):
    """Whose a file is."""

    PROGRAM = "the program's"
    MACHINE = "that of whoever runs the machine"


class FoundFile(Enum):
    """What is there where a file is to go."""

    ABSENT = "nothing"
    SAME = "the file as it is to be"
    OURS = "the file as it was written earlier"
    FOREIGN = "a file that somebody made or changed"


class PlacingAct(Enum):
    """What is done with it, in the words that are shown."""

    WRITE = "written"
    REPLACE = "replaced by that of this version"
    REMOVE = "removed"
    NOTHING = "is there already"
    MISSING = "was not there"
    LEAVE = "left as it is: yours"
    LEAVE_CHANGED = "left as it is: somebody changed it"


_PLACING: Final = {
    (FileOwner.PROGRAM, FoundFile.ABSENT): PlacingAct.WRITE,
    (FileOwner.PROGRAM, FoundFile.SAME): PlacingAct.NOTHING,
    (FileOwner.PROGRAM, FoundFile.OURS): PlacingAct.REPLACE,
    (FileOwner.PROGRAM, FoundFile.FOREIGN): PlacingAct.LEAVE_CHANGED,
    (FileOwner.MACHINE, FoundFile.ABSENT): PlacingAct.WRITE,
    (FileOwner.MACHINE, FoundFile.SAME): PlacingAct.NOTHING,
    (FileOwner.MACHINE, FoundFile.OURS): PlacingAct.LEAVE,
    (FileOwner.MACHINE, FoundFile.FOREIGN): PlacingAct.LEAVE,
}
_REMOVAL: Final = {
    (FileOwner.PROGRAM, FoundFile.ABSENT): PlacingAct.MISSING,
    (FileOwner.PROGRAM, FoundFile.SAME): PlacingAct.REMOVE,
    (FileOwner.PROGRAM, FoundFile.OURS): PlacingAct.REMOVE,
    (FileOwner.PROGRAM, FoundFile.FOREIGN): PlacingAct.LEAVE_CHANGED,
    (FileOwner.MACHINE, FoundFile.ABSENT): PlacingAct.MISSING,
    (FileOwner.MACHINE, FoundFile.SAME): PlacingAct.LEAVE,
    (FileOwner.MACHINE, FoundFile.OURS): PlacingAct.LEAVE,
    (FileOwner.MACHINE, FoundFile.FOREIGN): PlacingAct.LEAVE,
}


class Placement(NamedTuple):
    """One file: what it is for, its name among those that come along, where it goes, with which permissions."""

    what: str
    source: str
    target: str
    owner: FileOwner = FileOwner.PROGRAM
    mode: int = 0o644


def placing(owner: FileOwner, found: FoundFile) -> PlacingAct:
    """What is done to put a file in place."""
    return _PLACING[owner, found]


def removal(owner: FileOwner, found: FoundFile) -> PlacingAct:
    """What is done to take a file away with the program."""
    return _REMOVAL[owner, found]


def placements(prefix: str) -> tuple[Placement, ...]:
    """Every file, with the program's below a prefix such as `/usr/local`."""
    return (
        Placement("the unit", "systemd/mdwatch.service", f"{prefix}/lib/systemd/system/mdwatch.service"),
        Placement("the service's user", "systemd/mdwatch.sysusers", f"{prefix}/lib/sysusers.d/mdwatch.conf"),
        Placement("its folders", "systemd/mdwatch.tmpfiles", f"{prefix}/lib/tmpfiles.d/mdwatch.conf"),
        Placement("manual of the commands", "man1/mdwatch.1", f"{prefix}/share/man/man1/mdwatch.1"),
        Placement("manual of the settings", "man5/mdwatch.toml.5", f"{prefix}/share/man/man5/mdwatch.toml.5"),
        Placement("completion in bash", "completion/bash", f"{prefix}/share/bash-completion/completions/mdwatch"),
        Placement("completion in zsh", "completion/zsh", f"{prefix}/share/zsh/site-functions/_mdwatch"),
        Placement("completion in fish", "completion/fish", f"{prefix}/share/fish/vendor_completions.d/mdwatch.fish"),
        Placement("sample settings", "etc/mdwatch.toml", f"{prefix}/share/mdwatch/mdwatch.toml"),
        Placement("alerts", "etc/prometheus-alerts.yml", f"{prefix}/share/mdwatch/prometheus-alerts.yml"),
        Placement("dashboard", "etc/grafana-dashboard.json", f"{prefix}/share/mdwatch/grafana-dashboard.json"),
        # It may come to hold a password.
        Placement("settings", "etc/mdwatch.toml", "/etc/mdwatch/mdwatch.toml", FileOwner.MACHINE, 0o640),
        Placement(
            "what the service may write to",
            "systemd/drop-folders.conf",
            "/etc/systemd/system/mdwatch.service.d/drop-folders.conf",
            FileOwner.MACHINE,
        ),
        Placement("log rotation", "systemd/mdwatch.logrotate", "/etc/logrotate.d/mdwatch", FileOwner.MACHINE),
    )


def manifest(prefix: str) -> str:
    """Where it is kept what was written, so that a later version can tell what somebody changed: SHA-256 and path."""
    return f"{prefix}/share/mdwatch/manifest"
