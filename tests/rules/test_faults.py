"""Whose fault an error is, over every number the system has."""

import errno

import pytest

from mdwatch.rules import faults
from mdwatch.rules.faults import Scope

EVERY = [None, *sorted(errno.errorcode)]


@pytest.mark.parametrize("number", EVERY)
def test_where_the_folder_is_not_well_the_fault_is_its(number: int | None) -> None:
    assert faults.scope(number, folder_well=False) is Scope.FOLDER


@pytest.mark.parametrize("number", EVERY)
def test_where_it_is_well_the_fault_is_the_entry_s_but_for_what_is_so_for_all(number: int | None) -> None:
    of_all = number is None or number in faults.OF_ALL
    assert faults.scope(number, folder_well=True) is (Scope.FOLDER if of_all else Scope.ENTRY)


@pytest.mark.parametrize("number", [errno.EPERM, errno.EACCES, errno.EBUSY, errno.EIO, errno.ESTALE, errno.ETXTBSY])
def test_what_one_entry_alone_may_suffer_stays_its_own(number: int) -> None:
    assert number not in faults.OF_ALL


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM])
def test_what_is_full_or_used_up_is_so_for_all(number: int) -> None:
    assert number in faults.OF_ALL
