"""Lines of a job log are known again by what they say: whatever the zone, and whatever the words."""

import pytest

from mdwatch.formats import job_log
from mdwatch.formats.job_log import LineKind, Said

UTC = "Mon Dec 28 03:44:00 UTC 2015"
IST = "Mon Dec 28 05:44:00 IST 2015"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("INFO   IE IE3129 has been successfully updated", Said("INFO", LineKind.UPDATED, "IE3129", None)),
        ("INFO   IE IE3129 was updated", Said("INFO", LineKind.UPDATED, "IE3129", None)),
        ("INFO   IE IE3129 was updated. File name is a.xml", Said("INFO", LineKind.UPDATED, "IE3129", "a.xml")),
        (
            "WARN   IE IE1 was not updated. Reason: No change. File name is File name is a.xml",
            Said("WARN", LineKind.NOT_UPDATED, "IE1", "a.xml"),
        ),
        (
            "ERROR   IE could not be updated, XML is not well-formed or invalid. File name is b.xml",
            Said("ERROR", LineKind.NOT_UPDATED, None, "b.xml"),
        ),
        (
            "INFO   IE IE1: Source record 1 was updated by none. File name is c.xml",
            Said("INFO", LineKind.NOTICE, "IE1", None),
        ),
        ("INFO   Job completed successfully", Said("INFO", LineKind.RUN, None, None)),
        ("ERROR   Job aborted. Reason: no rights", Said("ERROR", LineKind.RUN, None, None)),
    ],
)
def test_what_a_line_says(words: str, said: Said) -> None:
    for stamp in (UTC, IST, "2015-12-28 05:44"):
        assert job_log.said(f"{stamp}   {words}") == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a line of someone else's",
        f"{UTC}   INFO   ",
        f"{UTC}   INFO   IE IE1 has been succ",
        f"{UTC}   LOUD   IE IE1 updated",
        f"{UTC}   INFO   IE IE1 was not updated. Reason: No",
        f"{UTC}   INFO   Job completed with Warn",
    ],
)
def test_what_says_nothing(text: str) -> None:
    assert job_log.said(text) is None


LINES = [
    f"{IST}   INFO   IE IE1 has been successfully updated\n",
    f"{IST}   WARN   IE IE2 was not updated. Reason: No change. File name is b.xml\n",
    f"{IST}   WARN   IE IE2 was not updated. Reason: No change. File name is b.xml\n",
    f"{IST}   ERROR   IE could not be updated, XML is not well-formed or invalid. File name is c.xml\n",
    f"{IST}   INFO   Job completed with Errors\n",
]
REWORDED = [
    f"{UTC}   INFO   IE IE1 was updated",
    f"{UTC}   WARN   IE IE2 was not updated. Reason: Nothing differs. File name is b.xml",
    f"{UTC}   WARN   IE IE2 was not updated. Reason: Nothing differs. File name is b.xml",
    f"{UTC}   ERROR   IE could not be updated, XML not valid. File name is c.xml",
    f"{UTC}   INFO   Job ended with errors",
]


@pytest.mark.parametrize("there", range(len(LINES) + 1))
def test_lines_in_another_zone_and_other_words_are_the_same_lines(there: int) -> None:
    assert job_log.missing(REWORDED[:there], LINES) == LINES[there:]
    # After a power failure, blocks that never reached the disk read as zeros.
    assert job_log.missing([f"\0\0{line}" for line in REWORDED[:there]], LINES) == LINES[there:]


def test_the_order_and_the_number_count() -> None:
    assert job_log.missing([REWORDED[1]], LINES) == LINES
    assert job_log.missing([REWORDED[0], REWORDED[1]], LINES) == LINES[2:]
    assert job_log.missing([REWORDED[0], "foreign", REWORDED[3]], LINES) == LINES[1:]


@pytest.mark.parametrize("whole", LINES)
def test_a_line_cut_short_in_another_zone_is_ended_or_written_whole(whole: str) -> None:
    other = whole.replace(IST, UTC).removesuffix("\n")
    for cut in range(len(other) + 1):
        rest = job_log.rest_of(other[:cut], whole)
        if rest is None:
            # It did not come to say anything.
            assert job_log.said(other[:cut]) is None
        else:
            assert other[:cut] + rest in {other + "\n", whole}
    assert job_log.rest_of("a line of someone else's", whole) is None
