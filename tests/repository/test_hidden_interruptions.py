"""Who is interrupted while the driver waits for the database is interrupted, whatever the driver says of it then."""

import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError

from mdwatch.cli.ending import EndedBySignal
from mdwatch.errors import RepositoryAway
from mdwatch.repository.database_faults import named_faults

FAULTS = {
    "a fault of ours": ProgrammingError("SELECT 1", None, Exception("connection in transaction status ACTIVE")),
    "a fault of the server": OperationalError("SELECT 1", None, Exception("the connection is closed")),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_that_follows_from_an_interruption_does_not_hide_it(what: str) -> None:
    def ask() -> None:
        try:
            raise EndedBySignal(15)
        finally:
            # As psycopg does where a connection is put back into the state that it had.
            try:
                raise Exception("can't change 'autocommit' now")
            except Exception as own:
                raise FAULTS[what] from own

    with pytest.raises(EndedBySignal), named_faults():
        ask()


def test_a_fault_while_an_interruption_is_being_seen_to_is_one() -> None:
    def ask() -> None:
        with named_faults():
            raise FAULTS["a fault of the server"]

    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        with pytest.raises(RepositoryAway):
            ask()
