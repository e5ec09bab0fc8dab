"""What is sent back: JSON of nouns, in the shape that Dataverse's API has, `{"status": "OK", "data": ...}`."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

from mdwatch.web.serving.route import JSON


def ok(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A good answer."""
    return json_answer({"status": "OK", "data": data}, status, headers)


def told(message: str, data: Any) -> Response:
    """A good answer with a sentence beside it, in the place where Dataverse has one."""
    return json_answer({"status": "OK", "message": {"message": message}, "data": data})


def done(message: str) -> Response:
    """A good answer that is a sentence."""
    return ok({"message": message})


def page(items: list[Any], *, next_key: Any, **more: Any) -> Response:
    """One page of a list; `next_key` is what to ask the next page with, None after the last."""
    return ok({**more, "items": items, "next": next_key})


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Any JSON. Escaped to ASCII: file names may hold bytes that are no UTF-8, which stay lone surrogates here."""
    return Response(f"{json.dumps(plain(value))}\n", status, dict(headers or {}), JSON)


def plain(value: Any) -> Any:
    """The value in terms of JSON: objects for dataclasses and named tuples, moments in milliseconds, digests in hex."""
    match value:
        case BaseModel():
            return value.model_dump(mode="json")
        case Enum():
            return value.value
        case Path() | date():
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
