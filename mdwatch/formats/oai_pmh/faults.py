"""The errors that the protocol knows, as values (OAI-PMH 2.0, section 3.6), and those that only the records can tell.

What is wrong with the request itself is told by `requests`; the functions here are for whoever looks the records up.
"""

from enum import Enum
from typing import Final, NamedTuple

from mdwatch.formats.printable import escape

_LONGEST_SHOWN: Final = 80  # characters of a value from outside that a message repeats


class ErrorCode(Enum):
    """An error code as answers write it."""

    BAD_VERB = "badVerb"
    BAD_ARGUMENT = "badArgument"
    BAD_RESUMPTION_TOKEN = "badResumptionToken"  # noqa: S105 - a code of the protocol
    CANNOT_DISSEMINATE_FORMAT = "cannotDisseminateFormat"
    ID_DOES_NOT_EXIST = "idDoesNotExist"
    NO_RECORDS_MATCH = "noRecordsMatch"
    NO_METADATA_FORMATS = "noMetadataFormats"
    NO_SET_HIERARCHY = "noSetHierarchy"


# With these the request could not be understood, so that the answer must not repeat its arguments (section 3.2).
NOT_UNDERSTOOD: Final = frozenset({ErrorCode.BAD_VERB, ErrorCode.BAD_ARGUMENT})


class ErrorCondition(NamedTuple):
    """One error: its code, and a message that names the argument and the remedy."""

    code: ErrorCode
    message: str


def shown(value: str) -> str:
    """A value from outside for a message: quoted, on one line, short, nothing in it that XML could not hold."""
    cut = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}..."
    return f'"{escape(cut)}"'


def unknown_identifier(identifier: str) -> ErrorCondition:
    """No item has this identifier, or it cannot be one of this repository's."""
    return ErrorCondition(
        ErrorCode.ID_DOES_NOT_EXIST,
        f"identifier: no record here is named {shown(identifier)}; ListIdentifiers tells those there are",
    )


def unavailable_format(metadata_prefix: str) -> ErrorCondition:
    """The item, or the whole repository, cannot be had in this format."""
    return ErrorCondition(
        ErrorCode.CANNOT_DISSEMINATE_FORMAT,
        f"metadataPrefix: {shown(metadata_prefix)} cannot be had here; ListMetadataFormats tells the formats there are",
    )


def no_records() -> ErrorCondition:
    """The selection is understood, and empty."""
    return ErrorCondition(
        ErrorCode.NO_RECORDS_MATCH,
        "from, until, set, metadataPrefix: no record matches them together; widen the dates or leave out the set",
    )


def no_formats() -> ErrorCondition:
    """The item exists and can at present be had in no format."""
    return ErrorCondition(
        ErrorCode.NO_METADATA_FORMATS,
        "identifier: the record can be had in no format at present; ask again later, or for another one",
    )


def no_sets() -> ErrorCondition:
    """The repository has no sets, whether they were asked for or one was."""
    return ErrorCondition(
        ErrorCode.NO_SET_HIERARCHY, "set: this repository has no sets at present; harvest it without one"
    )


def bad_token(verb: str) -> ErrorCondition:
    """A resumption token that was not given out for this verb, was altered, or is of no use any more."""
    return ErrorCondition(
        ErrorCode.BAD_RESUMPTION_TOKEN,
        f"resumptionToken: not one given out here for {verb}, or not usable any more; begin the list again without it",
    )
