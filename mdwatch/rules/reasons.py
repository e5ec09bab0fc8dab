"""Why a file was decided as it was, in one sentence for the job log and the reason file."""

from typing import Final

from mdwatch.model import IeState, InvalidUpdate, Stage, UpdateMD
from mdwatch.rules import subtypes
from mdwatch.rules.codes import MEANINGS, Code
from mdwatch.rules.evidence import NOTHING, Evidence


def reason(code: Code, update: UpdateMD | InvalidUpdate, ie: IeState | None, found: Evidence = NOTHING) -> str:
    """The sentence, without file name or PID, which the log adds: that of the code, or one that names what it is about.

    `found` is what the verdict rests on.
    """
    if isinstance(update, InvalidUpdate):
        return update.reason
    if code in _PLAIN:
        return MEANINGS[code].sentence
    match code:
        case Code.UNSUPPORTED_TYPE if found.unsupported is not None:
            return _unsupported(found.unsupported.type[:_SHOWN], found.unsupported.sub_type[:_SHOWN])
        case Code.OTHER_INSTITUTION if ie is not None:
            return f"IE belongs to another institution ({ie.institution})"
        case Code.IN_SIP if ie is not None and ie.stage is not Stage.SIP:
            return "An earlier file for this IE waits, so this one waits behind it"
        case Code.LOCKED if ie is not None:
            return f"IE is locked by {ie.locked_by}"
        case Code.UNKNOWN_MID if found.untargeted is not None:
            return _unknown_mid(found)
        case _:
            return MEANINGS[code].sentence


def notice(reason: str) -> str:
    """What the reason of an update tells besides that there was something to update; or empty."""
    return reason.removeprefix(MEANINGS[Code.UPDATED].sentence).lstrip(". ")


# Of these there is no more to say; most files come to one of them.
_PLAIN: Final = frozenset((Code.UPDATED, Code.NO_CHANGE))
_SHOWN: Final = 60  # characters of what a file holds


def _unsupported(type_: str, sub_type: str) -> str:
    if subtypes.record_type(type_) is None:
        return f"Type {type_} is not supported, only descriptive and source are"
    return f"Subtype {sub_type} is not supported for type {type_}"


def _unknown_mid(found: Evidence) -> str:
    """The source record that the IE does not have, or has in another subtype."""
    item = found.untargeted
    assert item is not None, "asked for such only"  # noqa: S101
    mid = item.mid[:_SHOWN]
    if found.instead is None:
        return f"IE has no source record with mid {mid}"
    return f"Source record {mid} is of subtype {found.instead.sub_type}, not {item.sub_type[:_SHOWN]}"
