"""The contract of a repository behind mdwatch's rules, held by every implementation there is."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from mdwatch.formats import canonical, xml
from mdwatch.formats.limits import ACCEPTED
from mdwatch.handlers.stores import keeping
from mdwatch.handlers.targets.embedded import EmbeddedRepository
from mdwatch.handlers.targets.interface import ReplacedRecord, Replacement, ReplacementAnswer, TargetRepository
from mdwatch.handlers.targets.ocfl_store import OcflRepository
from mdwatch.model import RecordType
from mdwatch.objectstore import durable
from tests.objectstore.validators import invalid
from tests.worlds import World, dc, ie, mods

KINDS = ("embedded", "ocfl")


def replacement(expected: int, title: str = "New", **changed: object) -> Replacement:
    records = []
    for type_, mid, content in (
        (RecordType.DESCRIPTIVE, "", dc(title)),
        (RecordType.SOURCE, "7", mods(title)),
    ):
        digests = canonical.digests(xml.parse(content, ACCEPTED), ACCEPTED)
        records.append(ReplacedRecord(type_, mid, content, digests))
    values = {"pid": "IE1", "agent": "ada", "job": "dc", "file": "a.xml", "at": 1_700_000_000_000, **changed}
    return Replacement(expected=expected, records=tuple(records), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_the_contract(tmp_path: Path, kind: str) -> None:
    world = World(tmp_path)
    world.raw["store"] = {"ocfl": str(tmp_path / "store")}
    source = [{"mid": "7", "subType": "MODS", "content": mods("Old")}]
    world.load(ie("IE1", source=source, lockedBy="eve"), ie("IE2", stage="sip"))
    with world.context() as context:
        keeping.sync(context)
        embedded: TargetRepository = EmbeddedRepository(context)
        target: TargetRepository = embedded if kind == "embedded" else OcflRepository(tmp_path / "store")
        # Facts are those of the rules, whoever tells them; who is not there is left out.
        facts = target.facts(["IE1", "IE2", "IE9"])
        assert facts == embedded.facts(["IE1", "IE2", "IE9"])
        assert facts["IE1"].records.keys() == {(RecordType.DESCRIPTIVE, ""), (RecordType.SOURCE, "7")}
        # On top of another version, or of an IE that is not there, nothing is done.
        assert target.replace(replacement(2)) is ReplacementAnswer.CHANGED
        assert target.replace(replacement(0)) is ReplacementAnswer.CHANGED
        assert target.replace(replacement(1, pid="IE9")) is ReplacementAnswer.CHANGED
        assert target.facts(["IE1"]) == {"IE1": facts["IE1"]}
        # Once; and asked again in the same words, as after a crash, not twice.
        assert target.replace(replacement(1)) is ReplacementAnswer.DONE
        after = target.facts(["IE1"])["IE1"]
        assert after.version == 2
        assert {state.digests for state in after.records.values()} == {r.digests for r in replacement(1).records}
        assert after.records[RecordType.SOURCE, "7"].sub_type == "MODS"
        assert target.replace(replacement(1)) is ReplacementAnswer.ALREADY
        # In other words it is another replacement, which came too late.
        for other in ({"title": "Other"}, {"file": "b.xml"}, {"job": "mods"}, {"agent": "bob"}, {"at": 1}):
            assert target.replace(replacement(1, **other)) is ReplacementAnswer.CHANGED
        assert target.facts(["IE1"]) == {"IE1": after}
        assert target.replace(replacement(2, "Next")) is ReplacementAnswer.DONE
        # Also where somebody was quicker to replace them again than we were to ask again: else it would come twice.
        assert target.replace(replacement(1)) is ReplacementAnswer.ALREADY
        assert target.replace(replacement(1, "Other")) is ReplacementAnswer.CHANGED
        assert target.facts(["IE1"])["IE1"].version == 3
    assert invalid(tmp_path / "store") == []


def test_a_crash_within_a_replacement_is_finished_by_asking_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.raw["store"] = {"ocfl": str(tmp_path / "store")}
    world.load(ie("IE1", source=[{"mid": "7", "subType": "MODS", "content": mods("Old")}]))
    with world.context() as context:
        keeping.sync(context)
    answers = set()
    for crash in range(1, 40):
        root = tmp_path / f"copy{crash}"
        copytree(tmp_path / "store", root)
        with monkeypatch.context() as patch:
            left = [crash]
            for name in ("write", "move"):
                patch.setattr(durable, name, _failing(getattr(durable, name), left))
            crashed = False
            try:
                OcflRepository(root).replace(replacement(1))
            except KeyboardInterrupt:
                crashed = True
        answers.add(OcflRepository(root).replace(replacement(1)))
        assert OcflRepository(root).facts(["IE1"])["IE1"].version == 2
        if not crashed:
            break
    assert answers == {ReplacementAnswer.DONE, ReplacementAnswer.ALREADY}


def _failing(function: Callable[..., None], left: list[int]) -> Callable[..., None]:
    def call(*arguments: object) -> None:
        left[0] -= 1
        if left[0] <= 0:
            raise KeyboardInterrupt
        function(*arguments)

    return call
