"""Routes: the page of notifications, and its buttons."""

from typing import Final

from starlette.responses import Response

from mdwatch.handlers.notifications import reading, trial
from mdwatch.web.pages.forms import done, form
from mdwatch.web.pages.notices import Notice
from mdwatch.web.pages.rendering import page, view
from mdwatch.web.serving import paging
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter

_EVERY: Final = 10  # seconds
_LIMIT: Final = 100
_PAGE: Final = "/notifications"
_NUMBER: Final = Parameter(
    name="notification", summary="The number of a message.", where="path", kind="integer", required=True, minimum=0
)
_TABLE: Final = Parameter(
    name="name", summary="The name of a table [notifications.NAME].", where="body", required=True, longest=100
)
_STATE: Final = Parameter(name="state", summary="Only those that are so.", choices=("waiting", "sent", "given-up"))


def _notifications(asked: Asked) -> Response:
    state = asked.values["state"]
    found = reading.listed(asked.context, state, asked.values["before"], _LIMIT)
    return page(
        asked,
        "notifications.html",
        every=_EVERY,
        wishes=reading.wishes(asked.context),
        found=found,
        state=state,
        next_key=paging.next_key(found, _LIMIT, lambda item: item.id),
    )


def _notification(asked: Asked) -> Response:
    with wrong_use(404):
        found, told = reading.shown(asked.context, asked.values["notification"])
    return page(asked, "notification.html", item=found, told=told)


def _test(asked: Asked) -> Notice:
    found = trial.run(asked.context, asked.values["name"], asked.asker)
    lines = tuple(f"{item.recipient}: {'sent' if item.reason is None else item.reason}" for item in found)
    return Notice("bad" if any(item.reason for item in found) else "good", lines)


def _resend(asked: Asked) -> Notice:
    item = reading.send_again(asked.context, asked.values["notification"])
    return done(f"The message to {item.recipient} is tried again at once.")


def _back(asked: Asked) -> tuple[str, str]:
    key = asked.values.get("notification")
    return (_PAGE if key is None else f"{_PAGE}/{key}"), ""


ROUTES: Final = (
    view(_PAGE, "Who is told of what, and what became of the messages.", _notifications, _STATE, paging.BEFORE),
    form(f"{_PAGE}/test", "Sends a message to try a table of settings.", _test, _back, _TABLE),
    view(f"{_PAGE}/{{notification}}", "The page of a message.", _notification, _NUMBER),
    form(f"{_PAGE}/{{notification}}/resend", "Has a message tried again.", _resend, _back, _NUMBER),
)
