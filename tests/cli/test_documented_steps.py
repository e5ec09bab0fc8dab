"""The steps that the documents tell people to take, taken word for word: harvesting, and sheets."""

import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from tests.cli.calls import Done, mdwatch
from tests.handlers.harvests.providers import archive
from tests.worlds import JOB, World, ie

DOCS: Final = Path(__file__).parents[2] / "docs"


def section(page: str, heading: str) -> str:
    """What stands below a heading of a page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def commands(text: str) -> Iterator[str]:
    """The whole commands in a text, in their order, each once: those with their own words, not an option alone."""
    yield from dict.fromkeys(found for found in re.findall(r"`(mdwatch [^`]+)`", text) if "|" not in found)


def called(command: str, config: Path, folder: Path, words: Mapping[str, str]) -> Done:
    """Calls it with what stands for its words in capitals; files are in the folder."""
    given = [words.get(word, word) for word in shlex.split(command)[1:]]
    return mdwatch(*(folder / word if "." in word else word for word in given), config=config)


def test_harvesting_is_set_up_and_followed(tmp_path: Path) -> None:
    setting_up, following = section("harvesting.md", "Setting one up"), section("harvesting.md", "Following it")
    block = "\n".join(line.strip() for line in setting_up.splitlines() if line.startswith("        "))
    settings = tomllib.loads(block)["harvests"]
    (name,) = settings
    with archive(tmp_path / "there") as (_, url):
        here = World(tmp_path / "here")
        here.raw["jobs"][settings[name]["job"]] = here.raw["jobs"].pop(JOB)
        here.raw["harvests"] = {name: {**settings[name], "base_url": url}}
        here.load(*(ie(f"IE{number}", "Old") for number in range(1, 4)))
        (schedule,) = re.findall(r'`schedule = "(.*?)"`', setting_up)
        said = {}
        for command in commands(setting_up):
            done = called(command, here.write_settings(), tmp_path, {})
            assert (done.status, done.err) == (0, ""), (command, done)
            said[command] = done.out
        assert list(said) == ["mdwatch config check", f"mdwatch harvest test {name}", f"mdwatch harvest run {name}"]
        assert "IE1" in said[f"mdwatch harvest test {name}"]
        assert len(list(here.folder.glob("*.xml"))) == 3
        here.raw["harvests"][name]["schedule"] = schedule
        config = here.write_settings()
        assert mdwatch("config", "check", config=config).status == 0
        told = list(commands(following))
        assert len(told) >= 6
        for command in told:
            done = called(command, config, tmp_path, {"NAME": name})
            # The status has no daemon to tell of.
            assert done.status == 0 or command == "mdwatch status", (command, done)
            assert done.out, command
        assert (here.root / "logs" / f"harvest_{name}.log").exists()


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_records_are_edited_in_a_spreadsheet(tmp_path: Path, suffix: str) -> None:
    world = World(tmp_path)
    world.load(*(ie(f"IE{number}", "Old", published=True) for number in (1, 2)))
    config = world.write_settings()
    made = mdwatch("set", "create", "maps", "--where", "pid ^= IE", config=config)
    assert made.status == 0
    export, apply = (
        item.replace("out.csv", f"out{suffix}")
        for item in commands(section("managers.md", "Many IEs in a spreadsheet"))
        if item.startswith(("mdwatch sheet export", "mdwatch sheet apply"))
    )
    done = called(export, config, tmp_path, {})
    assert (done.status, done.err) == (0, ""), done
    out = tmp_path / f"out{suffix}"
    if suffix == ".csv":
        out.write_text(out.read_text(encoding="utf-8-sig").replace("Old", "New"), encoding="utf-8")
    else:
        book = openpyxl.load_workbook(out)
        book.worksheets[0]["C2"] = book.worksheets[0]["C3"] = "New"
        book.save(out)
    done = called(f"{apply} --yes", config, tmp_path, {"NAME": JOB})
    assert (done.status, done.out.splitlines()[-1]) == (0, f"2 updateMD files written to {world.folder}")
    world.run()
    assert [world.title(f"IE{number}") for number in (1, 2)] == ["New", "New"]
    replacing = section("managers.md", "Find and replace over a set")
    (table,) = re.findall(r"(?m)(?:^    .*\n)+", replacing)
    (tmp_path / "table.csv").write_text(re.sub("(?m)^    ", "", table) + "New,Newer\n", encoding="utf-8")
    replace = next(item for item in commands(replacing) if item.startswith("mdwatch sheet replace --set"))
    done = called(f"{replace.replace('dc:subject', 'dc:title')} --yes", config, tmp_path, {"NAME": JOB})
    assert (done.status, done.err) == (0, ""), done
    world.run()
    assert [world.title(f"IE{number}") for number in (1, 2)] == ["Newer", "Newer"]
