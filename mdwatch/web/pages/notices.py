"""What came of pressing a button, told once on the page that follows.

The address of that page holds only the number of the notice: were the words in it, anyone could make a link that puts
theirs into this page.
"""

import secrets
import threading
from collections import OrderedDict
from typing import Final, NamedTuple

from mdwatch.web.pages.words import Tone

_KEPT: Final = 200

_lock = threading.Lock()
_notices: OrderedDict[str, "Notice"] = OrderedDict()


class Notice(NamedTuple):
    """Some sentences and their tone; `to` is the address of the page to tell them on, None for the one of before.

    `spot` is the place on that page where the button was.
    """

    tone: Tone
    lines: tuple[str, ...]
    to: str | None = None
    spot: str = ""


def leave(notice: Notice) -> str:
    """Keeps a notice; the number to ask for it with."""
    key = secrets.token_urlsafe(9)
    with _lock:
        _notices[key] = notice
        while len(_notices) > _KEPT:
            _notices.popitem(last=False)
    return key


def find(key: str | None) -> Notice | None:
    """The notice of this number, if it is still there."""
    with _lock:
        return None if key is None else _notices.get(key)
