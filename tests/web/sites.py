"""A site to ask: the application over a small world, with no network between."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from starlette.routing import compile_path
from starlette.testclient import TestClient

from mdwatch.runtime.context import Context
from mdwatch.web import table
from mdwatch.web.serving import access
from mdwatch.web.serving.access import Door
from mdwatch.web.serving.application import application
from mdwatch.web.serving.route import House, PartTrouble, Route
from mdwatch.web.serving.token import Token
from tests.web.shaped import misfits
from tests.worlds import World

TOKEN = "a-token-of-more-than-twenty-signs"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


class Site:
    """The application of one kind of address, and a client that asks it as `http://localhost`."""

    def __init__(self, context: Context, client: TestClient, routes: Sequence[Route]) -> None:
        self.context = context
        self.client = client
        self._routes = routes

    def ask(self, method: str, path: str, status: int = 200, **given: Any) -> Any:
        """The data of a good answer, the message of another; held against the status expected and the route's shape."""
        response = self.client.request(method, path, **given)
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/json"
        value = response.json()
        if status < 400:
            route = self._route(method, response.url.path.replace("/api/v1/", "/api/"))
            assert value["status"] == route.word
            assert route.status == status
            assert list(misfits(value["data"], route.shape)) == []
            return value["data"]
        assert value["status"] == "ERROR"
        assert value["message"]
        return value["message"]

    def _route(self, method: str, path: str) -> Route:
        return next(r for r in self._routes if r.method == method and compile_path(r.path)[0].match(path))


@contextmanager
def site(
    world: World,
    *,
    token: str | None = None,
    door: Door | None = None,
    troubles: Sequence[PartTrouble] = (),
    routes: Sequence[Route] = table.ROUTES,
) -> Iterator[Site]:
    """The site of a world; at the door of administrators, unless another is given."""
    with world.context() as context:
        house = House(lambda: context, lambda: troubles)
        if door is None:
            door = access.admin_door(context.settings.http, Token(token) if token else None)
        app = application(house, door, routes)
        client = TestClient(app, base_url="http://localhost", follow_redirects=False)
        yield Site(context, client, routes)
        client.close()
