"""URIs that every validator takes for one, and links that a page may follow.

XML Schema lets anyURI be nearly any text and leaves the rest to each validator; what is written as a URI here is one by
RFC 3986, with nothing that needs escaping.
"""

import re

# Runs of characters are not tried again in parts, which would tell nothing else.
_CHARACTERS = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]++|%[0-9A-Fa-f]{2})"
_AND_QUESTION_MARKS = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]++|%[0-9A-Fa-f]{2})"
_WEB = re.compile(rf"https?://[A-Za-z0-9._~-]+(?::[0-9]{{1,5}})?(?:/{_CHARACTERS}*+)?(?:\?{_AND_QUESTION_MARKS}*+)?"
                  rf"(?:#{_AND_QUESTION_MARKS}*+)?")  # fmt: skip
# What has no authority: urn:isbn:..., info:lccn/..., doi:10...
_PLAIN = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*:(?!/){_CHARACTERS}++")

_UNSAFE = re.compile(r"[^A-Za-z0-9._~!$&'()*+,;=:@/-]+")


def is_web(text: str) -> bool:
    """Whether the text is a web address and nothing else."""
    return _WEB.fullmatch(text) is not None


def is_uri(text: str) -> bool:
    """Whether the text is an absolute URI and nothing else."""
    return is_web(text) or _PLAIN.fullmatch(text) is not None


def escaped(text: str) -> str:
    """The text with what a URI cannot hold percent-encoded (for the end of an address)."""
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)
