"""Routes: OAI-PMH at `/oai`, by GET and POST alike; a browser that asks for HTML gets the answer as a page.

Errors of the protocol are good answers of HTTP. Where the database is busy the answer is 503 with `Retry-After`, which
harvesters obey (OAI-PMH 2.0, section 3.1.2.2).
"""

import gzip
import re
from typing import Final
from urllib.parse import parse_qsl

from starlette.responses import Response

from mdwatch.formats.oai_pmh.answers import MEDIA_TYPE
from mdwatch.handlers.oai import provider
from mdwatch.web import oai_page
from mdwatch.web.serving.faults import Fault
from mdwatch.web.serving.route import FORM, Asked, Route

_PATH: Final = "/oai"
_LONGEST_FORM: Final = 1 << 14  # bytes; the arguments of any sensible request are a tenth of it
_LEVEL: Final = 4  # of gzip: nearly as small as the best, in half the time
# What harvesters in Java send that say nothing else; it names HTML, and they want none.
_JAVA: Final = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
_HTML: Final = "text/html"
_XML: Final = ("application/xml", "text/xml")
_MEDIA_RANGE: Final = re.compile(
    r"[ \t]*([A-Za-z0-9!#$&^_.+*-]+/[A-Za-z0-9!#$&^_.+*-]+)[ \t]*(?:;[ \t]*q=([01](?:\.[0-9]{0,3})?)[ \t]*)?",
    re.IGNORECASE,
)
_CODING: Final = re.compile(
    r"[ \t]*([A-Za-z0-9!#$%&'*+.^_`|~-]+)[ \t]*(?:;[ \t]*q=([01](?:\.[0-9]{0,3})?)[ \t]*)?", re.IGNORECASE
)


def _oai(asked: Asked) -> Response:
    """Answers GET and POST; what is in the query of a POST counts too, so that nothing is passed over in silence."""
    request = asked.request
    query = bytes(request.scope["query_string"])
    pairs = [*_pairs(query), *_pairs(_form(asked))]
    data = provider.answer(asked.context, pairs, base_url=f"{asked.base_url}{_PATH}")
    media_type = MEDIA_TYPE
    if wants_html(request.headers.get("accept", "")):
        data, media_type = oai_page.page(data), oai_page.MEDIA_TYPE
    headers = {"Content-Type": media_type, "Vary": "Accept, Accept-Encoding"}
    if wants_gzip(request.headers.getlist("accept-encoding")):
        data = gzip.compress(data, _LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(data, headers=headers)


def _form(asked: Asked) -> bytes:
    """The body of a POST, which must be a form; raises `Fault`."""
    if not asked.data:
        return b""
    if asked.request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Fault(415, f"send the arguments as a form, with the header Content-Type: {FORM}")
    if len(asked.data) > _LONGEST_FORM:
        raise Fault(413, f"the form is longer than {_LONGEST_FORM} bytes")
    return asked.data


def _pairs(text: bytes) -> list[tuple[str, str]]:
    """The pairs of a query or form, empty values among them; what is no UTF-8 becomes U+FFFD."""
    return parse_qsl(text.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")


def wants_html(accepted: str) -> bool:
    """Whether an `Accept` header names HTML, and ranks XML no higher, as those of browsers do (RFC 9110, 12.5.1)."""
    if accepted == _JAVA:
        return False
    ranks: dict[str, float] = {}
    for part in accepted.split(","):
        found = _MEDIA_RANGE.fullmatch(part)
        if found is not None:
            ranks[found[1].lower()] = min(float(found[2] or 1), 1.0)
    html = ranks.get(_HTML, 0.0)
    return html > 0 and all(html >= ranks.get(name, 0.0) for name in _XML)


def wants_gzip(accepted: list[str]) -> bool:
    """Whether these `Accept-Encoding` headers accept gzip, and rank no coding no higher (RFC 9110, 12.5.3)."""
    ranks: dict[str, float] = {}
    for part in ",".join(accepted).split(","):
        found = _CODING.fullmatch(part)
        if found is not None:
            name = found[1].lower()
            ranks["gzip" if name == "x-gzip" else name] = min(float(found[2] or 1), 1.0)
    gzipped = ranks.get("gzip", ranks.get("*", 0.0))
    # Without a rank of its own or a share in that of all others, it is acceptable, and that is all.
    plain = ranks.get("identity", ranks.get("*", 0.0))
    return gzipped > 0 and gzipped >= plain


ROUTES: Final = (
    *(
        Route(
            method=method,
            path=_PATH,
            topic="harvesting",
            summary="Answers harvesters by OAI-PMH 2.0, in its XML.",
            endpoint=_oai,
            gives="The answer, also where it is an error of the protocol.",
            media_type="text/xml",
            public=True,
            changes=False,
            free=True,
            forms=True,
            documented=False,
            policy=oai_page.POLICY,
        )
        for method in ("GET", "POST")
    ),
)
