"""The routes of all pages."""

from typing import Final

from mdwatch.web.pages import (
    act_pages,
    assets,
    errand_pages,
    error_forms,
    error_pages,
    export_forms,
    export_pages,
    file_pages,
    harvest_pages,
    ie_forms,
    ie_pages,
    ie_questions,
    job_forms,
    job_pages,
    notification_pages,
    openid_pages,
    overview,
    search_pages,
    set_forms,
    set_pages,
    sheet_pages,
    sign_in,
    undo_pages,
)
from mdwatch.web.serving.route import Route

_TOPICS: Final = (
    overview,
    job_pages,
    job_forms,
    file_pages,
    error_pages,
    error_forms,
    errand_pages,
    search_pages,
    ie_pages,
    ie_questions,
    undo_pages,
    ie_forms,
    export_pages,
    export_forms,
    set_pages,
    set_forms,
    sheet_pages,
    notification_pages,
    act_pages,
    harvest_pages,
    sign_in,
    openid_pages,
    assets,
)

ROUTES: Final[tuple[Route, ...]] = tuple(route for topic in _TOPICS for route in topic.ROUTES)
