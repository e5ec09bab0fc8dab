"""One ASGI application for each kind of address, made from the table of routes.

Each request goes the same way: its head is within the limits and calls this service by its name; a route takes it;
whoever asks may ask; no other site's page triggered it; its body is read, its parameters are checked; the endpoint
answers in a thread. Whatever goes wrong on the way is answered as JSON, and every answer carries the same headers.
"""

import inspect
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import Any, Final

import anyio
import anyio.to_thread
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Router
from starlette.routing import Route as StarletteRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from mdwatch.formats.printable import escape
from mdwatch.model import Actor
from mdwatch.web.serving import faults, limits, parameters, target
from mdwatch.web.serving.access import BEARER, Door
from mdwatch.web.serving.admission import Admission, check_role, check_scope
from mdwatch.web.serving.faults import Fault
from mdwatch.web.serving.measure import Measured
from mdwatch.web.serving.route import DATA_POLICY, PAGES, Admitted, Asked, House, Route, Visit
from mdwatch.web.serving.same_origin import why_foreign

log = structlog.get_logger()

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Other sites learn nothing either way; but with "no-referrer", browsers send our own forms as from nowhere.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# Endpoints at work at a time. Few for the public: more would not be quicker, and would keep the database from whoever
# writes for longer at a stretch.
_ADMIN_THREADS: Final = 20
_PUBLIC_THREADS: Final = 2
# Kept in the scope of a request: the route that takes it, who asks, and that its answer is begun, too late for another.
_ROUTE: Final = "mdwatch.route"
_ADMITTED: Final = "mdwatch.admitted"  # who asks
_ANSWERING: Final = "mdwatch.answering"
_PAGES: Final = "pages"  # the topic of what is for people
# What is public may be shown and cached by anybody.
_PUBLIC_HEADERS: Final = {"Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "cross-origin"}


def application(house: House, door: Door, routes: Iterable[Route], *, only_public: bool = False) -> ASGIApp:
    """The application for one kind of address; `only_public` where another process answers all the rest there."""
    by_path: dict[str, dict[str, Route]] = {}
    for route in routes:
        if route.public or not (door.public or only_public):
            by_path.setdefault(route.path, {})[route.method] = route
    threads = anyio.CapacityLimiter(_PUBLIC_THREADS if door.public or only_public else _ADMIN_THREADS)
    admission = Admission(house, door)
    paths = [StarletteRoute(path, Path(house, admission, methods, threads)) for path, methods in by_path.items()]
    default = _not_found_by_public if door.public else _not_found
    # The page that tells operators of a fault leads to what the public has not.
    people = None if door.public else _for_people(routes)
    guarded = Guarded(house, door, paths, _elsewhere if only_public else default, people)
    return Measured(guarded, house.answered, public=door.public or only_public)


def _for_people(routes: Iterable[Route]) -> Route | None:
    """A page that can tell people what went wrong where no route has taken their request."""
    return next((route for route in routes if route.topic == _PAGES and route.fault_page is not None), None)


class Guarded:
    """The outermost part: it checks the head of a request, and answers whatever goes wrong further in."""

    def __init__(
        self, house: House, door: Door, paths: Sequence[BaseRoute], default: ASGIApp, people: Route | None
    ) -> None:
        """`people`: the route whose fault page browsers are shown."""
        self._house = house
        self._people = people
        self._door = door
        self._router = Router(paths, redirect_slashes=False, default=default)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            return
        try:
            limits.check_head(scope, self._house.context().settings.http)
            target.settle(scope)
            host = Request(scope).headers.get("host")
            # HTTP/1.0 knows no `Host`, nor do browsers speak it: no page of another site can be behind it.
            if host is not None or scope["http_version"] != "1.0":
                self._door.check_host(host or "")
            await self._router(scope, receive, send)
        except Exception as error:
            if scope.get(_ANSWERING):
                raise
            fault = faults.fault_of(error)
            request = Request(scope)
            _note_refusal(request, fault)
            await self._told(fault, self._telling(scope.get(_ROUTE), request), request)(scope, receive, send)

    def _told(self, fault: Fault, route: Route | None, request: Request) -> Response:
        """The fault as the route tells it: as a page, or as JSON."""
        if route is None or route.fault_page is None:
            return _secured(faults.answer(fault), None)
        taken: Route | None = request.scope.get(_ROUTE)
        shown = taken is not None and taken.topic == _PAGES and taken.method == "GET"
        url = request.url
        address = f"{url.path}{'?' if url.query else ''}{url.query}" if shown else ""
        visit = Visit(address, self._house.context().settings, request.scope.get(_ADMITTED))
        page = route.fault_page(fault.status, fault.message, visit)
        page.status_code = fault.status
        # A page asks by itself who somebody is; browsers would ask as well.
        page.headers.update({**fault.headers, **({"WWW-Authenticate": BEARER} if fault.status == 401 else {})})
        return _secured(page, route)

    def _telling(self, route: Route | None, request: Request) -> Route | None:
        """The route that tells of a fault: a page to browsers, unless it is an address of programs."""
        if route is not None and route.topic != _PAGES:
            return route
        return self._people if _is_read_by_people(request) else None


def _is_read_by_people(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and not request.scope["path"].startswith("/api/")


async def _elsewhere(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
    """A request that was sent along with another one, before that was answered, and is for another process."""
    raise Fault(503, "ask this again, on a connection of its own", {"Retry-After": "0", **limits.CLOSE})


async def _not_found_by_public(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
    raise Fault(404, "there is nothing at this address; OAI-PMH is at /oai, documents at /api/datasets/export")


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
    path = scope["path"]
    message = "there is nothing at this address; /api/openapi.json tells what there is"
    if _is_read_by_people(Request(scope)):
        raise Fault(404, "there is nothing at this address")
    if not path.startswith("/api/"):
        raise Fault(404, message)
    message = (
        f"{message}. Of Dataverse's API, mdwatch answers what is about exports and OAI sets; it keeps nothing else"
    )
    # Without the query, which may hold what is nobody's business.
    where = {"code": 404, "requestUrl": f"{Request(scope).base_url}{path.removeprefix('/')}"}
    raise Fault(404, message, more={**where, "requestMethod": scope["method"]})


def _note_refusal(request: Request, fault: Fault) -> None:
    """Logs who was not let in; a browser that sends no token at first is only about to ask its user."""
    if fault.status in {403, 421} or (fault.status == 401 and "authorization" in request.headers):
        log.warning("http_refused", path=escape(request.scope["path"]), client=_client(request), reason=fault.message)


def _client(request: Request) -> str:
    return request.client.host if request.client else "a unix socket"


def _actor(route: Route, request: Request, user: str) -> Actor:
    """Who asks: by the name that came with the token, else by the address."""
    address = _client(request)
    return Actor(escape(user) or address, "page" if route.topic == PAGES else "api", address)


class Path:
    """All methods of one path, as an ASGI application."""

    def __init__(
        self, house: House, admission: Admission, methods: Mapping[str, Route], threads: anyio.CapacityLimiter
    ) -> None:
        self._house = house
        self._admission = admission
        self._threads = threads
        self._methods = dict(methods)
        get = methods.get("GET")
        if get is not None and not get.unsafe:
            # HEAD is answered as GET is, but must change nothing.
            self._methods["HEAD"] = get
        self._allow = {"Allow": ", ".join(sorted({*self._methods, "OPTIONS"}))}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; raises what goes wrong before the answer is begun."""
        request = Request(scope, receive, send)
        route = self._methods.get(request.method)
        if route is not None:
            scope[_ROUTE] = route
            response = _secured(await self._answer(route, request), route)
        elif request.method == "OPTIONS":
            response = _secured(Response(status_code=204, headers=self._allow), None)
        else:
            raise Fault(405, f"{request.method} is not possible here, only {self._allow['Allow']}", self._allow)
        scope[_ANSWERING] = True
        await response(scope, receive, send)

    async def _answer(self, route: Route, request: Request) -> Response:
        """Lets the endpoint answer, once everything is found right."""
        admitted = None if route.public or route.tokenless else await self._admitted(route, request)
        account = admitted.account if admitted is not None else None
        user = account.name if account is not None else ""
        context = self._house.context()
        settings = context.settings.http
        if route.unsafe:
            why = why_foreign(request.headers, settings.base_url, request.url.scheme, settings.hosts)
            if why is not None:
                raise Fault(403, f"refused: {why}")
        data = await limits.read_body(request, settings, route.upload_bytes)
        values: dict[str, Any] = dict(request.path_params)
        if not route.free:
            media_type = request.headers.get("content-type", "")
            values = parameters.values(route, values, request.query_params.multi_items(), media_type, data)
        if account is not None:
            context = context.within(account.institutions)
        context = context.of(_actor(route, request, user))
        asked = Asked(self._house, context, request, values, data, admitted, self._admission.token)
        response = await self._called(route, asked)
        if route.unsafe:
            path = escape(request.scope["path"])
            log.info("http_change", path=path, user=escape(user), client=_client(request), status=response.status_code)
        return response

    async def _admitted(self, route: Route, request: Request) -> Admitted:
        """Who asks; raises `Fault` where they may not ask this."""
        admitted = await anyio.to_thread.run_sync(
            self._admission.admit, request, abandon_on_cancel=True, limiter=self._threads
        )
        request.scope[_ADMITTED] = admitted
        check_role(admitted.account, route)
        return admitted

    async def _called(self, route: Route, asked: Asked) -> Response:
        if inspect.iscoroutinefunction(route.endpoint):
            response: Response = await route.endpoint(asked)
            return response

        def answer() -> Response | Awaitable[Response]:
            check_scope(asked, route)
            return route.endpoint(asked)

        # Left behind when the server stops: a thread that waits for a database or a share must not hold it up.
        made = await anyio.to_thread.run_sync(answer, abandon_on_cancel=True, limiter=self._threads)
        assert isinstance(made, Response), route.path  # noqa: S101
        return made


def _secured(response: Response, route: Route | None) -> Response:
    """The answer with the headers that all have; those it set itself stay."""
    headers = {**_HEADERS, "Content-Security-Policy": route.policy if route else DATA_POLICY}
    if route is not None and route.public:
        headers |= _PUBLIC_HEADERS
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    return response
