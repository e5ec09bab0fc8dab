"""Why a server on the web cannot be reached, or what it answered instead of an answer, in words for people."""

import urllib.error
from typing import Final

from mdwatch.errors import in_words
from mdwatch.formats.printable import escape

_LONGEST: Final = 200  # characters of the words beside a status


def why(error: Exception) -> str:
    """What `urllib` raised, without the wrapping that it puts around a fault of the connection."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    said = in_words(reason) if isinstance(reason, Exception) else str(reason)
    return escape(said) or type(error).__name__


def status(error: urllib.error.HTTPError) -> str:
    """The status of an answer and the words beside it, of which a server may send any number."""
    return f"{error.code} {escape(str(error.reason or '')[:_LONGEST])}".rstrip()
