"""What an audit makes of its facts: files over the whole product, histories and stamps at their edges."""

from itertools import product

import pytest

from mdwatch.rules import audit
from mdwatch.rules.audit import Account, ExportFacts, FileFacts, FileSeen, FilingPlace, FindingKind, IeFacts, LastAct

FILES = [FileFacts(*values) for values in product(FilingPlace, LastAct, FileSeen, (False, True))]


@pytest.mark.parametrize("facts", FILES, ids=str)
def test_every_decided_file_has_one_account(facts: FileFacts) -> None:
    where, kind = audit.account(facts)
    if facts.act is not LastAct.NONE:
        assert (where, kind) == (Account.RETRIED if facts.act is LastAct.RETRY else Account.DISMISSED, None)
    elif not facts.carried_out:
        assert (where, kind) == (Account.UNMOVED, FindingKind.NOT_CARRIED_OUT)
    elif facts.seen is FileSeen.NONE:
        assert (where, kind) == (Account.REMOVED, None)
    else:
        changed = facts.verdict is FilingPlace.DONE and facts.seen is FileSeen.OTHER
        assert where is (Account.DONE if facts.verdict is FilingPlace.DONE else Account.ERROR)
        assert kind is (FindingKind.CHANGED_DONE if changed else None)


def test_every_account_and_kind_has_its_words() -> None:
    # What waits is counted where it is kept, and what is summed up has no row that could be accounted for.
    assert {audit.account(facts)[0] for facts in FILES} == set(Account) - {Account.WAITING, Account.SUMMED}
    assert set(audit.SENTENCES) == set(FindingKind)


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        (IeFacts(3, 3, 3, 2, 2, 3), []),
        (IeFacts(3, 3, 3, 2, 9, 0), []),
        (IeFacts(3, 2, 3, 2, 2, 3), [FindingKind.VERSIONS]),
        (IeFacts(2, 3, 3, 2, 2, 2), [FindingKind.VERSIONS]),
        (IeFacts(3, 3, 4, 2, 2, 3), [FindingKind.VERSIONS]),
        (IeFacts(3, 3, 3, 2, 2, 4), [FindingKind.VERSIONS]),
        (IeFacts(3, 3, 3, 2, 1, 3), [FindingKind.EVENTS]),
    ],
)
def test_a_history_is_whole_and_has_its_events(facts: IeFacts, kinds: list[FindingKind]) -> None:
    assert audit.ie_findings(facts) == kinds


@pytest.mark.parametrize(
    ("facts", "fits"),
    [
        (ExportFacts(3, 3, deleted=False, attended=True, failed=False), True),
        (ExportFacts(4, 3, deleted=False, attended=False, failed=False), False),
        (ExportFacts(2, 3, deleted=False, attended=False, failed=False), True),
        (ExportFacts(2, 3, deleted=False, attended=True, failed=True), True),
        (ExportFacts(2, 3, deleted=False, attended=True, failed=False), False),
        (ExportFacts(9, 3, deleted=True, attended=True, failed=False), True),
    ],
)
def test_a_stamp_is_never_newer_and_older_only_where_it_is_due_or_failed(facts: ExportFacts, fits: bool) -> None:
    assert audit.stamp_fits(facts) is fits
