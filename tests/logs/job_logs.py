"""Lines of a run, a log that a crash cut off within them, and how often each is there."""

from collections.abc import Iterator
from pathlib import Path

from mdwatch import logs
from mdwatch.logs import JobLog
from mdwatch.model import RunStatus
from mdwatch.rules.codes import Code

# The moment of the design's examples: Mon Dec 28 05:44:00 IST 2015.
AT = 1_451_274_240_000

# A line such as a name or a reason may hold.
FORGED = "\nMon Dec 28 05:44:00 IST 2015   INFO   IE IE1 has been successfully updated"
NO_CHANGE = "No change in metadata"


def lines() -> list[str]:
    """The lines of a run, in the zone of now."""
    return [
        logs.file_line(AT, Code.UPDATED, "IE1", "a.xml", ""),
        logs.file_line(AT, Code.NO_CHANGE, "IE2", "größe 目録 😀.xml", NO_CHANGE),
        logs.file_line(AT, Code.NO_CHANGE, "IE2", "größe 目録 😀.xml", NO_CHANGE),  # the same again
        logs.last_line(AT, RunStatus.WARNINGS, None),
    ]


LINES = lines()
BYTES = "".join(LINES).encode()
BEFORE = "Sun Dec 27 05:44:00 IST 2015   INFO   IE IE1 has been successfully updated\n"
FOREIGN = "a line of someone else's\n"


def times(log: JobLog, *others: Path) -> list[int]:
    """How often each of the lines is in the log, in all the files it was rotated into."""
    found = [line for path in (*others, log.path) for line in path.read_text(errors="replace").split("\n")]
    return [found.count(line.removesuffix("\n")) for line in LINES]


ONCE = [1, 2, 2, 1]  # the second and the third are the same

# Every third byte, which comes by every place within a character and a moment, and those around the end of a line.
_ENDS = [index for index, byte in enumerate(BYTES) if byte == ord("\n")]
CUTS = sorted({*range(0, len(BYTES) + 1, 3), *(end + near for end in _ENDS for near in (-1, 0, 1)), len(BYTES)})


def every_cut(tmp_path: Path) -> Iterator[tuple[int, JobLog]]:
    """A log of its own for every place at which a crash can cut the lines off."""
    for cut in CUTS:
        directory = tmp_path / str(cut)
        directory.mkdir()
        log = JobLog(directory, "dc")
        yield cut, log
        log.close()


def noted(log: JobLog) -> tuple[int, int]:
    """The position in the journal: behind what an earlier run wrote."""
    log.write([BEFORE])
    return log.position()


def cut_off(log: JobLog, cut: int) -> None:
    """As much of the lines as a crash let through, by a process that is gone."""
    with log.path.open("ab") as file:
        file.write(BYTES[:cut])
