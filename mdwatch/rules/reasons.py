"""Why a file was decided as it was, in one sentence for the job log and the reason file."""

from collections.abc import Iterable

from mdwatch.model import IeState, InvalidUpdate, Stage, UpdateMD
from mdwatch.rules import admission, subtypes
from mdwatch.rules.codes import Code


def reason(
    code: Code, update: UpdateMD | InvalidUpdate, ie: IeState | None, source_subtypes: Iterable[str] = ()
) -> str:
    """The sentence, without file name or PID, which the log adds."""
    if isinstance(update, InvalidUpdate):
        return update.reason
    match code:
        case Code.UNSUPPORTED_TYPE:
            return _unsupported(update, source_subtypes)
        case Code.OTHER_INSTITUTION if ie is not None:
            return f"IE belongs to another institution ({ie.institution})"
        case Code.IN_SIP if ie is not None and ie.stage is not Stage.SIP:
            return "An earlier file for this IE waits, so this one waits behind it"
        case Code.LOCKED if ie is not None:
            return f"IE is locked by {ie.locked_by}"
        case Code.UNKNOWN_MID if ie is not None:
            return _unknown_mid(update, ie)
        case _:
            return PLAIN[code]


PLAIN = {
    Code.INSUFFICIENT_ROLE: "The job's user needs the role editor-full or editor-typical",
    Code.INVALID_XML: "XML is not well-formed or invalid",
    Code.UNKNOWN_IE: "IE does not exist",
    Code.DELETED_IE: "IE is deleted",
    Code.IN_SIP: "IE is in SIP processing, the file waits until it has left it",
    Code.NO_CHANGE: "No change in metadata",
    Code.SUPERSEDED: "A later change of this metadata was made before the file was tried again",
    Code.UPDATED: "The submitted metadata differs from the stored",
}


def _unsupported(update: UpdateMD, source_subtypes: Iterable[str]) -> str:
    """The first pair that is not supported."""
    source_subtypes = tuple(source_subtypes)
    pairs = ((item.type, item.sub_type) for item in update.metadata)
    type_, sub_type = next(pair for pair in pairs if not subtypes.allowed(*pair, source_subtypes))
    if subtypes.record_type(type_) is None:
        return f"Type {type_[:60]} is not supported, only descriptive and source are"
    return f"Subtype {sub_type[:60]} is not supported for type {type_[:60]}"


def _unknown_mid(update: UpdateMD, ie: IeState) -> str:
    """The first source record that the IE does not have, or has in another subtype."""
    item = next(item for item in update.metadata if not admission.has_target(item, ie))
    stored = admission.target(item, ie)
    if stored is None:
        return f"IE has no source record with mid {item.mid[:60]}"
    return f"Source record {item.mid[:60]} is of subtype {stored.sub_type}, not {item.sub_type[:60]}"
