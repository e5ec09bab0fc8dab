"""Faults of the settings in words: where, what is expected there, what was found; as TOML has it, not Python."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

_PASSWORD = re.compile(r"(?<=:)[^:/]+(?=@)")
_SEE: Final = "`mdwatch config show --defaults` prints all there are"
_SHOWN: Final = 80  # letters of what was found

# What is expected, by the kinds of faults that the reader of the settings knows.
_EXPECTED: Final[Mapping[str, str]] = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dict_type": "must be a table",
    "finite_number": "must be a number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number that is not so large",
    "int_type": "must be a whole number",
    "mapping_type": "must be a table",
    "model_attributes_type": "must be a table",
    "model_type": "must be a table",
    "path_type": "must be a path in quotation marks",
    "string_type": "must be text in quotation marks",
    "tuple_type": 'must be a list, such as ["one", "two"]',
}
_BOUNDED: Final[Mapping[str, tuple[str, str]]] = {
    "greater_than": ("must be more than {}", "gt"),
    "greater_than_equal": ("must be at least {}", "ge"),
    "less_than": ("must be less than {}", "lt"),
    "less_than_equal": ("must be at most {}", "le"),
    "string_too_long": ("must have at most {} letters", "max_length"),
    "string_too_short": ("must have at least {} letters", "min_length"),
    "too_long": ("must have at most {} entries", "max_length"),
    "too_short": ("must have at least {} entries", "min_length"),
}


def told(
    error: Mapping[str, Any],
    known: Callable[[Sequence[int | str]], Sequence[str]],
    patterns: Mapping[str, str],
) -> str:
    """One fault as `jobs.dc.folder: must be an absolute path (got "drop")`.

    `error` is what the reader of the settings tells of it; `known` names the settings that may stand at a place;
    `patterns` say in words what the expressions that texts have to match mean.
    """
    place = error["loc"]
    path = where(place)
    kind, value = error["type"], error["input"]
    if kind == "extra_forbidden":
        return f"{path}: unknown setting; {_meant(str(place[-1]), known(place[:-1]))}{_SEE}"
    if kind == "missing":
        return f"{path}: missing; it has no default"
    return f"{path}: {_expected(error, patterns)} (got {found(value)})"


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


def _expected(error: Mapping[str, Any], patterns: Mapping[str, str]) -> str:
    kind, values = error["type"], error.get("ctx", {})
    if kind in _BOUNDED:
        words, name = _BOUNDED[kind]
        return words.format(f"{values[name]:g}")
    if kind in {"literal_error", "enum"}:
        choices = re.findall(r"'([^']*)'", values["expected"])
        return f"must be {_either(choices)}{_close(str(error['input']), choices)}"
    if kind == "string_pattern_mismatch":
        return patterns.get(values["pattern"], "must look otherwise")
    message = str(error["msg"]).removeprefix("Value error, ")
    return _EXPECTED.get(kind, message[:1].lower() + message[1:])


def _either(choices: Sequence[str]) -> str:
    quoted = [f'"{choice}"' for choice in choices]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}" if len(quoted) > 1 else "".join(quoted)


def _meant(name: str, names: Sequence[str]) -> str:
    close = get_close_matches(name, names, 1)
    return f"did you mean {close[0]}? " if close else ""


def _close(name: str, names: Sequence[str]) -> str:
    close = get_close_matches(name.lower(), names, 1)
    return f'; did you mean "{close[0]}"?' if close else ""
