"""`mdwatch set` as an operator calls it."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.calls import Done, mdwatch
from tests.worlds import World, ie


class Sets:
    """A world with published IEs, and its sets."""

    def __init__(self, root: Path, *entities: dict[str, Any]) -> None:
        self.world = World(root)
        self.world.load(*entities)
        self._config = self.world.write_settings()

    def __call__(self, *arguments: object) -> Done:
        """Calls `mdwatch set ARGUMENTS`."""
        return mdwatch("set", *arguments, config=self._config)

    def shown(self, name: str) -> Any:
        """The set as JSON, without the moment of its last change."""
        done = self("show", name, "--json")
        assert (done.status, done.err) == (0, "")
        return {key: value for key, value in done.json.items() if key != "changed"}


@pytest.fixture
def sets(tmp_path: Path) -> Sets:
    return Sets(
        tmp_path,
        ie("IE1", "Old maps", published=True),
        ie("IE2", "War and Peace", published=True),
        ie("IE3", "New maps", published=True, institution="INS02"),
        ie("IE4", "Hidden maps"),
    )


def test_a_set_is_made_and_filled(sets: Sets) -> None:
    done = sets("create", "maps", "--where", "dc:title ~ maps", "--title", "Maps", "--description", "All of them")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[0] == "Set maps is made: dc:title ~ maps"
    assert "Batch 1 finished" in done.out
    assert sets.shown("maps") == {
        "spec": "maps",
        "name": "Maps",
        "description": "All of them",
        "where": "dc:title ~ maps",
        "filled": True,
        "members": 2,
        "first": ["IE1", "IE3"],
    }


def test_conditions_all_have_to_hold(sets: Sets) -> None:
    done = sets("create", "a", "--where", "dc:title ~ maps", "--where", "institution = INS01 | INS03")
    assert done.status == 0
    shown = sets.shown("a")
    assert (shown["where"], shown["first"]) == ("dc:title ~ maps and institution = INS01 | INS03", ["IE1"])


def test_another_definition_looks_at_members_anew_and_another_title_does_not(sets: Sets) -> None:
    sets("create", "a", "--where", "dc:title ~ maps")
    titled = sets("change", "a", "--title", "Some", "--description", "x")
    assert (titled.status, titled.out) == (0, "Set a is changed: dc:title ~ maps\n")
    # A title changes nothing about who belongs to it, and that moment is told.
    assert "  defined: " in sets("show", "a").out
    assert sets.shown("a")["members"] == 2
    changed = sets("change", "a", "--where", 'dc:title = "war and peace"')
    assert changed.status == 0
    assert "Batch 2 finished" in changed.out
    shown = sets.shown("a")
    assert (shown["first"], shown["name"], shown["description"], shown["filled"]) == (["IE2"], "Some", "x", True)


def test_members_are_exported(sets: Sets) -> None:
    sets("create", "a", "--where", "dc:title ~ maps")
    sets.world.load(ie("IE5", "More maps", published=True), ie("IE6", "No such thing", published=True))
    done = sets("export", "a", "--json")
    assert (done.status, done.json["status"], done.json["set_spec"]) == (0, "finished", "a")
    assert sets.shown("a")["first"] == ["IE1", "IE3", "IE5"]
    with sets.world.context() as context, context.repository.read() as connection:
        sql = "SELECT DISTINCT pid FROM export JOIN ie ON ie.id = ie_id ORDER BY pid"
        assert [row[0] for row in connection.exec_driver_sql(sql)] == ["IE1", "IE3", "IE5"]


def test_sets_are_listed_and_deleted(sets: Sets) -> None:
    assert sets("list", "--json").json == []
    sets("create", "b", "--where", "pid = IE1")
    sets("create", "a", "--where", "pid ^= IE")
    assert sets("list").out == "a: 3 IEs, pid ^= IE\nb: 1 IE, pid = IE1\n"
    listed = sets("list", "--json").json
    assert [set(item) for item in listed] == [
        {"spec", "name", "description", "where", "changed", "filled", "members"}
    ] * 2
    gone = sets("delete", "a")
    assert (gone.status, gone.out) == (0, "Set a is deleted\n")
    assert [item["spec"] for item in sets("list", "--json").json] == ["b"]


def test_a_long_definition_is_cut_off_in_a_list_but_not_where_the_set_is_shown(sets: Sets) -> None:
    pids = "pid = " + " | ".join(f"IE{number}" for number in range(100))
    made = sets("create", "a", "--where", pids)
    assert made.out.splitlines()[0] == f"Set a is made: {pids[:200]}..."
    assert sets("list").out == f"a: 3 IEs, {pids[:200]}...\n"
    assert f"  where:        {pids}\n" in sets("show", "a").out


def test_a_set_is_shown_to_people(tmp_path: Path) -> None:
    sets = Sets(tmp_path, *(ie(f"IE{number}", "A", published=True) for number in range(1, 24)))
    sets("create", "a", "--where", "dc:title = A", "--title", "All \u202e of it")
    lines = sets("show", "a").out.splitlines()
    assert lines[0] == "Set a"
    # What would turn the line round is shown as what it is.
    assert lines[1] == "  title:        All \\u202e of it"
    assert lines[2:4] == ["  description:  -", "  where:        dc:title = A"]
    assert lines[5:7] == ["  members:      23 IEs", "    IE1"]
    assert lines[-2:] == ["    IE20", "    and 3 more"]


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Sets:
    """One set for all that is refused, which leaves nothing behind."""
    made = Sets(tmp_path_factory.mktemp("refusing"), ie("IE1", "Old maps", published=True))
    made("create", "there", "--where", "pid = IE1")
    return made


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("create", "a", "--where", "named = x"), "no such field"),
        (("create", "a", "--where", "named = x"), "dc:title, "),
        (("create", "a", "--where", "dc:title = War and Peace"), "double quotes"),
        (("create", "a"), "--where is missing"),
        (("create", "a b", "--where", "pid = IE1"), "'a b' cannot name a set"),
        (("create", "there", "--where", "pid = IE1"), "there is a set there already"),
        (("change", "there"), "nothing to change"),
        (("change", "there", "--where", ""), "begins with a field"),
        (("change", "nope", "--title", "x"), "there is no set nope; the sets are: there"),
        (("delete", "nope"), "the sets are: there"),
        (("export", "nope"), "the sets are: there"),
        (("show", "nope"), "the sets are: there"),
        (("show",), "Missing argument"),
    ],
)
def test_wrong_use_is_2_and_told_with_the_remedy(refusing: Sets, arguments: tuple[str, ...], words: str) -> None:
    done = refusing(*arguments)
    assert done.status == 2
    assert words in done.err
    assert [item["where"] for item in refusing("list", "--json").json] == ["pid = IE1"]


def test_what_lists_nothing_says_so(tmp_path: Path) -> None:
    config = World(tmp_path).write_settings()
    for words, told in (
        (("set", "list"), "There are no sets"),
        (("notifications", "list"), "There are no messages"),
        (("notifications", "list", "--state", "sent"), "No message is sent"),
        (("token", "list"), "There are no tokens"),
        (("trail",), "Nothing."),
    ):
        done = mdwatch(*words, config=config)
        assert (done.status, done.out[: len(told)]) == (0, told), words
        assert mdwatch(*words, "--json", config=config).json == []
