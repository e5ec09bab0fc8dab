"""Why a server on the web cannot be reached, in words for people."""

import urllib.error

from mdwatch.errors import in_words
from mdwatch.formats.printable import escape


def why(error: Exception) -> str:
    """What `urllib` raised, without the wrapping that it puts around a fault of the connection."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    said = in_words(reason) if isinstance(reason, Exception) else str(reason)
    return escape(said) or type(error).__name__
