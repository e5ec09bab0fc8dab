"""How much of a request is read, and for how long."""

import asyncio
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.types import Scope

from mdwatch.config import HttpSettings
from mdwatch.web.serving.faults import Fault

_SIGNS: Final = 4  # colon, space and the end of a header's line, in bytes
# After these the rest of the request is not wanted, and the connection is of no further use.
CLOSE: Final = {"Connection": "close"}


def check_head(scope: Scope, settings: HttpSettings) -> None:
    """Raises `Fault` for a request whose first line and headers are too long."""
    size = len(scope["raw_path"]) + len(scope["query_string"])
    size += sum(len(name) + len(value) + _SIGNS for name, value in scope["headers"])
    if size > settings.header_bytes:
        raise Fault(431, f"the headers of the request are longer than {settings.header_bytes} bytes", CLOSE)
    names = {name for name, _ in scope["headers"]}
    if {b"content-length", b"transfer-encoding"} <= names:
        # A proxy in front may have gone by the other one, and take the rest for a request of its own (RFC 9112, 6.1).
        raise Fault(400, "the request has both Content-Length and Transfer-Encoding; send one of them", CLOSE)


async def read_body(request: Request, settings: HttpSettings, upload_bytes: int = 0) -> bytes:
    """The whole body; raises `Fault` for one that is too long, or too long in coming.

    `upload_bytes`: what it may have where that is more than the settings say.
    """
    longest = max(settings.body_bytes, upload_bytes)
    too_long = Fault(413, f"the body of the request is longer than {longest} bytes", CLOSE)
    stated = request.headers.get("content-length", "0")
    if stated.isdecimal() and int(stated) > longest:
        raise too_long
    data = bytearray()
    try:
        async with asyncio.timeout(settings.request_seconds):
            async for part in request.stream():
                data += part
                if len(data) > longest:
                    raise too_long
    except TimeoutError:
        raise Fault(408, "the body of the request was too long in coming", CLOSE) from None
    except ClientDisconnect:
        raise Fault(400, "the body of the request ended early", CLOSE) from None
    return bytes(data)
