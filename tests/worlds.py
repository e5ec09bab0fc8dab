"""A small world to run jobs in: a repository, drop folders and logs on a real disk, and what became of it all."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mdwatch import config
from mdwatch.config import Settings
from mdwatch.formats import updatemd
from mdwatch.handlers.files.audit import Audit
from mdwatch.handlers.ies import load as ie_load
from mdwatch.handlers.updates import run_once
from mdwatch.handlers.updates.reports import Report
from mdwatch.model import Actor, IntellectualEntity
from mdwatch.repository import ies
from mdwatch.runtime.context import Clock, Context, SystemClock, opened
from tests.postgres import database_url

JOB = "dc"
ANN = Actor("ann", "cli", "root@here")
DC_NS = "http://purl.org/dc/elements/1.1/"
MODS_NS = "http://www.loc.gov/mods/v3"


def dc(*titles: str) -> str:
    """A descriptive record."""
    fields = "".join(f"<dc:title>{title}</dc:title>" for title in titles)
    return f'<dc:record xmlns:dc="{DC_NS}">{fields}</dc:record>'


def mods(*titles: str) -> str:
    """A MODS record."""
    fields = "".join(f"<titleInfo><title>{title}</title></titleInfo>" for title in titles)
    return f'<mods xmlns="{MODS_NS}">{fields}</mods>'


def metadata(content: str, type_: str = "descriptive", sub_type: str = "dc", mid: str = "") -> str:
    """A metadata element."""
    mid = f"<mid>{mid}</mid>" if mid else ""
    return (
        f"<metadata><type>{type_}</type><subType>{sub_type}</subType>{mid}"
        f"<content><![CDATA[{content}]]></content></metadata>"
    )


def update(pid: str, *parts: str) -> bytes:
    """An updateMD file; a part that is no metadata element is a dc record."""
    body = "".join(part if part.startswith("<metadata>") else metadata(part) for part in parts)
    return f'<updateMD xmlns="{updatemd.NAMESPACE}"><PID>{pid}</PID>{body}</updateMD>'.encode()


def ie(pid: str, title: str = "Old", **facts: Any) -> dict[str, Any]:
    """An IE as native JSON has it."""
    return {"pid": pid, "institution": "INS01", "descriptive": dc(title), **facts}


class Later(SystemClock):
    """The clock of this machine, so many days ahead."""

    def __init__(self, days: float) -> None:
        self._ahead = int(days * 86_400_000)

    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        return super().now() + self._ahead


class World:
    """One job over one repository, below a folder."""

    def __init__(self, root: Path, **job: Any) -> None:
        self.root = root
        self.folder = root / "drop"
        self.raw: dict[str, Any] = {
            "repository": {"url": database_url(root / "mdwatch.db")},
            "logs": {"directory": str(root / "logs"), "level": "error"},
            "http": {"listen": []},
            "users": {"editor": {"institution": "INS01", "role": "editor-full"}},
            "jobs": {JOB: {"user": "editor", "folder": str(self.folder), "settle_seconds": 0, **job}},
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = root / "logs" / f"{JOB}.log"

    @property
    def settings(self) -> Settings:
        """The settings, as `raw` stands."""
        return config.check(self.raw, "test")

    @contextmanager
    def context(self, clock: Clock | None = None) -> Iterator[Context]:
        """The context, open."""
        with opened(self.settings, clock) as context:
            yield context

    def write_settings(self) -> Path:
        """The settings as a file, for the command line."""
        path = self.root / "mdwatch.toml"
        lines = []
        for table, values in self._tables():
            lines.append(f"[{table}]")
            lines += [f"{key} = {json.dumps(value)}" for key, value in values.items()]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    def _tables(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, table in self.raw.items():
            if name in {"users", "jobs", "repositories", "harvests", "notifications", "groups"}:
                yield from ((f"{name}.{key}", values) for key, values in table.items())
            else:
                yield name, table

    def load(self, *entities: dict[str, Any], clock: Clock | None = None) -> None:
        """Loads IEs into the repository."""
        path = self.root / "ies.jsonl"
        path.write_text("".join(f"{json.dumps(entity)}\n" for entity in entities), encoding="utf-8")
        with self.context(clock) as context:
            results = list(ie_load.load(context, path, "test"))
        assert [result.reason for result in results if result.reason] == []

    def drop(self, name: str, data: bytes) -> Path:
        """Drops a file; those dropped in one tick of the kernel's clock come in the natural order of their names."""
        path = self.folder / name
        path.write_bytes(data)
        return path

    def run(self, clock: Clock | None = None) -> Report:
        """Runs the job once."""
        with self.context(clock) as context:
            return run_once.run_job(context, JOB)

    def get(self, pid: str) -> IntellectualEntity:
        """An IE as it stands."""
        with self.context() as context, context.repository.read() as connection:
            entity = ies.get(connection, pid)
        assert entity is not None
        return entity

    def title(self, pid: str) -> str:
        """The titles of an IE's descriptive record."""
        record = self.get(pid).descriptive
        return "|".join(re.findall("<dc:title>(.*?)</dc:title>", record.content)) if record else ""

    def log_lines(self) -> list[str]:
        """The job log without the moments."""
        text = self.log.read_text(encoding="utf-8") if self.log.exists() else ""
        assert text == "" or text.endswith("\n")
        lines = text.splitlines()
        torn = [lines[max(0, at - 1) : at + 2] for at, line in enumerate(lines) if "   " not in line]
        assert torn == [], "what is before and after lines that are not whole"
        return [line.split("   ", 1)[1] for line in lines]

    def files(self) -> list[str]:
        """Every file below the drop folder, by its path there."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())

    def audit(self) -> list[str]:
        """What an audit finds; nothing, where all is well and nobody put files into `done/` or `error/` by hand."""
        with self.context() as context:
            return [f"{item.kind}: {item.subject}" for item in Audit(context).findings()]

    def snapshot(self) -> dict[str, Any]:
        """All that a run leaves, without moments: IEs with versions and events, files, reasons, log, audit."""
        with self.context() as context, context.repository.read() as connection:
            pids = [row[0] for row in connection.exec_driver_sql("SELECT pid FROM ie ORDER BY pid")]
            entities = {pid: _without_moments(connection, pid) for pid in pids}
            sql = "SELECT name, pid, code, reason, filed_as, carried_out FROM journal ORDER BY id"
            journal = [tuple(row) for row in connection.exec_driver_sql(sql)]
            runs = [tuple(row) for row in connection.exec_driver_sql("SELECT job, status, closed FROM run ORDER BY id")]
        reasons = {
            path.name: [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("When")]
            for path in sorted((self.folder / "error").glob("*.reason.txt"))
        }
        found = {
            "ies": entities,
            "journal": journal,
            "runs": runs,
            "files": self.files(),
            "reasons": reasons,
            "log": self.log_lines(),
            "audit": [re.sub(r", row \d+", "", found) for found in self.audit()],
        }
        # Names of files that were put away beside one of the same name hold the moment too.
        snapshot: dict[str, Any] = json.loads(re.sub(r"\.\d{8}T\d{6}Z", ".MOMENT", json.dumps(found)))
        return snapshot


def _without_moments(connection: Any, pid: str) -> dict[str, Any]:
    entity = ies.get(connection, pid)
    assert entity is not None
    versions = ies.versions(connection, pid)
    events = [{key: value for key, value in event.items() if key != "eventDateTime"} for event in entity.events]
    characteristics = {key: value for key, value in entity.characteristics.items() if key != "modificationDate"}
    return {
        "records": [(record.type.value, record.mid, record.content) for record in entity.records],
        "versions": [(item.version, item.agent, item.cause, item.file, str(item.records)) for item in versions],
        "events": events,
        "characteristics": characteristics,
    }
