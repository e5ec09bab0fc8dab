"""Documents are made here or in worker processes; whatever an exporter does, it fails alone."""

import errno
import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from mdwatch.errors import ConfigError, Deferred
from mdwatch.exporters.interface import Exporter
from mdwatch.handlers.exports import maker_process
from mdwatch.handlers.exports.documents import DocumentMaker
from mdwatch.handlers.exports.making import Made, Order
from mdwatch.model import IntellectualEntity, Record, RecordType, Stage, Status
from mdwatch.runtime import forked
from mdwatch.runtime.formats import Formats, as_far_as_there, known, load_exporters
from tests import foreign
from tests.worlds import dc

BOTH = ("odd", "native_json")


def entity(number: int) -> IntellectualEntity:
    return IntellectualEntity(
        pid=f"IE{number}",
        institution="INS01",
        stage=Stage.PERMANENT,
        status=Status.ACTIVE,
        published=True,
        records=(Record(type=RecordType.DESCRIPTIVE, sub_type="dc", mid="", content=dc(f"T{number}")),),
    )


def orders(number: int, names: tuple[str, ...] = BOTH) -> list[Order]:
    return [Order(entity(index), names) for index in range(number)]


def made(formats: Formats, group: list[Order], seconds: float = 30, processes: int = 0) -> list[Made]:
    with DocumentMaker(formats, seconds, processes, "critical") as maker:
        return [item for answers in maker.stream([group]) for item in answers]


@pytest.fixture
def brought(tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def bring(patch: pytest.MonkeyPatch, root: Path, body: str, **more: str) -> Formats:
    foreign.put_on_path(patch, foreign.install(root, odd=body, **more))
    return load_exporters(BOTH)


def children() -> set[int]:
    """The processes below this one, however deep."""
    below: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] not in "ZX":
            below.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found: set[int] = set()
    left = [os.getpid()]
    while left:
        left += [child for child in below.get(left.pop(), []) if child not in found and not found.add(child)]  # type: ignore[func-returns-value]
    return found


# --- good ones --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("processes", [0, 1, 2])
def test_documents_come_in_the_order_they_were_asked_for(processes: int) -> None:
    formats = load_exporters(["native_json", "oai_dc"])
    groups = [[Order(entity(10 * g + i), ("native_json",)) for i in range(3 + g % 3)] for g in range(9)]
    with DocumentMaker(formats, 30, processes, "critical") as maker:
        answers = list(maker.stream(iter(groups)))
    assert [len(group) for group in answers] == [len(group) for group in groups]
    for asked, got in zip(groups, answers, strict=True):
        for order, item in zip(asked, got, strict=True):
            assert not item.faults
            assert f'"{order.entity.pid}"'.encode() in item.documents["native_json"]


def test_groups_without_orders_keep_their_place() -> None:
    formats = load_exporters(["native_json"])
    with DocumentMaker(formats, 30, 1, "critical") as maker:
        answers = list(maker.stream([[], orders(2, ("native_json",)), [], []]))
    assert [len(group) for group in answers] == [0, 2, 0, 0]


def test_processes_and_this_one_make_the_same() -> None:
    formats = load_exporters(["native_json", "oai_dc", "ddi"])
    group = orders(5, ("native_json", "oai_dc", "ddi"))
    assert made(formats, group) == made(formats, group, processes=2)


def test_only_a_few_groups_are_taken_ahead() -> None:
    taken = 0

    def groups() -> Iterator[list[Order]]:
        nonlocal taken
        for _ in range(1000):
            taken += 1
            yield orders(1, ("native_json",))

    with DocumentMaker(load_exporters(["native_json"]), 30, 2, "critical") as maker:
        stream = maker.stream(groups())
        for _ in range(10):
            next(stream)
        assert taken <= 10 + 2 * 2 + 1


def test_of_large_ies_fewer_are_taken_ahead() -> None:
    taken = 0
    text = f"<a>{'b' * 9_000_000}</a>"
    record = Record(type=RecordType.SOURCE, sub_type="x", mid="1", content=text)
    large = Order(replace(entity(1), records=(record,)), ())

    def groups() -> Iterator[list[Order]]:
        nonlocal taken
        for _ in range(10):
            taken += 1
            yield [large]

    with DocumentMaker(load_exporters(["native_json"]), 30, 1, "critical") as maker:
        stream = maker.stream(groups())
        for _ in range(3):
            next(stream)
        assert taken <= 3 + 1


def test_an_exporter_of_another_package_is_found_and_used(brought: pytest.MonkeyPatch, tmp_path: Path) -> None:
    formats = bring(brought, tmp_path, foreign.GOOD)
    assert formats.foreign == {"odd"}
    assert "odd" in dict(known())
    answers = made(formats, orders(3))
    assert [item.documents["odd"] for item in answers] == [
        f"<odd xmlns='urn:odd'>IE{number}</odd>".encode() for number in range(3)
    ]
    assert all(item.documents["native_json"] and not item.faults for item in answers)


def test_an_exporter_of_another_package_replaces_the_built_in_one(brought: pytest.MonkeyPatch, tmp_path: Path) -> None:
    foreign.put_on_path(brought, foreign.install(tmp_path, oai_dc=foreign.GOOD, version="mine"))
    formats = load_exporters(["oai_dc"])
    assert formats.versions == {"oai_dc": "mine"}
    assert made(formats, orders(1, ("oai_dc",)))[0].documents["oai_dc"].startswith(b"<odd")


def test_what_another_package_makes_is_not_made_in_this_process(brought: pytest.MonkeyPatch, tmp_path: Path) -> None:
    body = "return f\"<odd xmlns='urn:odd'>{os.getpid()}</odd>\".encode()"
    document = made(bring(brought, tmp_path, body), orders(1))[0].documents["odd"]
    assert str(os.getpid()).encode() not in document


# --- bad ones ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("raise RuntimeError('no\\nluck')", "the exporter failed: no luck"),
        ("raise ValueError", "the exporter failed; see the service log"),
        ("return ie.nothing", "the exporter failed: "),
        ("return '<odd/>'", "invalid document: the exporter returned str, not bytes"),
        ("return None", "invalid document: the exporter returned NoneType, not bytes"),
        ("return b''", "invalid document: "),
        ("return b'<odd>'", "invalid document: "),
        ("return b'<odd xmlns=\"urn:odd\"/><odd/>'", "invalid document: "),
        ("return b'<!DOCTYPE odd><odd xmlns=\"urn:odd\"/>'", "invalid document: "),
        ("return b'<odd xmlns=\"urn:odd\">\\xff</odd>'", "invalid document: "),
        ("return b'<odd/>'", "invalid document: the document is in the namespace '', not 'urn:odd'"),
        ("return b'<o xmlns=\"urn:x\"/>'", "invalid document: the document is in the namespace 'urn:x', not 'urn:odd'"),
        ("raise MemoryError", "the exporter failed; see"),
        ("def f():\n    return f()\nreturn f()", "the exporter failed: maximum recursion"),
        ("sys.exit(0)", "the process that made it died; look into the service log"),
        ("raise KeyboardInterrupt", "the process that made it died; look into the service log"),
        ("os._exit(0)", "the process that made it died; look into the service log"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "the process that made it died; look into the service log"),
        ("import ctypes\nctypes.string_at(0)", "the process that made it died; look into the service log"),
    ],
)
def test_a_format_fails_alone(brought: pytest.MonkeyPatch, tmp_path: Path, body: str, reason: str) -> None:
    guarded = "if ie.pid == 'IE1':\n" + "\n".join(f"    {line}" for line in body.splitlines()) + foreign.GOOD
    answers = made(bring(brought, tmp_path, guarded), orders(3))
    assert [sorted(item.documents) for item in answers] == [sorted(BOTH), ["native_json"], sorted(BOTH)]
    assert [list(item.faults) for item in answers] == [[], ["odd"], []]
    assert answers[1].faults["odd"].startswith(reason)
    assert len(answers[1].faults["odd"].splitlines()) <= 1


def test_one_that_takes_too_long_fails_alone(brought: pytest.MonkeyPatch, tmp_path: Path) -> None:
    body = "if ie.pid == 'IE1':\n    time.sleep(600)" + foreign.GOOD
    before = time.monotonic()
    answers = made(bring(brought, tmp_path, body), orders(3), seconds=1)
    assert [sorted(item.documents) for item in answers] == [sorted(BOTH), ["native_json"], sorted(BOTH)]
    assert answers[1].faults == {"odd": "took longer than 1 seconds"}
    assert time.monotonic() - before < 30


def test_an_exporter_that_always_hangs_does_not_keep_the_others_for_long(
    brought: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    formats = bring(brought, tmp_path, "time.sleep(600)")
    before = time.monotonic()
    answers = made(formats, orders(100), seconds=1)
    assert all("native_json" in item.documents for item in answers)
    reasons = [item.faults["odd"] for item in answers]
    assert reasons[:3] == ["took longer than 1 seconds"] * 3
    assert all(reason.startswith("not tried: ") for reason in reasons[3:])
    assert time.monotonic() - before < 60


def test_one_that_dies_now_and_then_is_tried_each_time(brought: pytest.MonkeyPatch, tmp_path: Path) -> None:
    body = "if int(ie.pid[2:]) % 2:\n    os._exit(1)" + foreign.GOOD
    answers = made(bring(brought, tmp_path, body), orders(10))
    assert ["odd" in item.documents for item in answers] == [number % 2 == 0 for number in range(10)]
    assert all("native_json" in item.documents for item in answers)


def test_two_that_are_bad_fail_each_for_its_reason(brought: pytest.MonkeyPatch, tmp_path: Path) -> None:
    foreign.put_on_path(brought, foreign.install(tmp_path, odd="os._exit(3)", other=foreign.RAISING))
    formats = load_exporters(["odd", "native_json", "other"])
    (answer,) = made(formats, orders(1, ("odd", "native_json", "other")))
    assert list(answer.documents) == ["native_json"]
    assert answer.faults["other"] == "the exporter failed: cannot do IE0"
    assert answer.faults["odd"].startswith("the process")


def test_a_package_that_went_away_fails_alone(brought: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = foreign.install(tmp_path, odd=foreign.GOOD)
    foreign.put_on_path(brought, folder)
    formats = load_exporters(BOTH)
    (folder / f"{folder.name}.py").unlink()
    (answer,) = made(formats, orders(1))
    assert list(answer.documents) == ["native_json"]
    assert "cannot be loaded" in answer.faults["odd"]


def test_a_built_in_exporter_that_raises_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_ie: IntellectualEntity) -> bytes:
        raise LookupError("no title")

    bad = Exporter(name="bad", display_name="", media_type="text/plain", version="1", export=fail)
    formats = Formats({**load_exporters(["native_json"]).exporters, "bad": bad}, frozenset())
    (answer,) = made(formats, orders(1, ("bad", "native_json")))
    assert list(answer.documents) == ["native_json"]
    assert answer.faults == {"bad": "the exporter failed: no title"}


def test_what_an_exporter_prints_is_kept_from_standard_output(
    brought: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    body = "print('noise', flush=True)\nos.write(1, b'more')" + foreign.GOOD
    (answer,) = made(bring(brought, tmp_path, body), orders(1))
    assert not answer.faults
    assert capfd.readouterr().out == ""


# --- processes come and go --------------------------------------------------------------------------------------------


def test_no_process_is_left(brought: pytest.MonkeyPatch, tmp_path: Path) -> None:
    formats = bring(brought, tmp_path, "if ie.pid == 'IE1':\n    time.sleep(600)" + foreign.GOOD)
    made(formats, orders(1))  # The fork server and the resource tracker stay.
    before = children()
    made(formats, orders(3), seconds=1, processes=2)
    assert children() <= before


def test_closing_ends_a_hanging_process_and_starts_no_other(brought: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made(bring(brought, tmp_path, foreign.GOOD), orders(1))
    began = tmp_path / "began"
    second = tmp_path / "second"
    second.mkdir()
    brought.undo()
    formats = bring(brought, second, f"open({str(began)!r}, 'a').close()\ntime.sleep(600)")
    before = children()
    maker = DocumentMaker(formats, 600, 1, "critical")
    stream = maker.stream([orders(5)])

    def wait() -> None:
        with suppress(Exception):
            next(stream)

    waiting = threading.Thread(target=wait)
    waiting.start()
    deadline = time.monotonic() + 60
    while not began.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    moment = time.monotonic()
    maker.close()
    waiting.join(10)
    assert not waiting.is_alive()
    assert time.monotonic() - moment < 10
    assert children() <= before


def test_closed_without_work_nothing_was_started() -> None:
    before = children()
    with DocumentMaker(load_exporters(["native_json"]), 30, 4, "critical"):
        assert children() <= before


@pytest.mark.timeout(60)
def test_where_no_process_can_be_started_at_all_nobody_waits_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_process: maker_process.MakerProcess) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(maker_process.MakerProcess, "_start", refuse)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        made(load_exporters(["native_json"]), orders(3, ("native_json",)), processes=2)


def die(*_arguments: object) -> None:
    os._exit(1)


def test_no_document_is_to_blame_where_processes_die_as_they_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maker_process, "_work", die)
    with pytest.raises(Deferred, match="ends as it starts"):
        made(load_exporters(["native_json"]), orders(2, ("native_json",)), processes=1)


def test_no_document_is_to_blame_where_no_process_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_preload: object) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(forked, "context", refuse)
    with pytest.raises(Deferred, match=r"no process can be started .*: Resource temporarily unavailable"):
        made(load_exporters(["native_json"]), orders(2, ("native_json",)), processes=1)


# --- formats at hand --------------------------------------------------------------------------------------------------


def test_every_format_without_an_exporter_is_a_fault() -> None:
    with pytest.raises(ConfigError) as raised:
        load_exporters(["nothing", "oai_dc", "nix"])
    assert [fault.split(";")[0] for fault in raised.value.faults] == [
        "export.formats: there is no exporter nothing",
        "export.formats: there is no exporter nix",
    ]


@pytest.mark.parametrize(
    ("extra", "fault"),
    [
        ("raise RuntimeError('broken')", "RuntimeError('broken')"),
        ("import no_such_module", "ModuleNotFoundError"),
        ("sys.exit(3)", "SystemExit(3)"),
    ],
)
def test_a_package_that_cannot_be_loaded_is_a_fault(
    brought: pytest.MonkeyPatch, tmp_path: Path, extra: str, fault: str
) -> None:
    foreign.put_on_path(brought, foreign.install(tmp_path, odd=foreign.GOOD, extra=extra))
    formats, faults = as_far_as_there(BOTH)
    assert list(formats.exporters) == ["native_json"]
    assert fault in faults["odd"]
    assert isinstance(dict(known())["odd"], str)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("odd = 5", "TypeError"),
        ("odd = lambda: 5", "is no mdwatch.exporters.interface.Exporter named odd"),
        ("odd = Exporter(name='other', display_name='', media_type='', version='1', export=len)", "named odd"),
        ("odd = Exporter(name='odd', display_name='', media_type='', version=1, export=len)", "version=1"),
        ("odd = Exporter(name='odd', display_name='', media_type=None, version='1', export=len)", "media_type=None"),
        ("odd = Exporter(name='odd', display_name='', media_type='', version='', export=len)", "needs a version"),
        ("odd = Exporter(name='odd', display_name='', media_type='', version='1', export=5)", "can be called"),
    ],
)
def test_what_is_no_exporter_is_a_fault(brought: pytest.MonkeyPatch, tmp_path: Path, code: str, fault: str) -> None:
    folder = foreign.install(tmp_path, odd=foreign.GOOD)
    module = folder / f"{folder.name}.py"
    module.write_text(f"from mdwatch.exporters.interface import Exporter\n{code}\n", encoding="utf-8")
    foreign.put_on_path(brought, folder)
    _, faults = as_far_as_there(["odd"])
    assert fault in faults["odd"]


def test_two_packages_with_the_same_format_are_a_fault(brought: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for package in ("one", "two"):
        foreign.put_on_path(brought, foreign.install(tmp_path / package, package=package, odd=foreign.GOOD))
    _, faults = as_far_as_there(["odd"])
    assert faults["odd"].startswith("more than one package brings an exporter odd")


def test_something_that_makes_an_exporter_is_one(brought: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = foreign.install(tmp_path, odd=foreign.GOOD)
    module = folder / f"{folder.name}.py"
    code = module.read_text(encoding="utf-8").replace("odd = Exporter(", "odd = lambda: Exporter(")
    module.write_text(code, encoding="utf-8")
    foreign.put_on_path(brought, folder)
    assert load_exporters(["odd"]).versions == {"odd": "1"}


def test_the_mark_tells_formats_and_versions_apart(brought: pytest.MonkeyPatch, tmp_path: Path) -> None:
    marks = {load_exporters(["oai_dc"]).mark, load_exporters(["ddi"]).mark, load_exporters(["oai_dc", "ddi"]).mark}
    assert load_exporters(["ddi", "oai_dc"]).mark == load_exporters(["oai_dc", "ddi"]).mark
    for version in ("1", "2"):
        with pytest.MonkeyPatch.context() as patch:
            foreign.put_on_path(patch, foreign.install(tmp_path, odd=foreign.GOOD, version=version))
            marks.add(load_exporters(["odd"]).mark)
    assert len(marks) == 5
    assert all(0 <= mark < 1 << 63 for mark in marks)
