"""Pages from templates. Whatever text gets into one is shown as text: escaped by the template, steering signs by name.

A file name or a title may hold markup, signs that turn the direction of all that follows, or bytes that are no text at
all. `printed` passes over every value before it is escaped, so that no template has to think of it.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from urllib.parse import quote

import jinja2
from markupsafe import Markup
from starlette.responses import Response

from mdwatch.config import Settings
from mdwatch.formats.printable import escape
from mdwatch.handlers.trail import listing
from mdwatch.rules import access
from mdwatch.web.pages import assets, notices, words
from mdwatch.web.serving import faults, paging
from mdwatch.web.serving.printed import printed
from mdwatch.web.serving.route import PAGE_POLICY, Admitted, Asked, Parameter, PartTrouble, Route, Visit

_NOTE: Final = Parameter(name="note", summary="The number of a notice to show.", longest=20)

_TAG_SIGNS: Final = 32
_NOBODY: Final = 401  # the status where it has to be known who asks
_FAULTS: Final = {
    403: "Refused",
    404: "Not found",
    405: "Not like this",
    503: "Not now",
}


def page(
    asked: Asked,
    template: str,
    *,
    every: int = 0,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> Response:
    """A page; `every` so many seconds a browser asks for it again.

    A browser that has it already, as the tag it sends tells, gets the status 304 and no body.
    """
    text = _templates.get_template(template).render(
        every=every,
        now=asked.now,
        notice=notices.find(asked.values.get("note")),
        part_name=words.part,
        may=partial(may, asked.admitted),
        harvesting=bool(asked.context.settings.harvests),
        admitted=asked.admitted,
        provider=_provider(asked.context.settings),
        # Those of jobs and harvests are told beside these.
        troubles=_troubles(asked),
        **context,
    )
    data = text.encode("utf-8", "backslashreplace")
    tag = f'"{hashlib.sha256(data).hexdigest()[:_TAG_SIGNS]}"'
    given = {**(headers or {}), "ETag": tag}
    if status == 200 and asked.request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=given)
    return Response(data, status, given, "text/html; charset=utf-8")


def _troubles(asked: Asked) -> list[PartTrouble]:
    """What of mdwatch itself does not work; its words name whatever is in the settings, of all institutions."""
    if asked.context.institutions is not None:
        return []
    return [trouble for trouble in asked.house.troubles() if not trouble.part.startswith(("job ", "harvest "))]


def may(admitted: Admitted | None, method: str, address: str) -> bool:
    """Whether whoever reads the page may do this: what would be refused is not offered. `address`: without a query."""
    path = access.route_at(method, address)
    return path is None or access.may(admitted.account if admitted is not None else None, method, path)


def _provider(settings: Settings) -> str:
    """What the provider is called by which people may sign in; "" where there is none."""
    return settings.oidc.title if settings.oidc.issuer else ""


def view(path: str, summary: str, endpoint: Callable[[Asked], Response], *parameters: Parameter) -> Route:
    """The route of a page."""
    return Route(
        method="GET",
        path=path,
        topic="pages",
        summary=summary,
        endpoint=_for_people(endpoint),
        documented=False,
        policy=PAGE_POLICY,
        media_type="text/html",
        parameters=(*parameters, _NOTE),
        fault_page=fault_page,
    )


def posted(
    path: str, summary: str, endpoint: Callable[[Asked], Response], *parameters: Parameter, **more: Any
) -> Route:
    """The route that a form of a page is sent to; `more` as `Route` has it."""
    return Route(
        method="POST",
        path=path,
        topic="pages",
        summary=summary,
        endpoint=endpoint,
        forms=True,
        documented=False,
        policy=PAGE_POLICY,
        parameters=parameters,
        fault_page=fault_page,
        **more,
    )


def _for_people(endpoint: Callable[[Asked], Response]) -> Callable[[Asked], Response]:
    """The endpoint, with whatever goes wrong in it told on a page instead of as JSON."""

    def answer(asked: Asked) -> Response:
        try:
            return endpoint(asked)
        except Exception as error:  # noqa: BLE001 - `fault_of` logs what nobody foresaw
            fault = faults.fault_of(error)
            told: dict[str, Any] = _fault(fault.status, fault.message)
            return page(asked, "fault.html", status=fault.status, headers=fault.headers, **told)

    return answer


def fault_page(status: int, message: str, visit: Visit) -> Response:
    """What went wrong before a page could be made; where it has to be known who asks, a page that asks for it."""
    context: dict[str, Any] = {"every": 0, "now": 0, "notice": None, "troubles": (), "part_name": words.part}
    context |= {"may": partial(may, visit.admitted)}
    context["harvesting"] = False
    template = "sign_in.html" if status == _NOBODY else "fault.html"
    told = {"title": "Sign in", "message": "", "next": visit.address or "/"} if status == _NOBODY else None
    found = told or _fault(status, message)
    text = _templates.get_template(template).render(
        **context, admitted=visit.admitted, provider=_provider(visit.settings), **found
    )
    return Response(text.encode("utf-8", "backslashreplace"), status, media_type="text/html; charset=utf-8")


def _fault(status: int, message: str) -> dict[str, str]:
    """What went wrong in a word and a sentence."""
    sentence = f"{message[:1].upper()}{message[1:]}"
    ended = sentence if sentence.endswith((".", "?")) else f"{sentence}."
    return {"title": _FAULTS.get(status, "That did not work"), "message": ended}


def job_url(job: str) -> str:
    """The page of a job."""
    return f"/jobs/{_quoted(job)}"


def harvest_url(harvest: str) -> str:
    """The page of a harvest."""
    return f"/harvests/{_quoted(harvest)}"


def ie_url(pid: str) -> str:
    """The page of an IE."""
    return f"/ies/{_quoted(pid)}"


def file_url(job: str, name: str) -> str:
    """The page of a file of a job."""
    return f"{job_url(job)}/file?name={_quoted(paging.name_key(name) or '')}"


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="surrogateescape")


def _moment(at: int | None) -> Markup:
    """A moment in milliseconds: in this host's zone, by its name, for a script to show in the reader's."""
    if at is None:
        return Markup("")
    seconds = at // 1000
    return Markup('<time datetime="{}">{}</time>').format(
        f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"{datetime.fromtimestamp(seconds).astimezone():%Y-%m-%d %H:%M:%S %Z}",
    )


def _remedy(text: str) -> Markup:
    """A remedy, with commands that stand in backticks shown as such."""
    parts = [
        Markup("<code>{}</code>").format(part) if odd % 2 else Markup("{}").format(part)
        for odd, part in enumerate(text.split("`"))
    ]
    return Markup("").join(parts)


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("mdwatch.web", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=printed,
        auto_reload=False,
    )
    environment.filters.update(
        moment=_moment,
        name=escape,
        name_key=paging.name_key,
        number=words.grouped,
        quoted=_quoted,
        remedy=_remedy,
    )
    environment.globals.update(
        act_outcomes=words.ACT_OUTCOMES,
        acts_shown=listing.NEWEST,
        act_ways=words.ACT_WAYS,
        asset=assets.url,
        file_url=file_url,
        harvest_url=harvest_url,
        ie_url=ie_url,
        job_url=job_url,
        lasting=words.lasting,
        brief=words.brief,
        some=words.some,
        where=words.where,
    )
    return environment


_templates: Final = _environment()
