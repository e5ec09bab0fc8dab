"""What somebody may do whom a proxy or a provider vouches for: the groups that they are in, and what those are granted.

Of several groups the highest role counts, for all institutions of the groups that have this role. What a lower role has
for other institutions does not add to it: an account has one role.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from mdwatch.model import AccountRole, Caller

EVERYBODY: Final = "*"  # the group of all who are vouched for
_RANK: Final = {role: number for number, role in enumerate(AccountRole)}


class GroupGrant(NamedTuple):
    """What a group may do: a role, for some institutions or (None) for all."""

    role: AccountRole
    institutions: frozenset[str] | None


def account(grants: Mapping[str, GroupGrant], name: str, groups: Iterable[str]) -> Caller | None:
    """The account of somebody in these groups; None where none of them is granted anything."""
    found = [grants[group] for group in {*groups, EVERYBODY} if group in grants]
    if not found:
        return None
    role = max((grant.role for grant in found), key=_RANK.__getitem__)
    covered: frozenset[str] | None = frozenset()
    for grant in found:
        if grant.role is role:
            covered = None if covered is None or grant.institutions is None else covered | grant.institutions
    return Caller(name, role, covered)
