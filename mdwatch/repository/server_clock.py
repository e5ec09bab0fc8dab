"""The clock that all who share a database go by: the server's, the same for all hosts.

SQLite has no clock of its own; who shares it shares a host, and its clock.
"""

from typing import Final

from sqlalchemy import BigInteger, Connection, cast, extract, func, select

_DATESTAMPS: Final = 0x6D64_6461_7465  # the lock of who writes datestamps: "mddate"


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
    return moment(connection, here)
