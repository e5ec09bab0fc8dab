"""The token of administrators, of which only the digest is kept."""

import hashlib
import hmac


class Token:
    """The token of administrators; only its digest is kept."""

    def __init__(self, text: str) -> None:
        self._digest = _digest(text)

    def __repr__(self) -> str:
        return "Token(***)"

    @property
    def digest(self) -> bytes:
        """What sessions that were begun with it are held against."""
        return self._digest

    def matches(self, sent: str) -> bool:
        """Whether this is it; takes as long for a wrong one."""
        return hmac.compare_digest(self._digest, _digest(sent))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
