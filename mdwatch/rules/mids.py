"""Which source record a mid means: the ID of a sourceMD, or the number at its end.

A METS names its source records by IDs that may end in a number (`ie-amd-source-MARC-1`, or `302517` alone); Rosetta's
screens and log files show the number. Either finds the record, where the IE has no such mid itself and one record of
the subtype that can be meant.
"""

import re
from typing import Final

from mdwatch.model import IeState, InvalidUpdate, Metadata, RecordType, UpdateMD
from mdwatch.rules import subtypes

_ENDS_IN: Final = re.compile(r"(?:.*[^0-9])?([0-9]+)", re.DOTALL)


def addressed(update: UpdateMD | InvalidUpdate, ie: IeState | None) -> UpdateMD | InvalidUpdate:
    """The update with each mid as the IE has it; as it is where that is not certain, or two would mean one record."""
    if isinstance(update, InvalidUpdate) or ie is None:
        return update
    mids = [_meant(item, ie) for item in update.metadata]
    if mids == [item.mid for item in update.metadata]:
        return update
    named = {(item.type.lower(), mid) for item, mid in zip(update.metadata, mids, strict=True)}
    if len(named) < len(mids):
        return update
    found = (item._replace(mid=mid) for item, mid in zip(update.metadata, mids, strict=True))
    return update._replace(metadata=tuple(found))


def _meant(item: Metadata, ie: IeState) -> str:
    """The mid of the stored record that an element means."""
    if subtypes.record_type(item.type) is not RecordType.SOURCE or (RecordType.SOURCE, item.mid) in ie.records:
        return item.mid
    number = _ENDS_IN.fullmatch(item.mid)
    if number is None:
        return item.mid
    found = [
        mid
        for (type_, mid), state in ie.records.items()
        if type_ is RecordType.SOURCE
        and number[1] in {mid, item.mid}
        and subtypes.same(item.sub_type, state.sub_type)
        and (ending := _ENDS_IN.fullmatch(mid)) is not None
        and ending[1] == number[1]
    ]
    return found[0] if len(found) == 1 else item.mid
