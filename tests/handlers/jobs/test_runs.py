"""Looking back: what a search means by its text."""

from pathlib import Path

from mdwatch.handlers.jobs import runs
from tests.worlds import World, dc, ie, update


def test_a_text_that_looks_like_a_pid_may_be_the_beginning_of_a_name(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"), ie("IE2"))
    for name, pid in (("IE1.xml", "IE1"), ("IE77.xml", "IE1"), ("x.xml", "IE8")):
        world.drop(name, update(pid, dc("New")))
    world.run()

    def found(text: str) -> tuple[str | None, list[str]]:
        with world.context() as context:
            result = runs.search(context, text, None, 10)
        return result.pid, sorted(file.entry.name for file in result.files)

    assert found("IE1") == ("IE1", ["IE1.xml", "IE77.xml"])
    assert found(" IE1 ") == ("IE1", ["IE1.xml", "IE77.xml"])
    assert found("IE2") == ("IE2", [])
    assert found("IE8") == (None, ["x.xml"])
    assert found("IE77") == (None, ["IE77.xml"])
    assert found("IE") == (None, ["IE1.xml", "IE77.xml"])
    assert found("") == (None, ["IE1.xml", "IE77.xml", "x.xml"])


def test_a_file_is_found_under_the_name_it_was_filed_as(tmp_path: Path) -> None:
    world = World(tmp_path)
    for _ in range(2):
        world.drop("a.xml", b"<")
        world.run()
    with world.context() as context:
        first, second = runs.search(context, "a.", None, 10).files
        assert first.entry.filed_as is not None
        assert runs.search(context, first.entry.filed_as, None, 10).files == (first,)
    assert (second.entry.filed_as, second.entry.name) == (None, "a.xml")
    assert first.entry.filed_as.startswith("a.")
    assert "retry" in first.remedy
