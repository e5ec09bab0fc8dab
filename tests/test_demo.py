"""`demo`: a playground with a file for every rule, wherever one wants it."""

import json
from pathlib import Path

import pytest

from mdwatch import demo
from mdwatch.errors import UsageError
from mdwatch.model import RunStatus
from mdwatch.rules.codes import Code

# The one aborts a run, the other takes a retry.
UNSHOWN = {Code.INSUFFICIENT_ROLE, Code.SUPERSEDED}


def test_every_rule_is_shown_once(tmp_path: Path) -> None:
    playground = demo.demonstrate(tmp_path / "demo")
    assert playground.viewer.status is RunStatus.ABORTED
    assert playground.main.status is RunStatus.ERROR
    assert playground.main.counts == {code.value: 1 for code in Code if code not in UNSHOWN}
    for path in (playground.folder / "drop" / demo.JOB / "error").glob("*.reason.txt"):
        code = path.name.removesuffix(".xml.reason.txt").split("-", 2)[2]
        assert f"Code:    {code}\n" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["a b?", "100%25", "\U0001f600 \u00fc #1", "q\"uo'te\\\there"])
def test_any_folder_will_do_and_all_stays_in_it(tmp_path: Path, name: str) -> None:
    playground = demo.demonstrate(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (playground.folder / "repository.db").is_file()
    assert playground.main.counts["updated"] == 1


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    assert demo.demonstrate(tmp_path).folder == tmp_path


@pytest.mark.parametrize("how", ["file", "used folder"])
def test_nothing_that_is_there_is_touched(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "demo"
    if how == "file":
        folder.write_bytes(b"mine")
    else:
        folder.mkdir()
        (folder / "mine").touch()
    with pytest.raises(UsageError, match="is there already; name an empty or a new folder"):
        demo.demonstrate(folder)
    assert folder.read_bytes() == b"mine" if how == "file" else [path.name for path in folder.iterdir()] == ["mine"]


@pytest.mark.parametrize("name", ["file/below", b"\xff".decode("utf-8", "surrogateescape")])
def test_a_folder_that_cannot_be_used_is_wrong_use_in_plain_words(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be used"):
        demo.demonstrate(tmp_path / name)


def test_its_ies_are_there_to_be_loaded_again(tmp_path: Path) -> None:
    playground = demo.demonstrate(tmp_path / "demo")
    lines = (playground.folder / demo.IES_FILE).read_text(encoding="utf-8").splitlines()
    assert len({json.loads(line)["pid"] for line in lines}) == len(lines) == 6
