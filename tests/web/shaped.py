"""Whether a value has the shape that a JSON schema says, as far as our own schemas go."""

from collections.abc import Iterator, Mapping
from typing import Any

TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}
KNOWN = {"type", "properties", "required", "additionalProperties", "items", "enum", "const", "description", "format"}


def misfits(value: Any, shape: Mapping[str, Any], path: str = "$") -> Iterator[str]:
    """Every place where the value is not as the shape says."""
    assert set(shape) <= KNOWN, f"{path}: a word that is not checked: {set(shape) - KNOWN}"
    if "type" in shape and not _is_of(value, shape["type"]):
        yield f"{path}: {value!r} is not of type {shape['type']}"
        return
    if "enum" in shape and value not in shape["enum"]:
        yield f"{path}: {value!r} is none of {shape['enum']}"
    if "const" in shape and value != shape["const"]:
        yield f"{path}: {value!r} is not {shape['const']!r}"
    if isinstance(value, dict):
        yield from _object(value, shape, path)
    if isinstance(value, list) and "items" in shape:
        for number, item in enumerate(value):
            yield from misfits(item, shape["items"], f"{path}[{number}]")


def _is_of(value: Any, types: str | list[str]) -> bool:
    names = [types] if isinstance(types, str) else types
    return any(isinstance(value, TYPES[name]) and not (name == "integer" and isinstance(value, bool)) for name in names)


def _object(value: dict[str, Any], shape: Mapping[str, Any], path: str) -> Iterator[str]:
    properties = shape.get("properties", {})
    yield from (f"{path}: {name} is missing" for name in shape.get("required", ()) if name not in value)
    more = shape.get("additionalProperties", True)
    for name, item in value.items():
        if name in properties:
            yield from misfits(item, properties[name], f"{path}.{name}")
        elif more is False:
            yield f"{path}: {name} is not in the shape"
        elif more is not True:
            yield from misfits(item, more, f"{path}.{name}")
