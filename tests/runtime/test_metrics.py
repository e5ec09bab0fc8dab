"""What is counted and timed while jobs run."""

from pathlib import Path

from mdwatch.runtime.metrics import REGISTRY
from tests.worlds import JOB, World, dc, ie, update


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"job": JOB, **labels}) or 0.0


def test_files_runs_and_groups_are_counted(tmp_path: Path) -> None:
    world = World(tmp_path, group_size=2)
    world.load(ie("IE1"))
    for number in range(3):
        world.drop(f"{number}.xml", update("IE1", dc(str(number))))
    world.drop("3.xml", b"<")
    names: tuple[tuple[str, dict[str, str], int], ...] = (
        ("mdwatch_files_total", {"code": "updated"}, 3),
        ("mdwatch_files_total", {"code": "invalid-xml"}, 1),
        ("mdwatch_runs_total", {"status": "Error"}, 1),
        ("mdwatch_group_files_count", {}, 2),
        ("mdwatch_group_files_sum", {}, 4),
    )
    before = [value(name, **labels) for name, labels, _ in names]
    world.run()
    after = [value(name, **labels) for name, labels, _ in names]
    assert [b - a for a, b in zip(before, after, strict=True)] == [grown for _, _, grown in names]
