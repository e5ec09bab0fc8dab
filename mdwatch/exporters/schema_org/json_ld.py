"""Values of JSON-LD: texts, and things as tuples of their members, which tell equal ones apart and take little room.

A document may hold a hundred thousand of them: each is made into what Python's encoder takes only when it is written, a
few hundred at a time.
"""

import json
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice
from typing import Any, Final

# What may end a script element, or begin a comment in one.
_ESCAPED: Final = (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"))
_AT_ONCE: Final = 500  # values

# json.dumps would make an encoder each time.
_encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


class Thing(tuple[Any, ...]):
    """The names and the values of its members in turn; a value of several is a tuple of them."""

    __slots__ = ()


class Number(str):
    """A number that is no whole one, as Python writes it: two zeros are told apart by their signs."""

    __slots__ = ()


def thing(*members: Any) -> Thing:
    """A thing of these members, but for those that hold nothing."""
    if all(members):
        return Thing(members)
    pairs = zip(members[::2], members[1::2], strict=True)
    return Thing(part for pair in pairs if pair[1] for part in pair)


def number(text: str) -> Number:
    """The number that a text writes."""
    return Number(repr(float(text)))


def alone(values: Iterable[Any]) -> Any:
    """One value by itself, several together."""
    found = tuple(values)
    return found[0] if len(found) == 1 else found


def document(pairs: Iterable[tuple[str, Any]]) -> bytes:
    """The document of these keys and values, in their order; one value stands alone, several in a list, none twice.

    A key stands where it is first named, and only if it has a value.
    """
    found: dict[str, dict[Any, None]] = {}
    for key, value in pairs:
        said = found.get(key)
        if said is None:
            said = found[key] = {}
        if value or value is False:
            said[value] = None
    if sum(map(len, found.values())) > _AT_ONCE:
        return _in_parts(found)
    return _bytes(_encode({key: _together(said) for key, said in found.items() if said}))


def _together(values: Iterable[Any]) -> Any:
    """The value or values of one key as Python's encoder takes them."""
    plain = [_plain(value) for value in values]
    return plain[0] if len(plain) == 1 else plain


def _in_parts(found: dict[str, dict[Any, None]]) -> bytes:
    """A large document, which is taken apart: a whole text and its bytes would be there beside each other."""
    out = BytesIO()
    before = "{"
    for key in [key for key, said in found.items() if said]:
        said = found.pop(key)
        out.write(f'{before}"{key}": '.encode())
        out.writelines(_written(said))
        before = ", "
    out.write(b"}")
    return out.getvalue()


def _written(values: dict[Any, None]) -> Iterator[bytes]:
    """The value or values of one key."""
    if len(values) == 1:
        yield _bytes(_encode(_plain(next(iter(values)))))
        return
    before, rest = "[", iter(values)
    while some := [_plain(value) for value in islice(rest, _AT_ONCE)]:
        yield _bytes(f"{before}{_encode(some)[1:-1]}")
        before = ", "
    yield b"]"


def _bytes(text: str) -> bytes:
    for character, escape in _ESCAPED:
        text = text.replace(character, escape)
    return text.encode()


def _plain(value: Any) -> Any:
    """The value as Python's encoder takes it."""
    kind = type(value)
    if kind is str:
        return value
    if kind is Thing:
        members = dict(zip(value[::2], value[1::2], strict=True))
        for name, member in members.items():
            if type(member) is not str:
                members[name] = _plain(member)
        return members
    if kind is tuple:
        return [_plain(one) for one in value]
    return float(value) if kind is Number else value
