"""What goes wrong, as an answer: a status and `{"status": "ERROR", "message": ...}`, the shape that Dataverse has."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import structlog
from starlette.responses import Response

from mdwatch.errors import Deferred, MdwatchError, Rejected, UsageError
from mdwatch.web.serving import answers

log = structlog.get_logger()

_RETRY_SECONDS: Final = 10


class Fault(Exception):
    """A request that cannot be answered as it wishes; the message tells what to do about it."""

    def __init__(
        self,
        status: int,
        message: str,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """`more` is told beside the message, by name."""
        super().__init__(message)
        self.more = dict(more or {})
        self.status = status
        self.message = message
        self.headers = dict(headers or {})


def busy(message: str) -> Fault:
    """A fault that may pass by itself."""
    return Fault(503, message, {"Retry-After": str(_RETRY_SECONDS)})


@contextmanager
def wrong_use(status: int) -> Iterator[None]:
    """Answers wrong use within with this status: 404 where it can only be a name that does not exist, 409 a state."""
    try:
        yield
    except UsageError as error:
        raise Fault(status, str(error)) from None


def fault_of(error: Exception) -> Fault:
    """The fault that an error comes to; what nobody foresaw is logged, and told without its inside."""
    match error:
        case Fault():
            return error
        case UsageError():
            return Fault(400, str(error))
        case Rejected():
            return Fault(400, error.reason)
        case Deferred():
            return busy(str(error))
        case MdwatchError():
            return Fault(500, str(error))
        case _:
            log.error("http_fault", exc_info=error)
            return Fault(500, "this is a fault of mdwatch; its service log has the details")


def answer(fault: Fault) -> Response:
    """The fault as it is sent."""
    return answers.json_answer({"status": "ERROR", "message": fault.message, **fault.more}, fault.status, fault.headers)
