"""What the shell offers for a word that is being typed."""

from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from mdwatch.cli import commands
from mdwatch.handlers.accounts import tokens
from mdwatch.handlers.oai import sets
from mdwatch.model import AccountRole
from tests.worlds import JOB, World, ie

CASES = {
    "jobs": (["job", "pause"], "", [JOB]),
    "a job by its beginning": (["retry"], JOB[:1], [JOB]),
    "no such job": (["retry"], "nix", []),
    "an option": (["check", "--job"], "", [JOB]),
    "PIDs": (["ie", "show"], "IE1", ["IE1", "IE10"]),
    "formats": (["export", "show", "IE1"], "oai", ["oai_dc"]),
    "sets": (["set", "show"], "m", ["maps"]),
    "tokens": (["token", "revoke"], "", ["ada"]),
}


@pytest.fixture(name="world", scope="module")
def world_there(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("world"))
    world.load(ie("IE1"), ie("IE2"), ie("IE10"))
    with world.context() as context:
        sets.create(context, "maps", "dc:title ~ maps")
        tokens.create(context, "ada", AccountRole.VIEWER, [], None)
    return world


def offered(config: Path, words: list[str], begun: str) -> list[str]:
    shell = ShellComplete(commands, {}, "mdwatch", "_MDWATCH_COMPLETE")
    return [item.value for item in shell.get_completions(["--config", str(config), *words], begun)]


@pytest.mark.parametrize(("words", "begun", "there"), CASES.values(), ids=CASES)
def test_names_are_offered(world: World, words: list[str], begun: str, there: list[str]) -> None:
    assert offered(world.write_settings(), words, begun) == there


@pytest.mark.parametrize("words", [["job", "pause"], ["ie", "show"], ["set", "show"]])
def test_nothing_is_offered_nor_said_where_there_is_trouble(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], words: list[str]
) -> None:
    config = tmp_path / "mdwatch.toml"
    assert offered(config, words, "") == []
    config.write_text("[repository]\nurl = 'nix'", encoding="utf-8")
    assert offered(config, words, "") == []
    config.write_text(f"[repository]\nurl = 'sqlite:////{tmp_path}/away.db'", encoding="utf-8")
    assert offered(config, words[:1], "zz") == []
    assert offered(config, ["ie", "show"], "") == []
    assert capfd.readouterr() == ("", "")
