"""Faults of the database, as what they mean to whoever asked for something: try again, later, or stop and repair."""

import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from sqlalchemy import Transaction
from sqlalchemy.exc import DBAPIError, OperationalError

from mdwatch.errors import Deferred, RepositoryAway, RepositoryBusy, RepositoryConflict
from mdwatch.repository import postgres

_TRIES: Final = 8  # of a transaction that others come in the way of
_DISK_FAULT: Final = "disk I/O error"
_FULL: Final = "database or disk is full"

P = ParamSpec("P")
T = TypeVar("T")


def is_busy(error: DBAPIError) -> bool:
    """Whether another connection held the database for too long."""
    words = str(error.orig).lower()
    return "database is locked" in words or "database table is locked" in words or postgres.is_busy(error)


def misses_table(error: DBAPIError) -> bool:
    """Whether a table is asked for that is not there."""
    words = str(error.orig).lower()
    return "no such table" in words or "does not exist" in words


@contextmanager
def named_faults() -> Iterator[None]:
    """Turns faults of the database into errors named by what happens next: nothing is half done, try again.

    A fault that the driver ran into since it was interrupted is an interruption.
    """
    # Somebody may note what was interrupted.
    before = sys.exc_info()[1]
    try:
        yield
    except DBAPIError as error:
        if interruption := _behind(error, before):
            raise interruption from error
        fault = _meant_by(error)
        if fault is None:
            raise
        raise fault from error


def _behind(error: BaseException, before: BaseException | None) -> KeyboardInterrupt | None:
    """The interruption that led to a fault, if one did; what was being seen to `before` did not."""
    seen: set[int] = set()
    left: list[BaseException | None] = [error]
    while left:
        item = left.pop()
        if item is None or item is before or id(item) in seen:
            continue
        if isinstance(item, KeyboardInterrupt):
            return item
        seen.add(id(item))
        left += [item.__cause__, item.__context__]
    return None


def _meant_by(error: DBAPIError) -> Deferred | None:
    """What a fault of the database means to whoever asked; None where it is a fault of mdwatch."""
    if postgres.is_conflict(error):
        return RepositoryConflict(
            "the repository's database was changed by others at the same place and time; nothing was changed, try again"
        )
    if is_busy(error):
        return RepositoryBusy(
            "the repository's database is held by another process for longer than repository.busy_seconds; "
            "nothing was changed, try again"
        )
    why = f"the repository's database cannot be used: {error.orig}"
    if _DISK_FAULT in why:
        return RepositoryAway(_disk_fault(error))
    if _FULL in why:
        return RepositoryAway(f"{why}; nothing was changed, make room on the disk that it is on")
    if isinstance(error, OperationalError) or postgres.passes(error):
        return RepositoryAway(why)
    if "malformed" in str(error.orig) or "not a database" in str(error.orig):
        return RepositoryAway(f"{why}; stop mdwatch, and repair it or restore it from a backup")
    return None


def _disk_fault(error: DBAPIError) -> str:
    """What SQLite says of whatever the system answered, but for a full disk."""
    return (
        f"the repository's database cannot be used: {error.orig}; look after its disk, after quotas, "
        "and after limits of the size of files (ulimit -f)"
    )


def commit(transaction: Transaction) -> None:
    """Commits; raises `Deferred` where nobody knows whether it was done."""
    try:
        transaction.commit()
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        if _DISK_FAULT in str(error.orig):
            raise RepositoryAway(
                f"{_disk_fault(error)}; whether a change was made shows when it is looked at again"
            ) from error
        raise RepositoryAway(
            "the connection to the repository's database ended while a change was being committed; "
            "whether it was made shows when it is looked at again"
        ) from error


def repeated(transact: Callable[P, T]) -> Callable[P, T]:
    """Has a function done again, the whole of it, while another transaction comes in its way; not for ever.

    For functions that do nothing but one transaction. SQLite has no conflicts; a server has (`postgres`).
    """

    @wraps(transact)
    def whole(*arguments: P.args, **named: P.kwargs) -> T:
        for tried in range(1, _TRIES):
            try:
                return transact(*arguments, **named)
            except RepositoryConflict:
                time.sleep(random.uniform(0, 0.01 * tried))  # noqa: S311 - so that those two do not meet again
        return transact(*arguments, **named)

    return whole
