"""IEs are to be kept in the store: what is due is looked up, gathered, written, and then noted as kept.

The database comes first: what is written is what was committed there. Whatever a crash leaves between the two is found
by looking into the object, which says what it has; so nothing is written twice, and nothing is forgotten.
"""

import errno
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

import structlog
from sqlalchemy import Connection

from mdwatch.errors import Deferred, JobBusy, Rejected, UsageError, in_words
from mdwatch.formats.ocfl import ie_document, places
from mdwatch.formats.ocfl.ie_document import DOCUMENT, IeDocument, StoredFacts
from mdwatch.formats.ocfl.inventory import Inventory
from mdwatch.handlers.stores import gathering
from mdwatch.objectstore import storage_root
from mdwatch.objectstore.stored_object import StoredObject
from mdwatch.repository import store_counts, storing
from mdwatch.rules import storing as rules
from mdwatch.rules.acts import Act
from mdwatch.runtime import lease, metrics
from mdwatch.runtime.acting import record_act
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import Lease

log = structlog.get_logger()

LEASE: Final = "store"
GROUP: Final = 25  # IEs that are noted as kept in one transaction
# What concerns the whole store and not one object of it.
_OF_THE_DISK: Final = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN}


class KeptGroup(NamedTuple):
    """What came of a group: how many IEs were looked at, how many versions written, and what could not be kept."""

    looked_at: int
    versions: int
    failed: int


class _KeptIe(NamedTuple):
    """An IE that is in the store as it was at this version, with these facts."""

    key: int
    version: int
    facts: StoredFacts


def path_of(context: Context) -> Path:
    """The storage root; raises `UsageError` where the settings name none."""
    if not context.settings.store.ocfl:
        raise UsageError("there is no store; set store.ocfl to the folder that it is to be in")
    return Path(context.settings.store.ocfl)


@contextmanager
def holding(context: Context, *, anew: bool = False) -> Iterator[Lease]:
    """Holds the store, and has it ready; raises `JobBusy`, `Deferred` and `OSError`.

    A store that was written to and is not there is not made again but where that is wanted (`anew`): its disk may not
    be mounted.
    """
    root = path_of(context)
    with lease.holding(context, LEASE) as hold:
        _make_ready(context, root, anew=anew)
        storage_root.clear_staging(root)
        yield hold
        # No more than its own: who was stopped meanwhile does not know yet that another is at it.
        storage_root.leave_staging(root)


def _make_ready(context: Context, root: Path, *, anew: bool) -> None:
    number = _number(root)
    with context.repository.read() as connection:
        known = storing.known_store(connection)
    there = storage_root.is_there(root)
    if there and known == number:
        return
    if not there:
        if known == number and not anew:
            raise Deferred(
                f"there is no store at {root} any more; mount or restore it, or begin an empty one by "
                "`mdwatch store sync --anew`"
            )
        storage_root.begin(root)
        log.info("store_begun", store=str(root))
    context.repository.carry_out(lambda connection: storing.note_store(connection, number))


def wants_work(context: Context) -> bool:
    """Whether there is something to keep, or to tell of: work that is due, another store than before, none any more."""
    root = path_of(context)
    with context.repository.read() as connection:
        if storing.known_store(connection) != _number(root) or storing.due(connection, 1, context.clock.now()):
            return True
    return not storage_root.is_there(root)


def _number(root: Path) -> int:
    """A number that tells one store from another."""
    return int.from_bytes(sha256(str(root).encode()).digest()[:7], "big")


def keep(context: Context, hold: Lease, *, stopping: Callable[[], bool] = lambda: False) -> KeptGroup:
    """Keeps a group of the IEs that are due; raises `JobBusy`, `Deferred`, and `OSError` where the disk is at fault."""
    now = context.clock.now()
    with context.repository.read() as connection:
        due = storing.due(connection, GROUP, now)
    kept: list[_KeptIe] = []
    failed: list[tuple[int, str]] = []
    versions = 0
    for key, pid in due:
        if stopping():
            break
        try:
            written, whole = _keep_one(context, hold, key, pid)
        except (Rejected, OSError) as error:
            if isinstance(error, OSError) and not _of_one(context, error):
                raise
            # Of who was stopped for long, another has taken away what it was writing.
            hold.ensure(asked=True)
            log.error("store_failed", pid=pid, reason=in_words(error))
            failed.append((key, in_words(error)))
            continue
        versions += written
        if whole is not None:
            kept.append(whole)
    _note(context, hold, kept, failed)
    metrics.STORE_VERSIONS.inc(versions)
    return KeptGroup(len(due), versions, len(failed))


def _of_one(context: Context, error: OSError) -> bool:
    """Whether a fault of the disk is one of this object alone."""
    return error.errno not in _OF_THE_DISK and storage_root.is_there(path_of(context))


def _keep_one(context: Context, hold: Lease, key: int, pid: str) -> tuple[int, _KeptIe | None]:
    """Gives the object what it lacks; how many versions that were, and the IE where nothing is left to do."""
    item = StoredObject(path_of(context), places.object_id(pid), hold.ensure)
    inventory = item.recovered()
    with context.repository.read() as connection:
        lacking = gathering.lacking(connection, key, _document(item, inventory), context.clock.now())
    for version in lacking.versions:
        inventory = item.add(ie_document.note_of(version.document), version.files, inventory)
        log.debug("store_version", pid=pid, version=inventory.head)
    return len(lacking.versions), None if lacking.more else _KeptIe(key, lacking.version, lacking.facts)


def _document(item: StoredObject, inventory: Inventory | None) -> IeDocument | None:
    if inventory is None:
        return None
    return ie_document.read(item.file(inventory, inventory.head, DOCUMENT))


def _note(context: Context, hold: Lease, kept: Sequence[_KeptIe], failed: Sequence[tuple[int, str]]) -> None:
    if not kept and not failed:
        return
    now = context.clock.now()

    def note(connection: Connection) -> None:
        hold.renew(connection)
        storing.mark(connection, kept)
        for key, reason in failed:
            next_at = rules.next_try(storing.tries(connection, key) + 1, now)
            storing.note_failure(connection, key, reason, now, next_at)

    context.repository.carry_out(note)


class Synced(NamedTuple):
    """What bringing the store up to date came to."""

    versions: int
    failed: int
    by_daemon: bool


def sync(
    context: Context,
    *,
    anew: bool = False,
    everything: bool = False,
    progress: Callable[[int], None] = lambda _left: None,
) -> Synced:
    """Has all that is due kept, also what failed before: by this process, or, where a daemon is at it, by that one.

    `everything`: every object is looked into, whether its IE changed or not, so that one that is missing is made again.
    """
    root = path_of(context)

    def ask(connection: Connection) -> None:
        storing.try_again(connection)
        if everything:
            storing.look_anew(connection)
        record_act(connection, context, Act.STORE_SYNC, str(root), anew=anew)

    context.repository.carry_out(ask)
    versions = failed = 0
    by_daemon = False
    while True:
        try:
            with holding(context, anew=anew) as hold:
                while (group := keep(context, hold)).looked_at:
                    versions += group.versions
                    failed += group.failed
                    progress(_left(context))
                return Synced(versions, failed, by_daemon)
        except JobBusy:
            by_daemon = True
            progress(_left(context))
            context.clock.wait(0.2)


def _left(context: Context) -> int:
    with context.repository.read() as connection:
        return store_counts.count(connection)
