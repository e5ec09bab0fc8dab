"""The values that shapes are made of, and how a shape becomes JSON."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Annotated, Any

# What an annotation adds to its type is the description of the field in the OpenAPI document.
Moment = Annotated[int, "Milliseconds since 1970 UTC."]
Counts = Annotated[Mapping[str, int], "How many of each."]


def plain(value: Any) -> Any:
    """The value in terms of JSON: objects for dataclasses and named tuples, moments in milliseconds, digests in hex."""
    match value:
        case Enum():
            return value.value
        case date():
            return str(value)
        case bytes():
            return value.hex()
        case Mapping():
            return {str(plain(key)): plain(item) for key, item in value.items()}
        case tuple() if hasattr(value, "_asdict"):
            return plain(value._asdict())
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
        case _:
            return value
