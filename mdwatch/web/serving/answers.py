"""What is sent back: JSON of nouns, in the shape that Dataverse's API has, `{"status": "OK", "data": ...}`."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from mdwatch.shapes.values import plain
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
