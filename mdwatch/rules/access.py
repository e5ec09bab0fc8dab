"""Which account may use which route: a table of all of them, and one function that reads it.

An account has a role, and institutions or all of them. What a route is about says how institutions narrow it; what has
no row is for nobody but whoever may do everything.
"""

import re
from collections.abc import Collection
from enum import Enum
from functools import cache
from typing import Final, NamedTuple

from mdwatch.model import AccountRole, Caller


class About(Enum):
    """What a route shows or changes, as far as institutions are concerned."""

    NOBODY = "nothing of any institution"
    JOB = "one job, in the path"
    RUN = "one run, and so its job"
    REQUEST = "one request to run a job"
    ERRAND = "one errand with error files of a job"
    HARVEST = "one harvest, in the path, and so its job"
    IE = "one IE, in the path"
    IE_ASKED = "one IE, in the query"
    JOBS = "what there is of those jobs and IEs that the account covers"
    ALL = "everything at once: for accounts of all institutions only"


class RouteRule(NamedTuple):
    """The least role that a route needs, and what it is about."""

    role: AccountRole
    about: About


_VIEWER, _OPERATOR, _MANAGER = AccountRole.VIEWER, AccountRole.OPERATOR, AccountRole.MANAGER
_RANK: Final = {_VIEWER: 0, _OPERATOR: 1, _MANAGER: 2}


def _rows(role: AccountRole, about: About, *routes: str) -> dict[tuple[str, str], RouteRule]:
    made = {}
    for route in routes:
        method, _, path = route.partition(" ")
        made[method, path] = RouteRule(role, about)
    return made


TABLE: Final[dict[tuple[str, str], RouteRule]] = {
    **_rows(
        _VIEWER,
        About.NOBODY,
        "GET /api/openapi.json",
    ),
    **_rows(
        _VIEWER,
        About.JOBS,
        "GET /",
        "GET /api/jobs",
        "GET /api/runs",
        "GET /api/errands",
        "GET /api/harvests",
        "GET /harvests",
        "GET /api/search",
        "GET /search",
        "GET /errors",
        "GET /errors/check",
        "GET /errors.csv",
        "GET /metrics",
        "GET /api/troubles",
        "GET /api/exports",
        "GET /api/sets",
        "GET /api/sets/{spec}",
        "GET /api/harvest/server/oaisets",
        "GET /api/harvest/server/oaisets/{spec}",
        "GET /api/harvest/server/oaisets/{spec}/datasets",
        "GET /sets",
        "GET /sets/{spec}",
        "GET /sets/{spec}/sheet",
        "GET /api/batches",
        "GET /api/batches/{batch}",
        "GET /api/batches/{batch}/failures",
        "GET /batches/{batch}",
    ),
    **_rows(
        _VIEWER,
        About.JOB,
        "GET /api/jobs/{job}",
        "GET /api/jobs/{job}/check",
        "GET /api/jobs/{job}/runs",
        "GET /api/jobs/{job}/waiting",
        "GET /api/jobs/{job}/errors",
        "GET /jobs/{job}",
        "GET /jobs/{job}/file",
        "GET /jobs/{job}/errors",
    ),
    **_rows(
        _VIEWER,
        About.HARVEST,
        "GET /api/harvests/{harvest}",
        "GET /api/harvests/{harvest}/runs",
        "GET /api/harvests/{harvest}/runs/{run}",
        "GET /harvests/{harvest}",
        "GET /harvests/{harvest}/runs/{run}",
    ),
    **_rows(
        _OPERATOR,
        About.HARVEST,
        "POST /api/harvests/{harvest}/run",
        "POST /api/harvests/{harvest}/pause",
        "POST /api/harvests/{harvest}/resume",
        "POST /harvests/{harvest}/run",
        "POST /harvests/{harvest}/pause",
        "POST /harvests/{harvest}/resume",
    ),
    **_rows(_VIEWER, About.RUN, "GET /api/runs/{run}", "GET /api/runs/{run}/files", "GET /runs/{run}"),
    **_rows(_VIEWER, About.REQUEST, "GET /api/requests/{request}"),
    **_rows(
        _VIEWER, About.ERRAND, "GET /api/errands/{errand}", "GET /api/errands/{errand}/files", "GET /errands/{errand}"
    ),
    **_rows(
        _VIEWER,
        About.IE,
        "GET /api/ies/{pid}",
        "GET /api/ies/{pid}/history",
        "GET /api/ies/{pid}/exports",
        "GET /api/ies/{pid}/exports/{format}",
        "GET /ies/{pid}",
    ),
    **_rows(
        _OPERATOR,
        About.JOB,
        "POST /api/jobs/{job}/run",
        "POST /api/jobs/{job}/pause",
        "POST /api/jobs/{job}/cancel",
        "POST /api/jobs/{job}/resume",
        "POST /api/jobs/{job}/retry",
        "POST /api/jobs/{job}/dismiss",
        "POST /jobs/{job}/run",
        "POST /jobs/{job}/pause",
        "GET /jobs/{job}/cancel",
        "POST /jobs/{job}/cancel",
        "POST /jobs/{job}/resume",
        "POST /jobs/{job}/retry",
        "POST /jobs/{job}/retry-all",
        "POST /jobs/{job}/dismiss",
        "GET /jobs/{job}/sheet",
        "POST /jobs/{job}/sheet",
        "POST /jobs/{job}/sheet/apply",
        "GET /jobs/{job}/replace",
        "POST /jobs/{job}/replace",
        "POST /jobs/{job}/replace/apply",
    ),
    # A stylesheet is a program.
    **_rows(
        _MANAGER,
        About.JOB,
        "GET /jobs/{job}/transform",
        "POST /jobs/{job}/transform",
        "POST /jobs/{job}/transform/apply",
    ),
    **_rows(
        _OPERATOR,
        About.RUN,
        "GET /api/runs/{run}/undo",
        "GET /runs/{run}/undo",
        "POST /api/runs/{run}/undo",
        "POST /runs/{run}/undo",
    ),
    **_rows(_OPERATOR, About.JOBS, "GET /errors/dismiss", "POST /errors/act"),
    **_rows(
        _OPERATOR,
        About.IE,
        "POST /api/ies/{pid}/lock",
        "POST /api/ies/{pid}/unlock",
        "POST /api/ies/{pid}/stage",
        "POST /api/ies/{pid}/publish",
        "POST /api/ies/{pid}/unpublish",
        "POST /api/ies/{pid}/revert",
        "GET /api/admin/metadata/{pid}/reExportDataset",
        "GET /ies/{pid}/lock",
        "GET /ies/{pid}/unpublish",
        "GET /ies/{pid}/revert",
        "POST /ies/{pid}/lock",
        "POST /ies/{pid}/unlock",
        "POST /ies/{pid}/stage",
        "POST /ies/{pid}/publish",
        "POST /ies/{pid}/unpublish",
        "POST /ies/{pid}/revert",
    ),
    **_rows(_OPERATOR, About.IE_ASKED, "GET /api/admin/metadata/:persistentId/reExportDataset"),
    **_rows(
        _MANAGER,
        About.IE,
        "POST /api/ies/{pid}/delete",
        "POST /api/ies/{pid}/undelete",
        "GET /ies/{pid}/delete",
        "GET /ies/{pid}/undelete",
        "POST /ies/{pid}/delete",
        "POST /ies/{pid}/undelete",
    ),
    **_rows(
        _OPERATOR,
        About.JOBS,
        "GET /acts",
        "GET /notifications",
        "GET /notifications/{notification}",
        "GET /api/notifications",
        "GET /api/notifications/wishes",
        "GET /api/notifications/{notification}",
        "GET /api/trail",
    ),
    **_rows(
        _MANAGER,
        About.JOBS,
        "POST /api/notifications/test",
        "POST /api/notifications/{notification}/resend",
        "POST /notifications/test",
        "POST /notifications/{notification}/resend",
    ),
    **_rows(
        _MANAGER,
        About.ALL,
        "GET /api/admin/metadata/clearExportTimestamps",
        "GET /api/admin/metadata/exportAll",
        "GET /api/admin/metadata/reExportAll",
        "PUT /api/admin/metadata/exportOAI/{spec}",
        "POST /api/batches",
        "POST /api/batches/{batch}/cancel",
        "POST /exports/all",
        "POST /batches/{batch}/cancel",
        "POST /api/harvest/server/oaisets",
        "POST /api/harvest/server/oaisets/add",
        "PUT /api/harvest/server/oaisets/{spec}",
        "DELETE /api/harvest/server/oaisets/{spec}",
        "GET /set/new",
        "GET /sets/{spec}/change",
        "GET /sets/{spec}/delete",
        "POST /set/new",
        "POST /sets/{spec}/change",
        "POST /sets/{spec}/fill",
        "POST /sets/{spec}/delete",
    ),
}


# Made when it is asked for first: commands know of no addresses.
@cache
def _patterns(method: str) -> list[tuple[str, re.Pattern[str]]]:
    """The paths of a method; those without a parameter first: nothing else is meant by them."""
    return sorted(
        ((path, re.compile(re.sub(r"\{\w+\}", "[^/]+", path))) for way, path in TABLE if way == method),
        key=lambda item: "{" in item[0],
    )


def has_role(role: AccountRole, method: str, path: str) -> bool:
    """Whether an account of this role may use the route at all; one without a row is for managers."""
    row = TABLE.get((method, path), RouteRule(_MANAGER, About.ALL))
    return _RANK[role] >= _RANK[row.role]


def may(account: Caller | None, method: str, path: str) -> bool:
    """Whether an account may use the route for something of its institutions; None: nobody was asked who they are."""
    if account is None:
        return True
    row = TABLE.get((method, path), RouteRule(_MANAGER, About.ALL))
    return _RANK[account.role] >= _RANK[row.role] and (account.institutions is None or row.about is not About.ALL)


def route_at(method: str, address: str) -> str | None:
    """The path of the route with a row in the table that an address, without its query, belongs to; None for none."""
    return next((path for path, pattern in _patterns(method) if pattern.fullmatch(address)), None)


def about(method: str, path: str) -> About:
    """What the route is about."""
    return TABLE.get((method, path), RouteRule(_MANAGER, About.ALL)).about


def covers(institutions: Collection[str] | None, others: Collection[str] | None) -> bool:
    """Whether an account of these institutions (None: all) covers what belongs to those (None: to all)."""
    if institutions is None:
        return True
    return others is not None and bool(others) and set(others) <= set(institutions)
