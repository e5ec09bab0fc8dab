"""Routes: the style sheet, the script and the sign of the pages, out of the package."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

from starlette.responses import Response

from mdwatch.web.serving.route import Asked, Parameter, Route

_TYPES: Final = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "sign.svg": "image/svg+xml",
}
_TAG_SIGNS: Final = 12
# The address changes with the content, so that it may be kept for good.
_HEADERS: Final = {"Cache-Control": "private, max-age=31536000, immutable"}


@cache
def _content(name: str) -> bytes:
    return files("mdwatch.web").joinpath("assets", name).read_bytes()


@cache
def url(name: str) -> str:
    """The address of an asset."""
    return f"/assets/{name}?v={hashlib.sha256(_content(name)).hexdigest()[:_TAG_SIGNS]}"


def _route(name: str) -> Route:
    def endpoint(asked: Asked) -> Response:  # noqa: ARG001
        return Response(_content(name), headers={**_HEADERS, "Content-Type": _TYPES[name]})

    return Route(
        method="GET",
        path=f"/assets/{name}",
        topic="pages",
        summary="A part of the operators' page.",
        endpoint=endpoint,
        documented=False,
        # The page that asks who somebody is needs them too.
        tokenless=True,
        parameters=(Parameter(name="v", summary="The version, for caches."),),
    )


ROUTES: Final = tuple(_route(name) for name in _TYPES)
