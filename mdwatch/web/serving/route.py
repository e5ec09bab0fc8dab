"""What a route is: one method on one path, what it takes, what it answers, and who may ask."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from mdwatch.config import Settings
from mdwatch.model import Caller
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context
from mdwatch.web.serving.measure import Answered
from mdwatch.web.serving.token import Token

JSON: Final = "application/json"
GREATEST: Final = 10**18 - 1  # of any integer that is sent; databases keep none that are much greater
PAGES: Final = "pages"  # the topic of what people see in a browser
FORM: Final = "application/x-www-form-urlencoded"

# Content security policies. Nothing at all for data, which a browser may yet show as a document; for pages, only what
# this server sends itself: no inline scripts and styles, no frames around.
DATA_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One value that a route takes, in its path, its query or its body.

    `kind`: `names` is a list of strings (in a query or form, the parameter may then be repeated); `date` a day as
    YYYY-MM-DD. `minimum` and `maximum` bound an integer, `longest` the characters of a string. `file_name`: bytes that
    are no UTF-8 may stand in it, as the lone surrogates that Python and our own answers have for them. `blank`: sent
    empty it counts as not sent. `fewest` is how
    many names there must be, where there are any. What the endpoint checks itself, in words of its own, is told only:
    `values` it may have, and `of_format`, that it is the name of a format in which IEs are exported.
    """

    name: str
    summary: str
    where: Literal["path", "query", "body"] = "query"
    kind: Literal["string", "integer", "boolean", "date", "names"] = "string"
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: int = -GREATEST
    maximum: int = GREATEST
    longest: int = 1_000
    file_name: bool = False
    blank: bool = False
    fewest: int = 0
    values: tuple[str, ...] = ()
    of_format: bool = False


@dataclass(frozen=True, slots=True)
class PartTrouble:
    """A part of the daemon that does not work: which, since when (milliseconds since 1970 UTC), and why."""

    part: str
    since: int
    reason: str


@dataclass(frozen=True, slots=True)
class House:
    """What the daemon lends to whoever answers.

    `context` gives the context as it is now (a reload replaces it), `troubles` what is not ready, at once and without
    asking database or share. `answered` counts and times each answer.
    """

    context: Callable[[], Context]
    troubles: Callable[[], Sequence[PartTrouble]]
    answered: Answered = metrics.answered


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who was let in; in a `session` if they have signed in with this browser, and so can sign out."""

    account: Caller
    session: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """What the page of a fault knows of a request: the address of the page that was asked for, "" where none was.

    `admitted` is None where it is not known who asks.
    """

    address: str
    settings: Settings
    admitted: Admitted | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as an endpoint sees it.

    `values` holds every declared parameter by name, checked, with its default where it was not sent. `data` is the
    body as it was sent. The context's actor is whoever asks, `admitted` as what, where they had to say it; `token` is
    the administrators' at this address.
    """

    house: House
    context: Context
    request: Request
    values: Mapping[str, Any]
    data: bytes = b""
    admitted: Admitted | None = None
    token: Token | None = None

    @property
    def asker(self) -> str:
        """In whose name something is done: that which came with the token, else the address."""
        return self.context.actor.name

    @property
    def now(self) -> int:
        """The moment, in milliseconds since 1970 UTC."""
        return self.context.clock.now()

    @property
    def base_url(self) -> str:
        """What the outside calls this service, without a slash at the end."""
        return self.context.settings.http.base_url or str(self.request.base_url).rstrip("/")


Endpoint = Callable[[Asked], Response | Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method on one path.

    `endpoint` is called in a thread of the pool, and may wait for the database, but for a share only through
    `dropfolder.shares`; a coroutine runs in the event loop, and may wait for nothing. `gives` says what a good
    answer holds, `shape` is the JSON schema of its `data`.
    `more_types` are others that it may be of beside `media_type`, `also` answers without a body by their status.
    `public`: whoever asks is answered, without a token, also on public addresses; `tokenless`:
    only on the others. `changes`: it changes something, so
    that no page of another site may trigger it; None leaves that to the method. `free`: it reads query and body
    itself, none are checked. `upload_bytes`: how long its body may be, where that is more than `http.body_bytes`.
    `forms`: the body may be that of an HTML form. `documented`: it is part of the API.
    `fault_page` makes the answer where something goes wrong, of its status and message; without it, that is JSON.
    Where nobody may ask without saying who they are, it asks who that is.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    summary: str
    endpoint: Endpoint
    topic: str
    gives: str = "What came of it."
    shape: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    word: str = "OK"  # the `status` in a good answer's JSON
    message: Mapping[str, Any] | None = None  # the JSON schema of a `message` beside the data, where there is one
    media_type: str = JSON
    more_types: tuple[str, ...] = ()
    also: Mapping[int, str] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    public: bool = False
    tokenless: bool = False
    changes: bool | None = None
    free: bool = False
    upload_bytes: int = 0
    forms: bool = False
    documented: bool = True
    policy: str = DATA_POLICY
    fault_page: Callable[[int, str, Visit], Response] | None = None

    @property
    def unsafe(self) -> bool:
        """Whether it changes something."""
        return self.method != "GET" if self.changes is None else self.changes

    def of(self, where: str) -> tuple[Parameter, ...]:
        """Its parameters in the path, the query or the body."""
        return tuple(parameter for parameter in self.parameters if parameter.where == where)
