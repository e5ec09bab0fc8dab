"""Routes: who is told of what happens, and what became of the messages."""

from typing import Final

from starlette.responses import Response

from mdwatch.handlers.notifications import reading, trial
from mdwatch.shapes.notifications import NotificationShape, OccurrenceShape, TrialShape, WishShape
from mdwatch.shapes.values import plain
from mdwatch.web.serving import answers, paging, shapes
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

_SHAPE: Final = shapes.of(NotificationShape)

_NUMBER: Final = Parameter(
    name="notification", summary="The number of a message.", where="path", kind="integer", required=True, minimum=0
)
_TABLE: Final = Parameter(
    name="name", summary="The name of a table [notifications.NAME].", where="body", required=True, longest=100
)
_STATE: Final = Parameter(name="state", summary="Only those that are so.", choices=("waiting", "sent", "given-up"))


def _list(asked: Asked) -> Response:
    values = asked.values
    found = reading.listed(asked.context, values["state"], values["before"], values["limit"])
    return answers.page(found, next_key=paging.next_key(found, values["limit"], lambda item: item.id))


def _show(asked: Asked) -> Response:
    with wrong_use(404):
        found, told = reading.shown(asked.context, asked.values["notification"])
    return answers.ok({**plain(found), "told": told})


def _resend(asked: Asked) -> Response:
    with wrong_use(404):
        reading.shown(asked.context, asked.values["notification"])
    with wrong_use(409):
        return answers.ok(reading.send_again(asked.context, asked.values["notification"]))


def _wishes(asked: Asked) -> Response:
    return answers.ok(reading.wishes(asked.context))


def _test(asked: Asked) -> Response:
    with wrong_use(404):
        return answers.ok(trial.run(asked.context, asked.values["name"], asked.asker))


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/notifications",
        topic="notifications",
        summary="Lists messages that tell of what happened, newest first.",
        endpoint=_list,
        gives="Messages and what became of each.",
        shape=shapes.page(_SHAPE, shapes.INTEGER),
        parameters=(_STATE, paging.BEFORE, paging.LIMIT),
    ),
    Route(
        method="GET",
        path="/api/notifications/wishes",
        topic="notifications",
        summary="Lists who is told of what, as the settings have it.",
        endpoint=_wishes,
        gives="The tables [notifications.NAME].",
        shape=shapes.listed(shapes.of(WishShape)),
    ),
    Route(
        method="POST",
        path="/api/notifications/test",
        topic="notifications",
        summary="Sends a message to each recipient of a table at once, to try it.",
        endpoint=_test,
        gives="What came of each; `reason` is null where it was taken.",
        shape=shapes.listed(shapes.of(TrialShape)),
        parameters=(_TABLE,),
    ),
    Route(
        method="GET",
        path="/api/notifications/{notification}",
        topic="notifications",
        summary="Shows a message.",
        endpoint=_show,
        gives="The message, and in `told` what it tells of.",
        shape=shapes.fields(**_SHAPE["properties"], told=shapes.listed(shapes.of(OccurrenceShape))),
        parameters=(_NUMBER,),
    ),
    Route(
        method="POST",
        path="/api/notifications/{notification}/resend",
        topic="notifications",
        summary="Has a message that did not go tried again at once, also one that was given up.",
        endpoint=_resend,
        gives="The message.",
        shape=_SHAPE,
        parameters=(_NUMBER,),
    ),
)
