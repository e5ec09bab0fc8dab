"""The clock that all who share a database go by: the server's, the same for all hosts.

SQLite has no clock of its own; who shares it shares a host, and its clock.

Harvesters ask from the moment of their last answer on. Where the clock is set back, what is written then would have
datestamps of before that, and nobody would ask for it ever. So the daemon notes the moment now and then
(`note_moment`), and while the clock is behind what was noted, datestamps are ahead of all that was told.
"""

from typing import Final

from sqlalchemy import BigInteger, Connection, bindparam, cast, extract, func, insert, select, update

from mdwatch.repository.tables.control import counter
from mdwatch.rules import moments

_DATESTAMPS: Final = 0x6D64_6461_7465  # the lock of who writes datestamps: "mddate"
# Counters: the last moment that was noted, and that which datestamps had while the clock was behind it.
_NOTED: Final = "moment"
_AHEAD: Final = "datestamp"
_OF_CLOCK = select(counter.c.name, counter.c.value).where(counter.c.name.in_([_NOTED, _AHEAD]))
_SET = update(counter).where(counter.c.name == bindparam("of_name")).values(value=bindparam("new_value"))


def moment(connection: Connection, here: int) -> int:
    """The moment, in milliseconds since 1970 UTC; `here` is what the clock of this host says."""
    if connection.dialect.name == "sqlite":
        return here
    query = select(cast(extract("epoch", func.clock_timestamp()) * 1000, BigInteger))
    return int(connection.execute(query).scalar_one())


def datestamp_moment(connection: Connection, here: int) -> int:
    """The moment that goes into datestamps, within a write transaction: nobody else has one, until that ends.

    So no harvester is shown a later datestamp before an earlier one is there to be seen. A write transaction has SQLite
    to itself; elsewhere a lock is waited for.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(_DATESTAMPS)))
    now = moment(connection, here)
    kept = _kept(connection)
    chosen = moments.not_told_yet(now, kept.get(_NOTED), kept.get(_AHEAD))
    if chosen > now and chosen != kept.get(_AHEAD):
        _set(connection, _AHEAD, chosen)
    return chosen


def note_moment(connection: Connection, here: int) -> None:
    """Notes the moment, within a write transaction; `moments.NOTED_SECONDS` apart at the most while harvesters ask."""
    now = moment(connection, here)
    noted = _kept(connection).get(_NOTED)
    if noted is None or moments.is_to_be_noted(now, noted):
        _set(connection, _NOTED, now)


def _kept(connection: Connection) -> dict[str, int]:
    return {row.name: row.value for row in connection.execute(_OF_CLOCK)}


def _set(connection: Connection, name: str, value: int) -> None:
    if connection.execute(_SET, {"of_name": name, "new_value": value}).rowcount == 0:
        connection.execute(insert(counter).values(name=name, value=value))
