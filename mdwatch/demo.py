"""Someone wants to see mdwatch at work: a playground with a file for every row of the rule table, and exports."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape as escape_xml

from sqlalchemy import URL

from mdwatch import config
from mdwatch.errors import UsageError
from mdwatch.formats import updatemd
from mdwatch.formats.printable import escape
from mdwatch.handlers.exports import request
from mdwatch.handlers.ies import load as ie_load
from mdwatch.handlers.updates import run_once
from mdwatch.handlers.updates.reports import Report
from mdwatch.model import Batch
from mdwatch.rules.codes import Code
from mdwatch.runtime.context import opened

JOB: Final = "ins01-updates"
VIEWER_JOB: Final = "ins01-viewer"
IES_FILE: Final = "ies.jsonl"

_DC: Final = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
_MODS: Final = 'xmlns="http://www.loc.gov/mods/v3"'


@dataclass(frozen=True, slots=True)
class Playground:
    """What the demonstration made: its folder and settings, how its two jobs ended, and the batch of exports."""

    folder: Path
    settings: Path
    viewer: Report
    main: Report
    exports: Batch


def demonstrate(folder: Path) -> Playground:
    """Makes the playground and runs its jobs; raises `UsageError` where the folder cannot be used or is in use."""
    folder = folder.absolute()
    shown = escape(str(folder))
    try:
        _settings(folder).encode()
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"{shown} is there already; name an empty or a new folder")
        _write(folder)
    except UnicodeEncodeError:
        raise UsageError(f"{shown} cannot be used: its name is not UTF-8") from None
    except OSError as error:
        raise UsageError(f"{shown} cannot be used: {error.strerror or error}") from None
    settings_file = folder / "mdwatch.toml"
    with opened(config.load(settings_file)) as place:
        for _ in ie_load.load(place, folder / IES_FILE, "demo"):
            pass
        viewer = run_once.run_job(place, VIEWER_JOB)
        main = run_once.run_job(place, JOB)
        batch = request.carry_out(place, "all", "demo")
    return Playground(folder, settings_file, viewer, main, batch)


def _write(folder: Path) -> None:
    """The settings, the IEs to load and the files to apply."""
    for job in (JOB, VIEWER_JOB):
        (folder / "drop" / job).mkdir(parents=True)
    (folder / "mdwatch.toml").write_text(_settings(folder), encoding="utf-8")
    (folder / IES_FILE).write_text("".join(f"{json.dumps(ie)}\n" for ie in _ies()), encoding="utf-8")
    for name, text in _files():
        (folder / "drop" / JOB / name).write_text(text, encoding="utf-8")
    role = Code.INSUFFICIENT_ROLE.value
    update = _update("IE1001", _dc_part(_dc("Never seen")))
    (folder / "drop" / VIEWER_JOB / f"updateMD-IE1001-{role}.xml").write_text(update, encoding="utf-8")


def _settings(folder: Path) -> str:
    """mdwatch.toml of the playground."""

    def path(*parts: str) -> str:
        return _toml(str(folder.joinpath(*parts)))

    url = URL.create("sqlite", database=str(folder / "repository.db")).render_as_string()
    return f"""\
[repository]
url = {_toml(url)}

[logs]
directory = {path("logs")}

[users.editor]
institution = "INS01"
role = "editor-typical"

[users.viewer]
institution = "INS01"
role = "editor-view"

[jobs.{JOB}]
user = "editor"
folder = {path("drop", JOB)}
settle_seconds = 0.2

[jobs.{VIEWER_JOB}]
user = "viewer"
folder = {path("drop", VIEWER_JOB)}
settle_seconds = 0.2
"""


def _toml(text: str) -> str:
    """The text as TOML has it: as JSON, but that no character is written as two."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _ies() -> Iterator[dict[str, Any]]:
    """IEs of two institutions: usable, locked, in SIP processing, deleted, foreign."""
    source = [{"mid": "1436", "subType": "mods", "content": _mods("Survey of the lake")}]
    yield _ie("IE1001", "Letters from the valley", source=source, published=True)
    yield _ie("IE1002", "Plan of the old town", published=True)
    yield _ie("IE1003", "Glacier photographs", lockedBy="curator")
    yield _ie("IE1004", "Census of 1850", stage="sip")
    yield _ie("IE1005", "Withdrawn thesis", status="deleted")
    yield _ie("IE2001", "Map of the neighbours", institution="INS02")


def _ie(pid: str, title: str, **facts: Any) -> dict[str, Any]:
    return {"pid": pid, "institution": "INS01", "descriptive": _dc(title), **facts}


def _files() -> Iterator[tuple[str, str]]:
    """One file for each row of the rule table that decides about files, in its order."""
    change = _dc_part(_dc("A better title"))
    files = {
        Code.INVALID_XML: ("IE1001", _dc_part("<dc:record><dc:title>never closed")),
        Code.UNSUPPORTED_TYPE: ("IE1001", _part("source", "lido", "<lido/>", "1436")),
        Code.UNKNOWN_IE: ("IE9999", change),
        Code.DELETED_IE: ("IE1005", change),
        Code.OTHER_INSTITUTION: ("IE2001", change),
        Code.IN_SIP: ("IE1004", change),
        Code.LOCKED: ("IE1003", change),
        Code.UNKNOWN_MID: ("IE1001", _part("source", "mods", _mods("Another"), "9999")),
        Code.NO_CHANGE: ("IE1002", _dc_part(_dc("Plan of the old town"))),
        Code.UPDATED: ("IE1001", change + _part("source", "mods", _mods("Survey of the lake, 2nd ed."), "1436")),
    }
    for code, (pid, parts) in files.items():
        yield f"updateMD-{pid}-{code.value}.xml", _update(pid, parts)


def _update(pid: str, parts: str) -> str:
    return f'''\
<?xml version="1.0" encoding="UTF-8"?>
<updateMD xmlns="{updatemd.NAMESPACE}">
  <PID>{pid}</PID>
{parts}</updateMD>
'''


def _part(type_: str, sub_type: str, record: str, mid: str = "") -> str:
    mid = f"    <mid>{mid}</mid>\n" if mid else ""
    return f"""\
  <metadata>
    <type>{type_}</type>
    <subType>{sub_type}</subType>
{mid}    <content><![CDATA[{record}]]></content>
  </metadata>
"""


def _dc_part(record: str) -> str:
    return _part("descriptive", "dc", record)


def _dc(title: str) -> str:
    return f"<dc:record {_DC}><dc:title>{escape_xml(title)}</dc:title><dc:type>Text</dc:type></dc:record>"


def _mods(title: str) -> str:
    return f"<mods {_MODS}><titleInfo><title>{escape_xml(title)}</title></titleInfo></mods>"
