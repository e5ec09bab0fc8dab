"""What documents tell administrators to do, word for word: look, serve by a proxy, back up, restore, update, remove."""

import json
import os
import time
from pathlib import Path
from typing import Any

from tests.system.guest import commands, world

UPDATES = Path("/operational_shared/md_update/INS01/updates")
DATABASE = Path("/var/lib/mdwatch/mdwatch.db")
TOKEN = Path("/etc/mdwatch/token")


def installs() -> dict[str, Any]:
    """As README says; the first file is applied."""
    found = commands.part("install")
    world.run("systemd-sysusers", "--inline", f"u depositor {world.DEPOSITOR}", "m depositor ins01")
    return found


def looks() -> dict[str, Any]:
    """The state at a glance, and for programs."""
    found = commands.part("look")
    return {**found, "health": _asked("http://127.0.0.1:8650/healthz"), "ready": _asked("http://127.0.0.1:8650/readyz")}


def serves_by_a_proxy() -> dict[str, Any]:
    """A token, the public's address and the operators' behind nginx, with a certificate of its own."""
    server = next(block["text"] for block in commands.blocks("nginx") if block["language"] == "nginx")
    for number in range(len(commands.blocks("proxy"))):
        _must(commands.do("proxy", number))
    Path("/etc/ssl/mdwatch").mkdir()
    world.run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=example.org",
              "-keyout", "/etc/ssl/mdwatch/key.pem", "-out", "/etc/ssl/mdwatch/cert.pem")  # fmt: skip
    Path("/etc/nginx/sites-enabled/default").unlink(missing_ok=True)
    Path("/etc/nginx/sites-enabled/mdwatch").write_text(server, encoding="utf-8")
    for number, block in enumerate(commands.blocks("nginx")):
        if block["language"] != "nginx":
            _must(commands.do("nginx", number))
    world.run("systemctl", "restart", "nginx")
    world.wait(lambda: _asked("http://127.0.0.1:8650/healthz")[0] == 200, 30, "the service to answer")
    public, operators = "https://metadata.example.org", "https://operators.metadata.example.org"
    token = TOKEN.read_text(encoding="ascii").strip()
    return {
        "identify": _asked(f"{public}/oai?verb=Identify"),
        "public_page": _asked(f"{public}/")[0],
        "public_admin": _asked(f"{public}/api/jobs")[0],
        "without_token": _asked(f"{operators}/")[0],
        "with_token": _asked(f"{operators}/", "--user", f"ann:{token}"),
        "pause": _asked(f"{operators}/api/jobs/updates/pause", "--user", f"ann:{token}", "-X", "POST")[0],
        "resume": _asked(f"{operators}/api/jobs/updates/resume", "--user", f"ann:{token}", "-X", "POST")[0],
        "local_without_token": _asked("http://127.0.0.1:8650/api/jobs")[0],
        "token_mode": oct(TOKEN.stat().st_mode & 0o777),
    }


def backs_up() -> dict[str, Any]:
    """While it runs; then files come that the backup does not have."""
    found = commands.part("backup")
    before = _history()
    for name, title in (("b.xml", "Later"), ("c.xml", "Latest")):
        world.drop(UPDATES, name, world.update("IE1", title), mode=0o644)
        world.wait((UPDATES / "done" / name).exists, 30, f"{name} in done/")
    kept = sorted(path.name for path in Path("/var/backups/mdwatch").iterdir())
    return {**found, "before": before, "after": _history(), "kept": kept, "state": world.status("updates")["state"]}


def restores() -> dict[str, Any]:
    """The database is lost; the backup is put back, and what came after it is applied again, once and in order."""
    world.run("systemctl", "kill", "--kill-whom=all", "--signal=SIGKILL", "mdwatch")
    DATABASE.write_bytes(b"nonsense" * 4096)
    # As if first.xml, which the backup has, had been moved while that was made: it comes back too, and is recognized.
    os.utime("/var/backups/mdwatch/mdwatch.begun", (time.time() - 3600,) * 2)
    found = commands.part("restore")
    audit = world.mdwatch("audit", "--json", check=False)
    return {
        **found,
        "history": _history(),
        "title": world.show_ie("IE1"),
        "left": sorted(path.name for path in UPDATES.glob("*.xml")),
        "done": sorted(path.name for path in (UPDATES / "done").iterdir()),
        "damaged": sorted(path.name for path in DATABASE.parent.iterdir()),
        "audit": [audit.returncode, json.loads(audit.stdout)["findings"]],
        "unit": world.unit("ActiveState"),
    }


def updates() -> dict[str, Any]:
    """A newer version over it."""
    before = world.unit("MainPID")
    found = commands.part("update")
    return {**found, "restarted": before != world.unit("MainPID"), "history": _history()}


def removes() -> dict[str, Any]:
    """The program, and then all that it ever kept."""
    program, everything = range(2)
    first = commands.do("remove", program)
    data = commands.present(str(DATABASE), "/etc/mdwatch/mdwatch.toml", "/var/log/mdwatch/updates.log")
    second = commands.do("remove", everything)
    ours = ("/usr/local/lib/mdwatch", "/usr/local/bin/mdwatch", "/etc/mdwatch", "/var/lib/mdwatch", "/var/log/mdwatch",
            "/usr/local/share/mdwatch", "/usr/local/lib/systemd/system/mdwatch.service",
            "/etc/systemd/system/mdwatch.service.d", "/etc/logrotate.d/mdwatch",
            "/etc/systemd/system/multi-user.target.wants/mdwatch.service")  # fmt: skip
    return {
        "blocks": [first, second],
        "data": data,
        "gone": commands.present(*ours),
        "user": world.run("getent", "passwd", "mdwatch", check=False).stdout,
        "drop_folder": sorted(path.name for path in (UPDATES / "done").iterdir()),
    }


def _history() -> list[str]:
    """The files that made the versions of the IE, in their order."""
    return [item["file"] for item in json.loads(world.mdwatch("ie", "history", "IE1", "--json").stdout)]


def _asked(url: str, *options: str) -> tuple[int, str]:
    """Status and body of an answer; the names of the documents are this machine's."""
    here = [f"{name}:443:127.0.0.1" for name in ("metadata.example.org", "operators.metadata.example.org")]
    names = ["--resolve", here[0], "--resolve", here[1]]
    done = world.run("curl", "--silent", "--insecure", *names, *options, "-w", "\n%{http_code}", url, check=False)
    body, _, status = done.stdout.rpartition("\n")
    return int(status), body[:3000]


def _must(done: dict[str, Any]) -> None:
    if done["status"]:
        raise RuntimeError(json.dumps(done, indent=1))


if __name__ == "__main__":
    steps: list[world.Step] = [installs, looks, serves_by_a_proxy, backs_up, restores, updates, removes]
    world.hand_back({step.__name__: step for step in steps})
