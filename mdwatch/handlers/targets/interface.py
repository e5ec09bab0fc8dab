"""What a repository has to be able to do so that mdwatch's rules can decide for it: tell facts, and replace records.

Exactly once needs no more than this. Whoever decides writes down first, in a database of his own, what is to be
replaced on top of which version; then asks for it; then notes that it is done. After a crash in between he asks again,
in the same words: a repository that has made just this replacement already says so and makes none, whatever came on top
of it since.
"""

from collections.abc import Collection, Mapping
from enum import Enum
from typing import NamedTuple, Protocol

from mdwatch.model import Digests, IeState, RecordType


class ReplacedRecord(NamedTuple):
    """The new state of a record that the IE has; `digests` as `formats.canonical` makes them of `content`."""

    type: RecordType
    mid: str
    content: str
    digests: Digests


class Replacement(NamedTuple):
    """Records of one IE to be replaced on top of a version; who asks (`at` in milliseconds) is part of what it is."""

    pid: str
    expected: int
    records: tuple[ReplacedRecord, ...]
    at: int
    agent: str
    job: str
    file: str


class ReplacementAnswer(Enum):
    """What came of it."""

    DONE = "the records are replaced, durably, and the version is the next one"
    ALREADY = "just this was done before, be it that others came on top of it; nothing was changed"
    CHANGED = "the IE stands at another version, or is not there; nothing was changed, look again"


class TargetRepository(Protocol):
    """A repository, which is asked by one job at a time.

    Both may raise `Deferred` or `OSError` for a fault that passes: nobody knows then whether a replacement was made,
    and the same one comes again. Both may raise `Rejected` where one IE cannot be used until somebody mends it: files
    for it wait, those for others go on.

    `replace` is whole or not at all, and durable when it returns DONE or ALREADY. It replaces the records, raises the
    version by one, adds the event "Object's Metadata Record Modified" of `agent`, and sets who modified the IE, and
    when. It decides nothing: whether the IE may be changed was judged by the rules, from its facts at the version that
    is expected.
    """

    def facts(self, pids: Collection[str]) -> Mapping[str, IeState]:
        """What the rules read of these IEs, each at one version; those that are not there are left out."""

    def replace(self, replacement: Replacement) -> ReplacementAnswer:
        """Replaces records if the IE stands at the version that was expected."""


class MadeVersion(NamedTuple):
    """How a version of an IE came about: when, by whom, of which file of a job; and what records it had then."""

    at: int
    agent: str
    job: str | None
    file: str | None
    contents: Mapping[tuple[RecordType, str], str | None]


def answer(replacement: Replacement, there: IeState | None, made: MadeVersion | None) -> ReplacementAnswer | None:
    """What is to be answered without changing anything, or None where the replacement is to be made.

    `made` is the version that follows the expected one, None where there is none.
    """
    if there is None:
        return ReplacementAnswer.CHANGED
    if there.version == replacement.expected:
        return None
    same = (
        made is not None
        and made[:4] == (replacement.at, replacement.agent, replacement.job, replacement.file)
        and all(made.contents.get((item.type, item.mid)) == item.content for item in replacement.records)
    )
    return ReplacementAnswer.ALREADY if same else ReplacementAnswer.CHANGED
