"""What is to be told of an update that was made: records in it that no crosswalk reads."""

from mdwatch.exporters.records import recognition
from mdwatch.model import InvalidUpdate, RecordType, UpdateMD
from mdwatch.rules import subtypes
from mdwatch.rules.codes import Code


def told(code: Code, reason: str, update: UpdateMD | InvalidUpdate) -> str:
    """The reason, and behind it the notices, a sentence each."""
    if code is not Code.UPDATED or isinstance(update, InvalidUpdate):
        return reason
    sources = [item for item in update.metadata if subtypes.record_type(item.type) is RecordType.SOURCE]
    if not sources:
        return reason
    notices = [recognition.unread_record(item.mid, item.sub_type, item.content) for item in sources]
    return ". ".join(filter(None, (reason, *notices)))
