"""Lists page by page: by the key that the page before ended with, never by a count, so that no page shifts."""

import os
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import quote_from_bytes, unquote_to_bytes

from mdwatch.web.serving.route import Parameter

_Item = TypeVar("_Item")

LIMIT: Final = Parameter(
    name="limit", summary="How many to give at most.", kind="integer", default=100, minimum=1, maximum=1_000
)
BEFORE: Final = Parameter(
    name="before", summary="Give older ones than this; the `next` of the page before.", kind="integer", minimum=0
)
AFTER: Final = Parameter(
    name="after", summary="Give those that follow this; the `next` of the page before.", kind="integer", minimum=0
)
AFTER_NAME: Final = Parameter(name="after", summary="Give names that follow this one; the `next` of the page before.")


def next_key(items: Sequence[_Item], limit: int, key: Callable[[_Item], Any]) -> Any:
    """What to ask the next page with; None where this one is not full, and so the last."""
    return key(items[-1]) if len(items) == limit else None


def name_key(name: str | None) -> str | None:
    """A file name as a key that any client can send back, whatever bytes are in it."""
    return None if name is None else quote_from_bytes(os.fsencode(name))


def name_of(key: str | None) -> str | None:
    """The file name of a key."""
    return None if key is None else os.fsdecode(unquote_to_bytes(key))
