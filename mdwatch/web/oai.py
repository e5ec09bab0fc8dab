"""Routes: OAI-PMH at `/oai`, by GET and POST alike, and the stylesheet that shows its answers to people.

Errors of the protocol are good answers of HTTP. Where the database is busy the answer is 503 with `Retry-After`, which
harvesters obey (OAI-PMH 2.0, section 3.1.2.2).
"""

import gzip
import re
from functools import lru_cache
from importlib.resources import files
from typing import Final
from urllib.parse import parse_qsl

from starlette.responses import Response

from mdwatch.formats.oai_pmh.answers import MEDIA_TYPE
from mdwatch.handlers.oai import provider
from mdwatch.web.serving.faults import Fault
from mdwatch.web.serving.route import FORM, Asked, Route

_PATH: Final = "/oai"
_STYLESHEET: Final = "/oai.xsl"
_LONGEST_FORM: Final = 1 << 14  # bytes; the arguments of any sensible request are a tenth of it
_LEVEL: Final = 4  # of gzip: nearly as small as the best, in half the time
# Metadata is written by others: no script of theirs runs. Browsers count a stylesheet in XSLT as a script, and the
# one here has its styles inside. A sandbox would keep them from loading it.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_CODING: Final = re.compile(
    r"[ \t]*([A-Za-z0-9!#$%&'*+.^_`|~-]+)[ \t]*(?:;[ \t]*q=([01](?:\.[0-9]{0,3})?)[ \t]*)?", re.IGNORECASE
)


def _oai(asked: Asked) -> Response:
    """Answers GET and POST; what is in the query of a POST counts too, so that nothing is passed over in silence."""
    request = asked.request
    query = bytes(request.scope["query_string"])
    pairs = [*_pairs(query), *_pairs(_form(asked))]
    data = provider.answer(
        asked.context, pairs, base_url=f"{asked.base_url}{_PATH}", stylesheet=_STYLESHEET.removeprefix("/")
    )
    headers = {"Content-Type": MEDIA_TYPE, "Vary": "Accept-Encoding"}
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


@lru_cache(maxsize=1)
def _sheet() -> bytes:
    return files("mdwatch.web").joinpath("assets", "oai.xsl").read_bytes()


def _stylesheet(asked: Asked) -> Response:  # noqa: ARG001
    return Response(_sheet(), headers={"Cache-Control": "public, max-age=3600"}, media_type="application/xslt+xml")


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
            policy=_POLICY,
        )
        for method in ("GET", "POST")
    ),
    Route(
        method="GET",
        path=_STYLESHEET,
        topic="harvesting",
        summary="The stylesheet for answers of OAI-PMH.",
        endpoint=_stylesheet,
        gives="An XSLT.",
        media_type="application/xslt+xml",
        public=True,
        documented=False,
    ),
)
