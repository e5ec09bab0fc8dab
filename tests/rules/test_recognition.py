"""Which file is the one that was decided: the whole product of what can be the same, and why its move was not seen."""

from itertools import product

import pytest

from mdwatch.model import Identity
from mdwatch.rules.recognition import Traces, Unmoved, same_file, same_file_yet

DECIDED = Traces(Identity(7, 100, 5), b"digest", born_ns=3, ctime_ns=6)


@pytest.mark.parametrize("why", Unmoved)
@pytest.mark.parametrize(("born", "born_now"), list(product((0, 3, 4), repeat=2)))
@pytest.mark.parametrize("ctime", [6, 9])
@pytest.mark.parametrize("mtime", [4, 5, 6, 10])
def test_birth_tells_where_it_is_known_else_what_was_done_to_a_file_that_was_away(
    why: Unmoved, born: int, born_now: int, ctime: int, mtime: int
) -> None:
    decided = DECIDED._replace(born_ns=born)
    found = DECIDED._replace(identity=Identity(7, 100, mtime), born_ns=born_now, ctime_ns=ctime)
    if born and born_now:
        expected = born == born_now and mtime != 6
        assert same_file_yet(decided, found) == (expected or mtime == 5)
    elif mtime != 5:
        # Of a file that was seen all the time only a write is believed.
        assert same_file_yet(decided, found) == (mtime != 6)
        expected = False
    elif why is Unmoved.MISSING:
        expected = ctime == DECIDED.ctime_ns
    else:
        expected = True
    assert same_file(decided, why, found) is expected


@pytest.mark.parametrize("why", Unmoved)
@pytest.mark.parametrize(
    "found",
    [
        DECIDED._replace(identity=Identity(8, 100, 5)),
        DECIDED._replace(identity=Identity(7, 101, 5)),
        DECIDED._replace(digest=b"another"),
    ],
)
def test_another_inode_size_or_content_is_another_file(why: Unmoved, found: Traces) -> None:
    assert same_file(DECIDED, why, DECIDED)
    assert not same_file(DECIDED, why, found)
    assert same_file_yet(DECIDED, DECIDED)
    assert not same_file_yet(DECIDED, found)
