"""README's Install, word for word, on a Debian that has nothing of mdwatch yet."""

from pathlib import Path
from typing import Any

from tests.system.guest import commands, world

LEFT = ("/etc/mdwatch/mdwatch.toml", "/var/lib/mdwatch/mdwatch.db", "/var/log/mdwatch/updates.log")
GONE = ("/usr/local/lib/mdwatch", "/usr/local/bin/mdwatch", "/usr/local/lib/systemd/system/mdwatch.service",
        "/usr/local/share/man/man1/mdwatch.1", "/usr/local/share/bash-completion/completions/mdwatch")  # fmt: skip


def installs() -> dict[str, Any]:
    """From the first command to the file that was dropped."""
    return {
        **commands.part("install"),
        "packages": sorted(path.name for path in Path("/usr/local/lib/mdwatch/lib").glob("python*/site-packages/*")),
        "unit": world.unit("ActiveState", "UnitFileState"),
        "complaints": world.run("systemd-analyze", "verify", "--recursive-errors=no", "mdwatch.service").stderr,
        "in_the_way": commands.present("/input/source/.venv"),
        "there": commands.present(*GONE, *LEFT),
        "title": world.show_ie("IE1"),
        "settings_group": world.run("stat", "-c", "%a %U:%G", world.CONFIG).stdout.strip(),
    }


def updates() -> dict[str, Any]:
    """A newer checkout over it: the service runs it, and nothing of the machine was touched."""
    source = commands.SOURCE / "mdwatch" / "__init__.py"
    source.write_text(source.read_text(encoding="utf-8").replace('"0.1.0"', '"0.1.1"'), encoding="utf-8")
    before = world.unit("MainPID")
    settings = world.CONFIG.read_bytes()
    found = commands.part("update")
    code = "import mdwatch; print(mdwatch.__version__)"
    return {
        **found,
        "restarted": before != world.unit("MainPID"),
        "unit": world.unit("ActiveState", "NeedDaemonReload"),
        "version": world.run("/usr/local/lib/mdwatch/bin/python", "-P", "-c", code).stdout.strip(),
        "settings_kept": settings == world.CONFIG.read_bytes(),
    }


def removes() -> dict[str, Any]:
    """The program is gone; what belongs to the people is there."""
    found = commands.part("remove")
    return {
        **found,
        "gone": commands.present(*GONE),
        "left": commands.present(*LEFT),
        "unit": world.unit("ActiveState", "LoadState"),
    }


if __name__ == "__main__":
    world.hand_back({"installs": installs, "updates": updates, "removes": removes})
