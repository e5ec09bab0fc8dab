"""One line of JSON as Python values: strictly what JSON has, no key twice, no half characters, and in bounds.

Values cost many times their bytes, so that they are counted before they are made.
"""

import json
import math
import re
from collections import Counter
from typing import Any, Final, NoReturn

from mdwatch.errors import Rejected
from mdwatch.formats.limits import Limits

# How deep objects and lists may nest: far deeper than an IE does, and no trouble to recurse into.
_DEEPEST: Final = 100

_SURROGATE = re.compile("[\ud800-\udfff]")
# A string of JSON; matched from the first quote on, it takes each string as a whole.
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_MARKS: Final = (b"{", b"[", b",")


class _Twice(dict[str, Any]):
    """An object that has a key twice; where it stands is known only once the whole line is read."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counts = Counter(key for key, _ in pairs)
        self.key = next(key for key, count in counts.items() if count > 1)


def read(line: bytes | str, limits: Limits) -> Any:
    """The value on the line; raises `Rejected` with the path of what is wrong, and the remedy."""
    _check_size(line, limits)
    value = _decoded(line)
    _check_tree(value, "", _DEEPEST)
    return value


def joined(path: str, key: str) -> str:
    """The path of what is under a key."""
    return f"{path}.{key[:100]}" if path else key[:100]


def _check_size(line: bytes | str, limits: Limits) -> None:
    """Refuses a line of more values than a METS may have elements: each costs many times its bytes."""
    most = 2 * limits.elements
    given = line if isinstance(line, bytes) else line.encode("utf-8", "surrogatepass")
    if sum(given.count(mark) for mark in _MARKS) <= most:
        return
    # Only what stands outside of strings counts.
    bare = _STRING.sub(b"", given)
    if sum(bare.count(mark) for mark in _MARKS) > most:
        raise Rejected(f"more than {most} values; split it or raise limits.elements")


def _decoded(line: bytes | str) -> Any:
    """The JSON value on the line; raises `Rejected` where it is none."""
    try:
        text = line if isinstance(line, str) else line.decode("utf-8")
        return json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=_pairs,
            parse_constant=_refuse_number,
            parse_float=_number,
        )
    except UnicodeDecodeError as error:
        raise Rejected(f"not UTF-8 at byte {error.start + 1}; save it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise Rejected(f"not JSON: {error.msg} (character {error.pos + 1}); write one IE a line") from None
    except RecursionError:
        raise Rejected("nested too deeply; flatten it") from None
    except ValueError as error:
        # Python reads no integer of more than some thousand digits.
        raise Rejected(f"not readable as JSON: {error}") from None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    return keys if len(keys) == len(pairs) else _Twice(pairs)


def _refuse_number(text: str) -> NoReturn:
    raise Rejected(f"the number {text[:40]} is none that JSON has; write it as a string or leave it out")


def _number(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse_number(text)


def _check_tree(value: Any, path: str, depth: int) -> None:
    """Refuses, anywhere in the line, keys given twice and characters that are none."""
    if depth == 0:
        raise Rejected(f"{path[:200]}: nested too deeply; flatten it")
    if isinstance(value, _Twice):
        raise Rejected(f"{joined(path, value.key)}: given twice; keep one")
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key, path or "a key")
            _check_tree(item, joined(path, key), depth - 1)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _check_tree(item, f"{path}[{number}]", depth - 1)


def _check_text(text: str, path: str) -> None:
    if _SURROGATE.search(text):
        raise Rejected(f"{path}: holds half of a surrogate pair; write the whole character")
