"""How much is to be kept in the store, for those who ask and do nothing: it loads next to nothing."""

from sqlalchemy import Connection, func, select

from mdwatch.repository.tables.ies import UNSTORED, ie, store_failure


def count(connection: Connection) -> int:
    """How many IEs are to be kept."""
    return connection.execute(select(func.count()).select_from(ie).where(UNSTORED)).scalar_one()


def count_failures(connection: Connection) -> int:
    """How many IEs could not be kept when they were last tried."""
    return connection.execute(select(func.count()).select_from(store_failure)).scalar_one()
