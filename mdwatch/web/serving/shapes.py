"""JSON schemas of what is answered, put together from a few words; a test holds the answers against them."""

from collections.abc import Mapping
from typing import Any, Final

Shape = Mapping[str, Any]

STRING: Final[Shape] = {"type": "string"}
INTEGER: Final[Shape] = {"type": "integer", "format": "int64"}
BOOLEAN: Final[Shape] = {"type": "boolean"}
MOMENT: Final[Shape] = {**INTEGER, "description": "Milliseconds since 1970 UTC."}
COUNTS: Final[Shape] = {"type": "object", "additionalProperties": INTEGER, "description": "How many of each."}


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
