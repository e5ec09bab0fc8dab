"""Which IE a harvested record is about: exactly one, or none is changed. Pure."""

import re
from collections.abc import Collection
from typing import Final, NamedTuple

_LAST_PART: Final = re.compile(r"(?:.*[:/])?([^:/]+)", re.DOTALL)


class Matched(NamedTuple):
    """The PID of the one IE; or "", and why there is none."""

    pid: str
    reason: str = ""


def pid_in(identifier: str, pattern: str) -> str | None:
    """What a pattern's one group takes of an OAI identifier; without a pattern, what follows the last : or /."""
    if pattern:
        return part(identifier, pattern)
    found = _LAST_PART.fullmatch(identifier)
    return found[1] if found is not None else None


def part(value: str, pattern: str) -> str | None:
    """What a pattern's one group takes of an identifier, None where it does not fit; all of it without a pattern."""
    if not pattern:
        return value
    found = re.compile(pattern).fullmatch(value)
    return found[1] if found is not None else None


def one(pids: Collection[str], by: str) -> Matched:
    """The verdict over all IEs found; `by` says by what."""
    found = sorted(set(pids))
    if len(found) == 1:
        return Matched(found[0])
    if not found:
        return Matched("", f"no IE by {by}")
    more = " and more" if len(found) > 5 else ""
    return Matched("", f"{len(found)} IEs by {by}: {', '.join(found[:5])}{more}")
