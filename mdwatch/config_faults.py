"""Faults of the settings in words: where, what is expected there, what was found; as TOML has it, not Python."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

_PASSWORD = re.compile(r"(?<=:)[^:/]+(?=@)")
_SEE: Final = "`mdwatch config show --defaults` prints all there are"
_SHOWN: Final = 80  # letters of what was found


def where(place: Sequence[int | str]) -> str:
    """A place in the settings as they are written."""
    path = ""
    for part in place:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part != "[key]":
            path += f".{part}" if path else str(part)
    return path


def found(value: object) -> str:
    """What was found, as TOML has it; the passwords of URLs left out, for faults are logged."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, float):
        return f"{value:g}"
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = str(value)
    text = without_password(text)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} and more"


def without_password(text: str) -> str:
    """A text without the passwords of the URLs in it."""
    return _PASSWORD.sub("***", text)


def unknown(name: str, names: Sequence[str]) -> str:
    """Of a setting that there is not: which of those that may stand there is meant."""
    close = _close(name, names)
    return f"unknown setting; {f'did you mean {close[0]}? ' if close else ''}{_SEE}"


def choices(words: Sequence[str], given: object) -> str:
    """Of a word that is none of these: which there are, and which is meant."""
    quoted = [f'"{word}"' for word in words]
    either = f"{', '.join(quoted[:-1])} or {quoted[-1]}" if len(quoted) > 1 else "".join(quoted)
    close = _close(str(given).lower(), words)
    return f"must be {either}" + (f'; did you mean "{close[0]}"?' if close else "")


def _close(name: str, names: Sequence[str]) -> list[str]:
    """The one that is most like it, if any is."""
    # Here, for hardly ever is anything wrong with the settings.
    from difflib import get_close_matches  # noqa: PLC0415

    return get_close_matches(name, names, 1)
