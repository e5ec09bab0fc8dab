"""Native JSON: one IE a line, the shape in which mdwatch loads and exports whole IEs.

Its keys are `_KEYS`, of which only `pid` and `institution` must be there. Reading is strict, since a mistyped key would
be a fact silently lost, and names the place of a fault, such as `source[1].mid`. Writing and reading back is exact:
record contents verbatim, events and characteristics in the order of their keys.
"""

import json
import re
from collections.abc import Iterator
from enum import Enum
from json.encoder import encode_basestring as _quoted
from typing import Any, Final, TypeVar

from mdwatch.errors import Rejected
from mdwatch.formats import dnx, json_line, mets, updatemd
from mdwatch.formats.event_history import EventHistory
from mdwatch.formats.limits import Limits
from mdwatch.formats.pids import valid_pid
from mdwatch.formats.xml import Allowance
from mdwatch.model import IntellectualEntity, Record, RecordType, Stage, Status

# The facts of an IE by their keys here, named as in the model.
_STATED: Final = {
    "institution": "institution",
    "stage": "stage",
    "status": "status",
    "published": "published",
    "harvested": "harvested",
    "lockedBy": "locked_by",
    "descriptive": "descriptive",
    "source": "source",
    "events": "events",
    "characteristics": "characteristics",
}
# What an export tells besides, and loading passes over.
_TOLD: Final = ("landingPage",)
_KEYS: Final = ("pid", *_STATED, "mets", *_TOLD)
_SOURCE_KEYS: Final = ("mid", "subType", "content")


# What ends a line for some readers, and what UTF-8 cannot hold; JSON can write either as an escape.
_LINE_ENDS: Final = "\x85\u2028\u2029"
_ESCAPED: Final = re.compile(f"[{_LINE_ENDS}\ud800-\udfff]")

# json.dumps would make an encoder each time.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_FLAGS: Final = {True: "true", False: "false"}

_Word = TypeVar("_Word", bound=Enum)


def read(line: bytes | str, limits: Limits) -> IntellectualEntity:
    """The IE on one line; raises `Rejected` with the path of what is wrong, and the remedy."""
    allowance = Allowance(limits, len(line))
    given = _object(json_line.read(line, limits), "the line")
    del line
    _check_keys(given, _KEYS, "")
    for key in ("pid", "institution"):
        if key not in given:
            raise Rejected(f"{key}: missing; every IE has one")
    pid = _pid(given["pid"])
    for key in _TOLD:
        _string(given.get(key, ""), key)
    return IntellectualEntity(
        pid=pid,
        institution=_name(given["institution"], "institution"),
        stage=_word(given.get("stage", Stage.PERMANENT.value), Stage, "stage"),
        status=_word(given.get("status", Status.ACTIVE.value), Status, "status"),
        published=_flag(given.get("published", False), "published"),
        harvested=_flag(given.get("harvested", False), "harvested"),
        locked_by=None if given.get("lockedBy") is None else _name(given["lockedBy"], "lockedBy"),
        records=tuple(_records(given, allowance)),
        events=tuple(_events(given.get("events", []))),
        characteristics=_object(given.get("characteristics", {}), "characteristics"),
        mets=_remainder(given["mets"], pid, limits) if "mets" in given else None,
        stated=frozenset(name for key, name in _STATED.items() if key in given),
    )


def write(ie: IntellectualEntity) -> str:
    """The IE on one line, without a line feed."""
    descriptive = ie.descriptive
    source = [{"mid": r.mid, "subType": r.sub_type, "content": r.content} for r in ie.sources]
    characteristics = _ENCODER.encode(dict(ie.characteristics)) if ie.characteristics else "{}"
    more = {}
    if ie.mets is not None:
        more["mets"] = ie.mets
    if ie.landing_page:
        more["landingPage"] = ie.landing_page
    end = f", {_ENCODER.encode(more)[1:]}" if more else "}"
    # Events that are kept as JSON are passed on as it: there may be thousands.
    if isinstance(ie.events, EventHistory):
        events = ie.events.as_json()
    else:
        events = _array([dict(event) for event in ie.events])
    # Most values are words or nothing, and need no encoder.
    text = (
        f'{{"pid": {_quoted(ie.pid)}, "institution": {_quoted(ie.institution)}, "stage": {_quoted(ie.stage.value)}, '
        f'"status": {_quoted(ie.status.value)}, "published": {_FLAGS[ie.published]}, '
        f'"harvested": {_FLAGS[ie.harvested]}, "lockedBy": {_word_or_null(ie.locked_by)}, '
        f'"descriptive": {_word_or_null(descriptive.content if descriptive else None)}, "source": {_array(source)}, '
        f'"events": {events}, "characteristics": {characteristics}{end}'
    )
    return text if text.isascii() or _is_plain(text) else _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _is_plain(text: str) -> bool:
    """Whether nothing in it is to be escaped; quicker than to look for all of it at once."""
    if any(end in text for end in _LINE_ENDS):
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _word_or_null(value: str | None) -> str:
    return "null" if value is None else _quoted(value)


def _array(values: list[Any]) -> str:
    return _ENCODER.encode(values) if values else "[]"


def _check_keys(given: dict[str, Any], known: tuple[str, ...], path: str) -> None:
    """Refuses keys that mean nothing here."""
    for key in given:
        if key not in known:
            raise Rejected(f"{json_line.joined(path, key)}: unknown key; the keys are {', '.join(known)}")


def _records(given: dict[str, Any], allowance: Allowance) -> Iterator[Record]:
    """The records of the IE, the descriptive one first."""
    if given.get("descriptive") is not None:
        content = _xml(given["descriptive"], "descriptive", allowance, descriptive=True)
        yield Record(type=RecordType.DESCRIPTIVE, sub_type="dc", mid="", content=content)
    seen: set[str] = set()
    for number, item in enumerate(_list(given.get("source", []), "source")):
        record = _source(item, f"source[{number}]", allowance)
        if record.mid in seen:
            raise Rejected(f"source[{number}].mid: given twice ({record.mid}); a mid names one record")
        seen.add(record.mid)
        yield record


def _source(value: Any, path: str, allowance: Allowance) -> Record:
    """One source record."""
    given = _object(value, path)
    _check_keys(given, _SOURCE_KEYS, path)
    for key in _SOURCE_KEYS:
        if key not in given:
            raise Rejected(f"{path}.{key}: missing; a source record has {', '.join(_SOURCE_KEYS)}")
    return Record(
        type=RecordType.SOURCE,
        sub_type=_name(given["subType"], f"{path}.subType"),
        mid=_name(given["mid"], f"{path}.mid"),
        content=_xml(given["content"], f"{path}.content", allowance),
    )


def _xml(value: Any, path: str, allowance: Allowance, *, descriptive: bool = False) -> str:
    """The content of a record, verbatim, once it is known to be XML."""
    content = _string(value, path)
    try:
        root = allowance.parse(content)
        if descriptive:
            updatemd.check_dc(str(root.tag))
    except Rejected as rejected:
        raise Rejected(f"{path}: {rejected.reason}") from None
    return content


def _remainder(value: Any, pid: str, limits: Limits) -> str:
    """The rest of the METS that the IE was loaded from."""
    text = _string(value, "mets")
    try:
        mets.check_remainder(text, pid, limits)
    except Rejected as rejected:
        raise Rejected(f"mets: {rejected.reason}") from None
    return text


def _events(value: Any) -> Iterator[dict[str, Any]]:
    """The DNX events; numbers and booleans are as good as text."""
    for number, item in enumerate(_list(value, "events")):
        event = _object(item, f"events[{number}]")
        for key, text in event.items():
            if not isinstance(text, str | int | float):
                raise Rejected(f"events[{number}].{key[:100]}: {_kind(text)}; expected a string")
        yield event


def _pid(value: Any) -> str:
    pid = _string(value, "pid")
    if not valid_pid(pid):
        raise Rejected(f"pid: {pid[:60]!r} is none; a PID is IE and digits, such as IE1234")
    return pid


def _name(value: Any, path: str) -> str:
    """A string that names something: not blank, and writable in any format."""
    name = _string(value, path)
    if not name.strip():
        raise Rejected(f"{path}: empty; give a name or leave it out")
    if dnx.writable(name) != name:
        raise Rejected(f"{path}: holds a control character; remove it")
    return name


def _word(value: Any, words: type[_Word], path: str) -> _Word:
    """One of the words of an enumeration."""
    try:
        return words(value)
    except ValueError:
        raise Rejected(f"{path}: {_shown(value)}; expected one of {', '.join(word.value for word in words)}") from None


def _flag(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise Rejected(f"{path}: {_kind(value)}; expected true or false")
    return value


def _string(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise Rejected(f"{path}: {_kind(value)}; expected a string")
    return value


def _list(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise Rejected(f"{path}: {_kind(value)}; expected a list")
    return value


def _object(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Rejected(f"{path}: {_kind(value)}; expected an object")
    return value


def _shown(value: Any) -> str:
    """A wrong value as the operator may find it."""
    return repr(value[:60]) if isinstance(value, str) else _kind(value)


def _kind(value: Any) -> str:
    """What JSON calls a value of this type."""
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return kinds.get(type(value), "a number")
