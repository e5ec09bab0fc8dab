"""How many IEs there are, and of whom. Apart from `ies`, for whoever asks how things stand reads no records."""

from sqlalchemy import Connection, func, select

from mdwatch.repository.tables.ies import ie, institution


def count(connection: Connection) -> dict[str, int]:
    """How many IEs there are, by institution."""
    rows = connection.execute(
        select(ie.c.institution, func.count()).group_by(ie.c.institution).order_by(ie.c.institution)
    )
    return {row[0]: row[1] for row in rows}


def institutions(connection: Connection) -> set[str]:
    """The institutions that an IE was ever of."""
    return set(connection.execute(select(institution.c.code)).scalars())


def any_there(connection: Connection) -> bool:
    """Whether there is an IE at all."""
    return connection.execute(select(ie.c.id).limit(1)).first() is not None
