"""A job that works for another repository: the same rules, exactly once, whatever happens in between."""

import os
import signal
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from mdwatch.dropfolder import filing
from mdwatch.errors import Deferred, UsageError
from mdwatch.formats.ocfl import places
from mdwatch.handlers.files import check, explain, retry
from mdwatch.handlers.jobs import cancel, undo
from mdwatch.handlers.sheets import apply
from mdwatch.handlers.stores import keeping
from mdwatch.handlers.targets import ocfl_store, opening
from mdwatch.handlers.targets.embedded import EmbeddedRepository
from mdwatch.handlers.targets.interface import Replacement, ReplacementAnswer
from mdwatch.handlers.targets.ocfl_store import OcflRepository
from mdwatch.handlers.updates.foreign_applier import ForeignApplier
from mdwatch.model import IeState, RecordType
from mdwatch.objectstore.stored_object import StoredObject
from mdwatch.repository import intents
from mdwatch.rules.codes import Code
from mdwatch.runtime.heartbeat import Heartbeat
from tests.handlers.targets.test_contract import replacement
from tests.objectstore.validators import invalid
from tests.system.kill_everywhere import in_child
from tests.worlds import JOB, World, dc, ie, metadata, mods, update

SOURCE = [{"mid": "7", "subType": "MODS", "content": mods("Old")}]


class ForeignWorld(World):
    """A world whose job works for the IEs in an OCFL storage root; mdwatch's own repository is empty."""

    def __init__(self, root: Path, template: Path, **job: Any) -> None:
        super().__init__(root, repository="archive", **job)
        self.store = root / "archive"
        self.raw["repositories"] = {"archive": {"ocfl": str(self.store)}}
        copytree(template, self.store)

    def state(self, pid: str) -> IeState:
        """An IE as it stands there."""
        return OcflRepository(self.store).facts([pid])[pid]

    def all_of_it(self) -> dict[str, Any]:
        """What is left, moments left out."""
        found = self.snapshot()
        repository = OcflRepository(self.store)
        states = {pid: repository.facts([pid]).get(pid) for pid in ("IE1", "IE2", "IE3", "IE4")}
        found["there"] = {pid: (state.version, state.records) for pid, state in states.items() if state is not None}
        with self.context() as context, context.repository.read() as connection:
            found["intents"] = intents.of_job(connection, JOB, 1)
        found["invalid"] = invalid(self.store)
        return found


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A storage root with IEs, as [store] writes it."""
    world = World(tmp_path_factory.mktemp("home"))
    world.raw["store"] = {"ocfl": str(world.root / "store")}
    world.load(
        ie("IE1", source=SOURCE), ie("IE2"), ie("IE3", lockedBy="eve"), ie("IE4", stage="sip"), ie("IE5", "Other")
    )
    with world.context() as context:
        keeping.sync(context)
    return world.root / "store"


@pytest.fixture
def world(tmp_path: Path, template: Path) -> ForeignWorld:
    return ForeignWorld(tmp_path / "world", template)


def drop_all(world: World) -> None:
    """Files for every kind of end; the order of those for IE1 and IE2 shows in what is left."""
    files = [
        update("IE1", dc("A")),
        update("IE2", dc("B")),
        update("IE1", dc("A")),
        b"<not closed",
        update("IE3", dc("D")),
        update("IE4", dc("E")),
        update("IE9", dc("F")),
        update("IE1", dc("C"), metadata(mods("M"), "source", "mods", "7")),
        update("IE2", dc("Old")),
    ]
    for number, data in enumerate(files, 1):
        world.drop(f"{number:02}.xml", data)


def test_the_same_files_come_to_the_same_as_in_the_repository_of_our_own(world: ForeignWorld, tmp_path: Path) -> None:
    own = World(tmp_path / "own")
    own.load(ie("IE1", source=SOURCE), ie("IE2"), ie("IE3", lockedBy="eve"), ie("IE4", stage="sip"))
    for one in (own, world):
        drop_all(one)
        one.run()
    assert world.log_lines() == own.log_lines()
    assert world.files() == own.files()
    assert world.audit() == own.audit() == []
    ours, theirs = own.snapshot(), world.snapshot()
    assert theirs["journal"] == ours["journal"]
    assert theirs["reasons"] == ours["reasons"]
    with own.context() as context:
        assert EmbeddedRepository(context).facts(["IE1", "IE2"]) == OcflRepository(world.store).facts(["IE1", "IE2"])
    assert invalid(world.store) == []


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, template: Path) -> dict[str, Any]:
    """What is left where nobody comes in between."""
    world = ForeignWorld(tmp_path_factory.mktemp("undisturbed"), template)
    drop_all(world)
    world.run()
    return world.all_of_it()


# The step, and whether it is killed before or after it. All acts that leave a trace: `tests/system/kill_everywhere.py`.
STEPS: list[tuple[Any, str, bool, bool]] = [
    (intents, "write", True, False),
    (OcflRepository, "replace", False, True),
    (StoredObject, "_install", False, True),
    (OcflRepository, "replace", True, False),
    (ForeignApplier, "_settle", True, True),
    (filing, "put_away", True, True),
]


@pytest.mark.parametrize(
    ("owner", "name", "after"),
    [
        pytest.param(owner, name, after, id=f"{name}-{after}", marks=[pytest.mark.system] if long else [])
        for owner, name, after, long in STEPS
    ],
)
def test_killed_at_any_step_it_ends_as_if_it_had_not_been(
    world: ForeignWorld, undisturbed: dict[str, Any], owner: Any, name: str, after: bool
) -> None:
    drop_all(world)

    def run_and_die() -> None:
        _kill_at(owner, name, after=after)
        world.run()

    assert not in_child(run_and_die), "it was to be killed"
    world.run()
    assert world.all_of_it() == undisturbed


def _kill_at(owner: Any, name: str, *, after: bool) -> None:
    act: Callable[..., Any] = getattr(owner, name)
    left = [1]

    def acting(*arguments: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] == 0 and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = act(*arguments, **named)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, acting)


class Other:
    """A repository that is told what to do before and after it replaces."""

    def __init__(
        self, real: OcflRepository, before: list[Callable[[], object]], after: list[Callable[[], object]]
    ) -> None:
        self._real, self._before, self._after = real, before, after

    def facts(self, pids: Collection[str]) -> Mapping[str, IeState]:
        return self._real.facts(pids)

    def replace(self, replacement: Replacement) -> ReplacementAnswer:
        if self._before:
            self._before.pop(0)()
        answer = self._real.replace(replacement)
        if self._after:
            self._after.pop(0)()
        return answer


def use(world: ForeignWorld, monkeypatch: pytest.MonkeyPatch, **acts: list[Callable[[], object]]) -> None:
    other = Other(OcflRepository(world.store), acts.get("before", []), acts.get("after", []))
    monkeypatch.setattr(ocfl_store, "OcflRepository", lambda *_: other)


def by_others(world: ForeignWorld, title: str) -> Callable[[], object]:
    """Somebody else changes IE1."""
    real = OcflRepository(world.store)

    def act() -> None:
        state = real.facts(["IE1"])["IE1"]

        assert real.replace(replacement(state.version, title, agent="somebody")) is ReplacementAnswer.DONE

    return act


def test_where_somebody_was_quicker_the_file_is_decided_anew(
    world: ForeignWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(world, monkeypatch, before=[by_others(world, "New")])
    world.drop("1.xml", update("IE1", dc("New")))
    assert world.run().counts == {Code.NO_CHANGE.value: 1}
    assert world.state("IE1").version == 2


def test_what_is_out_of_reach_is_a_trouble_of_the_job_and_heals(
    world: ForeignWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = world.store.rename(world.root / "away")
    world.drop("1.xml", update("IE1", dc("New")))
    world.drop("2.xml", update("IE9", dc("New")))
    with pytest.raises(Deferred, match="repository archive cannot be asked: there is no OCFL storage root"):
        world.run()
    assert world.files() == ["1.xml", "2.xml"]
    away.rename(world.store)
    assert world.run().counts == {Code.UPDATED.value: 1, Code.UNKNOWN_IE.value: 1}


@pytest.mark.parametrize("touched", [False, True], ids=["left alone", "its times set"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_without_an_answer_it_is_asked_again_in_the_same_words(
    world: ForeignWorld, monkeypatch: pytest.MonkeyPatch, when: str, touched: bool
) -> None:
    def no_answer() -> None:
        raise ConnectionError("no answer")

    asked: list[Replacement] = []
    real_replace = OcflRepository.replace

    def noted(self: OcflRepository, replacement: Replacement) -> ReplacementAnswer:
        asked.append(replacement)
        return real_replace(self, replacement)

    monkeypatch.setattr(OcflRepository, "replace", noted)
    use(
        world, monkeypatch, before=[no_answer] if when == "before" else [], after=[no_answer] if when == "after" else []
    )
    path = world.drop("1.xml", update("IE1", dc("New")))
    with pytest.raises(Deferred, match="repository archive cannot be asked: no answer"):
        world.run()
    if touched:
        os.utime(path, (1, 1))
    with world.context() as context, context.repository.read() as connection:
        (intent,) = intents.of_job(connection, JOB, 1)
    assert world.run().counts == {Code.UPDATED.value: 1}
    assert len(set(map(repr, asked))) == 1
    assert asked[0].at == intent.entry.at
    assert world.state("IE1").version == 2
    assert (world.files(), world.audit()) == (["done/1.xml"], [])


def test_a_file_that_was_taken_away_meanwhile_is_not_asked_for(
    world: ForeignWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_answer() -> None:
        raise ConnectionError("no answer")

    use(world, monkeypatch, before=[no_answer])
    path = world.drop("1.xml", update("IE1", dc("New")))
    with pytest.raises(Deferred):
        world.run()
    path.unlink()
    assert world.run().counts == {}
    assert world.state("IE1").version == 1
    assert world.all_of_it()["intents"] == []


def test_one_ie_that_cannot_be_used_keeps_its_own_files_only(world: ForeignWorld) -> None:
    world.raw["jobs"][JOB]["order_wait"] = 0
    inventory = StoredObject(world.store, places.object_id("IE1")).folder / "inventory.json"
    whole = inventory.read_bytes()
    inventory.write_bytes(b"{}")
    world.drop("1.xml", update("IE1", dc("A")))
    world.drop("2.xml", update("IE1", dc("B")))
    world.drop("3.xml", update("IE2", dc("C")))
    world.run()
    assert "done/3.xml" in world.files()
    assert {"1.xml", "2.xml"} <= set(world.files())
    inventory.write_bytes(whole)
    world.run()
    assert world.state("IE1").version == 3
    assert world.files() == ["done/1.xml", "done/2.xml", "done/3.xml"]


def test_files_that_wait_for_sip_are_taken_when_the_ie_has_left_it(world: ForeignWorld, tmp_path: Path) -> None:
    world.drop("1.xml", update("IE4", dc("A")))
    assert world.run().counts == {Code.IN_SIP.value: 1}
    home = World(tmp_path / "later")
    home.raw["store"] = {"ocfl": str(tmp_path / "later store")}
    home.load(ie("IE4"))
    with home.context() as context:
        keeping.sync(context)
    copytree(tmp_path / "later store", world.store, dirs_exist_ok=True)
    assert world.run().counts == {Code.UPDATED.value: 1}
    assert world.state("IE4").version == 2
    assert RecordType.DESCRIPTIVE in {type_ for type_, _ in world.state("IE4").records}


def test_a_fault_of_a_package_is_told_of_the_file_and_not_of_the_job(
    world: ForeignWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ValueError("not thought of")

    world.raw["jobs"][JOB]["order_wait"] = 0
    use(world, monkeypatch, after=[broken])
    world.drop("1.xml", update("IE1", dc("A")))
    world.drop("2.xml", update("IE2", dc("B")))
    world.run()
    assert world.files() == ["1.xml", "done/2.xml"]
    # It had made it, and says so when asked again.
    assert world.run().counts == {Code.UPDATED.value: 1}
    assert world.state("IE1").version == 2


def test_an_error_file_is_not_put_back_over_what_came_later(world: ForeignWorld) -> None:
    """Also where the repository of our own has never heard of the IE."""
    world.drop("1.xml", update("IE1", dc("A"), metadata(mods("M"), "source", "mods", "8")))
    world.run()
    (world.folder / "error" / "1.xml").write_bytes(update("IE1", dc("A")))
    world.drop("2.xml", update("IE1", dc("B")))
    world.run()
    with world.context() as context:
        (answer,) = retry.retry(context, JOB, ["1.xml"])
    assert answer.put_back_as is None
    assert "IE IE1 was updated by 2.xml, which was created later" in answer.reason
    with world.context() as context:
        (answer,) = retry.retry(context, JOB, ["1.xml"], anyway=True)
    assert world.run().counts == {Code.UPDATED.value: 1}
    assert world.state("IE1").version == 3


def test_what_is_asked_of_a_file_is_asked_of_the_other_repository(world: ForeignWorld) -> None:
    world.load(ie("IE1", institution="INS99"))
    new = world.drop("1.xml", update("IE1", dc("New")))
    held = world.drop("2.xml", update("IE4", dc("New")))
    with world.context() as context:
        assert [item.code for item in check.check(context, [new, held], JOB)] == [Code.UPDATED, Code.IN_SIP]
    world.run()
    with world.context() as context:
        (told,) = explain.explain(context, held, JOB)
        assert "SIP" in (told.here or "")
        with pytest.raises(UsageError, match="works for repository archive"):
            undo.preview(context, 1)
        with pytest.raises(UsageError, match="works for repository archive"):
            apply.plan(context, b"", JOB)
    # Of our own nothing was changed.
    assert world.title("IE1") == "Old"


def test_an_installed_package_brings_a_repository(world: ForeignWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    module = """
from pathlib import Path
from mdwatch.handlers.targets.ocfl_store import OcflRepository
def opened(options):
    return OcflRepository(Path(options["place"]))
"""
    info = world.root / "package" / "brings-1.dist-info"
    info.mkdir(parents=True)
    (world.root / "package" / "brings_a_repository.py").write_text(module, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: brings\nVersion: 1\n", encoding="utf-8")
    points = f"[{opening.GROUP}]\nspecial = brings_a_repository:opened\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    world.raw["repositories"]["archive"] = {"plugin": "special", "options": {"place": str(world.store)}}
    world.drop("1.xml", update("IE1", dc("A")))
    with pytest.raises(Deferred, match="0 installed packages bring a repository special"):
        world.run()
    monkeypatch.syspath_prepend(str(world.root / "package"))
    assert world.run().counts == {Code.UPDATED.value: 1}
    assert world.state("IE1").version == 2


def test_a_repository_that_does_not_answer_shows_as_a_share_that_does_not(
    world: ForeignWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = []
    at = Heartbeat.at

    def noted(self: Heartbeat, where: str) -> None:
        places.append(where)
        at(self, where)

    monkeypatch.setattr(Heartbeat, "at", noted)
    asked: list[str] = []
    use(world, monkeypatch, before=[lambda: asked.append(places[-1])])
    world.drop("1.xml", update("IE1", dc("New")))
    world.run()
    assert asked == ["share"]
    assert places[-1] == "work"


def test_a_run_is_cancelled_while_the_repository_does_not_answer(
    world: ForeignWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_answer() -> None:
        raise ConnectionError("no answer")

    world.raw["jobs"][JOB]["schedule"] = "manual"
    use(world, monkeypatch, after=[no_answer])
    world.drop("1.xml", update("IE1", dc("New")))
    with pytest.raises(Deferred):
        world.run()
    away = world.store.rename(world.root / "away")
    with world.context() as context:
        assert "is cancelled" in cancel.cancel(context, JOB)
    away.rename(world.store)
    # What it had made by then is told by the next run, and made no second time.
    assert world.run().counts == {Code.UPDATED.value: 1}
    assert world.state("IE1").version == 2
