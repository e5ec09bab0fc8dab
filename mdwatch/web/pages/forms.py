"""Buttons: each is a form that is posted; what it asks for is done, and the browser is led back to a page.

So a page that is loaded anew never repeats an act. That a form comes from a page of this service is seen to before.
"""

from collections.abc import Callable
from typing import Final

from starlette.responses import Response

from mdwatch.errors import Deferred, Rejected, UsageError
from mdwatch.web.pages import notices
from mdwatch.web.pages.notices import Notice
from mdwatch.web.pages.rendering import posted
from mdwatch.web.serving.faults import Fault
from mdwatch.web.serving.route import Asked, Parameter, Route

_SEE_OTHER: Final = 303


def done(*lines: str) -> Notice:
    """A notice of what went well."""
    return Notice("good", lines)


def refused(reason: str) -> Notice:
    """A notice of what did not."""
    return Notice("bad", (reason,))


def form(
    path: str,
    summary: str,
    act: Callable[[Asked], Notice],
    back: Callable[[Asked], tuple[str, str]],
    *parameters: Parameter,
    upload_bytes: int = 0,
) -> Route:
    """The route of a button; `back` tells the address of the page to go back to, and the spot on it."""

    def endpoint(asked: Asked) -> Response:
        try:
            notice = act(asked)
        except (UsageError, Deferred, Rejected) as error:
            notice = refused(str(error))
        except Fault as fault:
            notice = refused(fault.message)
        to, spot = back(asked) if notice.to is None else (notice.to, "")
        # To the notice, which covers nothing and leads on to the spot.
        location = f"{to}{'&' if '?' in to else '?'}note={notices.leave(notice._replace(spot=spot))}#notice"
        return Response(status_code=_SEE_OTHER, headers={"Location": location})

    return posted(path, summary, endpoint, *parameters, upload_bytes=upload_bytes)
