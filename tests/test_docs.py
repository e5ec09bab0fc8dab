"""What the documents show is the code as it is; `make docs` checks the links between them."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:[a-z_]+/)+(?:[a-z_]+\.(?:py|toml))?)`", PAGE)) - {"done/", "error/"})


def test_the_picture_is_drawn_from_the_code() -> None:
    drawn = runpy.run_path(str(ROOT / "docs" / "draw_architecture.py"))["drawing"]()
    assert (ROOT / "docs" / "architecture.svg").read_text(encoding="utf-8") == drawn, "make picture"


def test_the_crosswalks_are_those_of_the_code() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "crosswalks.py"))["page"]()
    assert (ROOT / "docs" / "crosswalks.md").read_text(encoding="utf-8") == made, "make crosswalks"


def test_the_reference_is_that_of_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    made = runpy.run_path(str(ROOT / "docs" / "reference.py"))["pages"]()
    found = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "reference").iterdir()}
    assert found.keys() == made.keys()
    assert [name for name, text in made.items() if found[name] != text] == [], "make reference"


def test_the_messages_that_troubleshooting_explains_are_said() -> None:
    page = (ROOT / "docs" / "administrators" / "troubleshooting.md").read_text(encoding="utf-8")
    messages = re.findall(r"^### `(.*)`$", page, re.MULTILINE)
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "mdwatch").rglob("*.py")))
    # Sentences may go on in the next string of the source.
    said = re.sub(r'"\n\s+f?"', "", code)
    assert len(messages) > 20
    for message in messages:
        for part in re.split(r"\.\.\.", message):
            assert part.strip(" ,;:()") in said, f"nothing says: {message}"


def test_the_commands_that_messages_and_documents_name_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    there = {item.path: item.is_group for item in runpy.run_path(str(ROOT / "docs" / "outline.py"))["all_commands"]()}
    files = [*(ROOT / "mdwatch").rglob("*.py"), *(ROOT / "mdwatch").rglob("*.html"), *(ROOT / "docs").rglob("*.md")]
    named = {
        (match[1], match[2]): path.name
        for path in (*files, ROOT / "README.md")
        for match in re.finditer(r"`mdwatch ([a-z]+)(?: ([a-z]+)\b)?", path.read_text(encoding="utf-8"))
        # Messages are headings of the page that explains them, and begin with the name of the program, too.
        if match[1] != "does"
    }
    assert len(named) > 50
    for (command, below), place in named.items():
        path = f"mdwatch {command}"
        assert path in there, f"{place} names {path}"
        assert not (there[path] and below) or f"{path} {below}" in there, f"{place} names {path} {below}"


def test_every_page_is_on_the_site() -> None:
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").split("nav:")[-1]
    pages = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}
    assert {name for name in pages if f": {name}\n" not in nav} == set()


@pytest.mark.parametrize("path", NAMED)
def test_what_the_page_names_is_there(path: str) -> None:
    assert (ROOT / "mdwatch" / path).exists() or (ROOT / path).exists()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)\)", text) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


def test_every_room_is_told_of() -> None:
    told = set(re.findall(r"`(\w+)`", PAGE.split("## The walk of a file")[0]))
    rooms = {path.stem for path in (ROOT / "mdwatch").iterdir() if not path.stem.startswith("__")}
    assert rooms - {"demo", "py"} <= told
