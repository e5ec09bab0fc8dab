"""Route: the audit trail as a page."""

from dataclasses import replace
from typing import Final

from starlette.responses import Response

from mdwatch.rules.acts import ACTS
from mdwatch.web.pages.rendering import page, view
from mdwatch.web.serving import paging, trail_query
from mdwatch.web.serving.route import Asked

_LIMIT: Final = 100
# A form sends its fields whether something stands in them or not.
_FILTERS: Final = tuple(replace(parameter, blank=True) for parameter in trail_query.PARAMETERS)


def _acts(asked: Asked) -> Response:
    found = trail_query.found(asked, _LIMIT)
    wanted = {parameter.name: asked.values[parameter.name] for parameter in _FILTERS}
    next_key = paging.next_key(found, _LIMIT, lambda item: item.id)
    labels = {act.value: told.label for act, told in ACTS.items()}
    return page(asked, "acts.html", acts=found, wanted=wanted, labels=labels, next_key=next_key)


ROUTES: Final = (view("/acts", "What was done by hand, newest first.", _acts, *_FILTERS),)
