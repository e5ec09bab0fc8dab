"""The Debian package, and pip with `mdwatch setup`: installed, updated and removed on machines without mdwatch."""

from pathlib import Path
from typing import Any

from tests.system.guest import commands, world

PROGRAM = ("/usr/lib/mdwatch", "/usr/bin/mdwatch", "/usr/lib/systemd/system/mdwatch.service")
SETTINGS = ("/etc/mdwatch/mdwatch.toml", "/etc/logrotate.d/mdwatch",
            "/etc/systemd/system/mdwatch.service.d/drop-folders.conf")  # fmt: skip
UPDATES = Path("/operational_shared/md_update/INS01/updates")
DATA = ("/var/lib/mdwatch/mdwatch.db", "/var/log/mdwatch/updates.log", f"{UPDATES}/done/a.xml")


def deb_installs() -> dict[str, Any]:
    """The service is up without a word of settings, and works when it got some."""
    found = commands.part("deb")
    fresh = world.unit("ActiveState", "UnitFileState", "FragmentPath")
    world.run("groupadd", "ins01")
    world.run("usermod", "-aG", "ins01", "mdwatch")
    world.run("systemd-sysusers", "--inline", f"u depositor {world.DEPOSITOR}", "m depositor ins01")
    world.run("install", "-d", "-o", "mdwatch", "-g", "ins01", "-m", "2770", UPDATES)
    settings = commands.blocks("settings")[0]["text"]
    with world.CONFIG.open("a", encoding="utf-8") as file:
        file.write(f"\n{settings}\n# changed by the administrator\n")
    world.load(range(1, 3))
    world.run("systemctl", "restart", "mdwatch")
    world.drop(UPDATES, "a.xml", world.update("IE1", "Packaged"), mode=0o644)
    world.wait((UPDATES / "done" / "a.xml").exists, 30, "a.xml in done/")
    return {
        **found,
        "fresh": fresh,
        "title": world.show_ie("IE1"),
        "there": commands.present(*PROGRAM, *SETTINGS, *DATA),
        "owner": world.run("stat", "-c", "%a %U:%G", world.CONFIG).stdout.strip(),
        "modules": world.mdwatch("--version").stdout,
        "verified": world.run("dpkg", "--verify", "mdwatch", check=False).stdout,
    }


def deb_updates() -> dict[str, Any]:
    """A later version over it: settings stay, the service runs on; one that was stopped stays stopped."""
    before = world.unit("MainPID")
    settings = world.CONFIG.read_bytes()
    world.run("dpkg", "--install", *Path("/input/later").glob("*.deb"))
    running = world.unit("ActiveState", "MainPID", "UnitFileState")
    world.run("systemctl", "stop", "mdwatch")
    world.run("dpkg", "--install", *Path("/input/source/build").glob("*.deb"))
    stopped = world.unit("ActiveState")
    world.run("systemctl", "start", "mdwatch")
    return {
        "restarted": before["MainPID"] != running["MainPID"],
        "running": running,
        "stopped": stopped,
        "settings_kept": settings == world.CONFIG.read_bytes(),
    }


def deb_removes() -> dict[str, Any]:
    """Removed, it is stopped and the settings stay; purged, they go too, and data stays."""
    world.run("dpkg", "--remove", "mdwatch")
    removed = {**commands.present(*PROGRAM, *SETTINGS, *DATA)}
    unit = world.unit("ActiveState", "LoadState")
    said = world.run("dpkg", "--purge", "mdwatch").stdout
    return {
        "removed": removed,
        "unit": unit,
        "purged": commands.present(
            *PROGRAM, *SETTINGS, *DATA, "/etc/systemd/system/multi-user.target.wants/mdwatch.service"
        ),
        "said": said,
    }


def pip_installs() -> dict[str, Any]:
    """By the words of the document; a second setup changes nothing, and what somebody changed stays."""
    found = commands.part("pip")
    again = commands.do("pip_update", 0)
    world.run("systemctl", "enable", "--now", "mdwatch")
    manual = Path("/usr/local/share/man/man1/mdwatch.1").read_text(encoding="utf-8")
    in_a_home = commands.do("pip_home", 0)
    return {
        **found,
        "again": again,
        "command": world.run("readlink", "/usr/local/bin/mdwatch").stdout.strip(),
        "unit": world.unit("ActiveState", "FragmentPath"),
        "manual": '.SS "mdwatch setup' in manual,
        "in_a_home": in_a_home,
    }


def pip_removes() -> dict[str, Any]:
    """By the words of the document."""
    found = commands.part("pip_remove")
    gone = ("/opt/mdwatch", "/usr/local/bin/mdwatch", "/usr/local/lib/systemd/system/mdwatch.service")
    return {
        **found,
        "gone": commands.present(*gone),
        "left": commands.present("/etc/mdwatch/mdwatch.toml", *DATA),
        "unit": world.unit("ActiveState"),
    }


if __name__ == "__main__":
    steps: list[world.Step] = [deb_installs, deb_updates, deb_removes, pip_installs, pip_removes]
    world.hand_back({step.__name__: step for step in steps})
