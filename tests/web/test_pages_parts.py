"""Parts of the pages by themselves: answers kept for a moment, the end of a log, words."""

import threading
from pathlib import Path

import pytest

from mdwatch.handlers.jobs.runs import PastRun
from mdwatch.model import RunStatus
from mdwatch.repository.run_entries import LogPosition, RunEntry
from mdwatch.rules.codes import Code
from mdwatch.web.pages import job_forms, log_tail, notices, words
from mdwatch.web.pages.notices import Notice
from mdwatch.web.pages.recent import NoAnswer, Recent


def test_an_answer_is_kept_for_a_moment_unless_it_is_to_be_forgotten() -> None:
    recent = Recent[str, int]()
    answers = iter(range(10))
    question = {"key": lambda: next(answers)}
    assert recent.ask(question, 10) == {"key": 0}
    assert recent.ask(question, 10) == {"key": 0}
    recent.forget("key")
    assert recent.ask(question, 10) == {"key": 1}


def test_what_does_not_answer_is_left_out_and_asked_once() -> None:
    recent = Recent[str, int]()
    hanging = threading.Event()
    asked: list[str] = []

    def hang() -> int:
        asked.append("again")
        hanging.wait()
        return 1

    questions = {"slow": hang, "quick": lambda: 2}
    assert recent.ask(questions, 0.2) == {"quick": 2}
    assert recent.ask(questions, 0.01) == {"quick": 2}
    assert asked == ["again"]
    hanging.set()
    assert recent.ask(questions, 10) == {"slow": 1, "quick": 2}


def test_an_answer_that_was_on_its_way_when_things_changed_is_not_kept() -> None:
    recent = Recent[str, str]()
    hanging = threading.Event()
    asking = threading.Event()

    def before() -> str:
        asking.set()
        hanging.wait()
        return "before"

    assert recent.ask({"key": before}, 0) == {}
    assert asking.wait(10)
    recent.forget("key")
    assert recent.ask({"key": lambda: "after"}, 10) == {"key": "after"}
    hanging.set()
    assert recent.ask({"key": lambda: "later"}, 10) == {"key": "after"}


def test_a_question_that_fails_is_one_without_an_answer() -> None:
    def fail() -> int:
        raise KeyError("secret")

    recent = Recent[str, int]()
    assert recent.ask({"bad": fail, "good": lambda: 1}, 10) == {"good": 1}
    assert recent.ask({"bad": lambda: 2}, 10) == {"bad": 2}


def test_no_answer_for_now_leaves_that_of_before() -> None:
    recent = Recent[str, int](shortest=0, longest=0)
    assert recent.ask({"key": lambda: 1}, 10) == {"key": 1}

    def busy() -> int:
        raise NoAnswer

    assert recent.ask({"key": busy}, 10) == {"key": 1}
    assert recent.ask({"key": lambda: 2}, 10) == {"key": 2}


@pytest.mark.parametrize(
    ("status", "counts", "notice"),
    [
        (RunStatus.SUCCESS, {"updated": 2}, Notice("good", ("Job dc ran: 2 updated (run 7).",))),
        (RunStatus.ERROR, {"updated": 1, "locked": 3}, Notice("bad", ("Job dc ran: 3 in error, 1 updated (run 7).",))),
        (RunStatus.SUCCESS, {}, Notice("good", ("Job dc ran: there was nothing to take (run 7).",))),
        (RunStatus.ABORTED, {}, Notice("bad", ("Job dc was aborted: no right.",))),
    ],
)
def test_who_asks_for_a_run_is_told_what_came_of_it(status: RunStatus, counts: dict[str, int], notice: Notice) -> None:
    run = RunEntry(
        id=7,
        job="dc",
        user="editor",
        started_at=1,
        ended_at=2,
        status=status.value,
        reason="no right",
        log=LogPosition(0, 0),
        closed=True,
    )
    assert job_forms.came_of(PastRun(run, counts)) == notice


def test_the_end_of_a_log_is_read_from_its_end(tmp_path: Path) -> None:
    path = tmp_path / "job.log"
    assert log_tail.shown(path, 5) == []
    path.write_bytes(b"".join(b"%07d   INFO   %s\n" % (number, b"x" * 50) for number in range(20_000)))
    with path.open("ab") as log:
        log.write(b"a   ERROR   b\nbad \xff bytes   WARN   c\nnot yet wri")
    found = log_tail.shown(path, 4)
    assert [line.text[:7] for line in found] == ["0019998", "0019999", "a   ERR", "bad � by"[:7]]
    assert [line.tone for line in found] == ["calm", "calm", "bad", "warn"]


def test_a_log_of_long_lines_has_a_shorter_tail_and_no_half_line(tmp_path: Path) -> None:
    path = tmp_path / "job.log"
    path.write_text("".join(f"{'x' * 1000} {number}\n" for number in range(9)), encoding="utf-8")
    assert [line.text[-2:] for line in log_tail.shown(path, 6)] == [" 7", " 8"]


def test_every_code_and_status_has_words() -> None:
    assert all(words.outcome(code.value).label and words.where(code.value) for code in Code)
    assert {status.value for status in RunStatus} <= set(words.RUN_STATES)
    every = {code.value: 1 for code in Code}
    assert sum(outcome.number for outcome in words.in_brief(every)) == len(Code)
    assert [outcome.words.tone for outcome in words.in_brief(every)] == ["bad", "bad", "warn", "good", "calm"]


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (-5, "less than a minute"),
        (59_999, "less than a minute"),
        (60_000, "1 minute"),
        (3_599_999, "59 minutes"),
        (3_600_000, "1 hour"),
        (86_400_000 * 3, "3 days"),
    ],
)
def test_lengths_of_time(milliseconds: int, text: str) -> None:
    assert " ".join(words.lasting(milliseconds).split()) == text


def test_schedules() -> None:
    assert words.schedule("watch") == "takes files as they arrive"
    assert words.schedule("manual") == "runs when asked to"
    assert words.schedule("0 2 * * *") == "runs on the schedule 0 2 * * *"


def test_notices_are_kept_for_a_while_only() -> None:
    first = notices.leave(Notice("good", ("done",)))
    assert notices.find(first) == Notice("good", ("done",))
    for _ in range(200):
        notices.leave(Notice("good", ()))
    assert notices.find(first) is None
    assert notices.find(None) is None
