"""JSON schemas of what is answered: derived from the public shapes, or put together from a few words.

A test holds the answers against them.
"""

import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

Shape = Mapping[str, Any]

STRING: Final[Shape] = {"type": "string"}
INTEGER: Final[Shape] = {"type": "integer", "format": "int64"}
BOOLEAN: Final[Shape] = {"type": "boolean"}
MOMENT: Final[Shape] = {**INTEGER, "description": "Milliseconds since 1970 UTC."}


def either_null(shape: Shape) -> Shape:
    """The shape, or null."""
    return {**shape, "type": [shape["type"], "null"]}


def listed(shape: Shape) -> Shape:
    """A list of this shape."""
    return {"type": "array", "items": shape}


def fields(**shapes: Shape) -> Shape:
    """An object with exactly these fields."""
    return {"type": "object", "properties": shapes, "required": sorted(shapes), "additionalProperties": False}


def page(item: Shape, key: Shape, **more: Shape) -> Shape:
    """One page of a list: `next` is what to ask the next page with, null after the last."""
    return fields(items=listed(item), next=either_null(key), **more)


MESSAGE: Final = fields(message=STRING)


_PLAIN: Final = {str: STRING, int: INTEGER, bool: BOOLEAN}


def of(shape: type) -> Shape:
    """The schema of one of the public shapes."""
    hints = get_type_hints(shape, include_extras=True)
    return fields(**{name: _of_type(hint) for name, hint in hints.items()})


def _of_type(hint: Any) -> Shape:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is object:
        return {}
    if hint in _PLAIN:
        return _PLAIN[hint]
    if origin is Annotated:
        return {**_of_type(arguments[0]), "description": arguments[1]}
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin is types.UnionType or type(None) in arguments:
        (some,) = (argument for argument in arguments if argument is not type(None))
        return either_null(_of_type(some))
    if origin in {Sequence, tuple}:
        return listed(_of_type(arguments[0]))
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _of_type(arguments[1])}
    return of(hint)
