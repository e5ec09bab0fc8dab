"""Real metadata through the real command line: Rosetta METS, and a collection of MODS records."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from mdwatch.formats import mets
from mdwatch.formats.xml import Limits
from tests.cli.calls import ROOT, process
from tests.worlds import JOB, MODS_NS, World, dc, ie, metadata, mods, update

pytestmark = pytest.mark.system

DATA = ROOT.parent / "shared" / "data"
METS = sorted((DATA / "rosetta-mets").glob("*.xml"))
MODS = sorted((DATA / "mods").glob("*.xml"))
needs_data = pytest.mark.skipif(not METS or not MODS, reason=f"the real data is not in {DATA}")
EVENT = "Object's Metadata Record Modified"


@needs_data
@pytest.mark.parametrize("path", METS, ids=lambda path: path.stem)
def test_a_real_mets_is_loaded_updated_and_shown_with_all_it_had(tmp_path: Path, path: Path) -> None:
    given = mets.read(path.read_bytes(), Limits())
    world = World(tmp_path)
    world.raw["users"]["editor"]["institution"] = given.institution
    config = world.write_settings()
    assert process("ie", "load", path, config=config).out == "1 IE: 1 new, 0 changed, 0 unchanged, 0 rejected\n"
    assert world.get(given.pid).records == given.records
    numeric = next(record for record in given.sources if record.mid.isdecimal())
    new = {"": dc("A new title"), "ie-amd-source-MARC-1": "<record><leader>new</leader></record>"}
    new[numeric.mid] = "<new>of the numeric mid</new>"
    world.drop("1.xml", update(given.pid, new[""]))
    world.drop(
        "2.xml", update(given.pid, metadata(new["ie-amd-source-MARC-1"], "source", "MARC", "ie-amd-source-MARC-1"))
    )
    assert numeric.sub_type.startswith("OTHER:")
    world.drop("3.xml", update(given.pid, metadata(new[numeric.mid], "source", numeric.sub_type, numeric.mid)))
    run = process("job", "run", JOB, "--json", config=config)
    assert run.json["counts"] == {"updated": 3}, world.log_lines()
    shown = process("ie", "show", given.pid, "--format", "mets", config=config)
    assert shown.status == 0
    now = mets.read(shown.out.encode(), Limits())
    assert [(record.mid, record.sub_type) for record in now.records] == [
        (record.mid, record.sub_type) for record in given.records
    ]
    for before, after in zip(given.records, now.records, strict=True):
        if before.mid in new:
            assert etree.canonicalize(after.content) == etree.canonicalize(new[before.mid])
        else:
            assert etree.canonicalize(after.content) == etree.canonicalize(before.content)
    assert now.events[: len(given.events)] == given.events
    added = now.events[len(given.events) :]
    assert [event["eventDescription"] for event in added] == [EVENT] * 3
    assert [event["eventOutcomeDetail1"] for event in added] == [f"JOB=dc;FILE={number}.xml;" for number in (1, 2, 3)]
    assert now.characteristics["modifiedBy"] == "editor"
    assert now.characteristics["modificationDate"] == added[-1]["eventDateTime"]
    kept = {key: value for key, value in given.characteristics.items() if key not in {"modifiedBy", "modificationDate"}}
    assert now.characteristics.items() >= kept.items()
    again = tmp_path / "shown.xml"
    again.write_text(shown.out, encoding="utf-8")
    assert "1 unchanged" in process("ie", "load", again, config=config).out


@needs_data
def test_a_folder_of_real_mets_loads_at_once(tmp_path: Path) -> None:
    config = World(tmp_path).write_settings()
    # Two of the files are of one IE, as exported with and without its files.
    done = process("ie", "load", METS[0].parent, config=config)
    assert (done.status, done.out) == (0, "3 IEs: 2 new, 1 changed, 0 unchanged, 0 rejected\n")


def reordered(text: str) -> str:
    """The record with attributes and sibling elements in another order, and nothing else changed."""
    root = etree.fromstring(text.encode())
    chance = random.Random(text)
    for element in root.iter(etree.Element):
        attributes = list(element.attrib.items())
        element.attrib.clear()
        for name, value in reversed(attributes):
            element.set(name, value)
        children = list(element)
        mixed = (element.text or "").strip() or any((child.tail or "").strip() for child in children)
        if len(children) > 1 and not mixed:
            was = list(children)
            while children == was and len({etree.tostring(child, method="c14n") for child in was}) > 1:
                chance.shuffle(children)
            element[:] = children
    return etree.tostring(root, encoding="unicode")


def without_declaration(path: Path) -> str:
    return re.sub(r"^\ufeff?<\?xml[^>]*\?>\s*", "", path.read_text(encoding="utf-8"))


def dropped(world: World, prefix: str, texts: Iterator[str]) -> None:
    for number, text in enumerate(texts, 1):
        world.drop(f"{prefix}-{number}.xml", update(f"IE{number}", metadata(text, "source", "mods", "1436")))


@needs_data
@pytest.mark.parametrize(("ignoring", "code"), [(True, "no-change"), (False, "updated")])
def test_a_real_collection_is_updated_and_another_order_is_what_the_job_says(
    tmp_path: Path, ignoring: bool, code: str
) -> None:
    assert len(MODS) == 138
    world = World(tmp_path, ignore_field_sequence=ignoring)
    source = [{"mid": "1436", "subType": "MODS", "content": mods("Old")}]
    world.load(*(ie(f"IE{number}", source=source) for number in range(1, len(MODS) + 1)))
    config = world.write_settings()
    texts = [without_declaration(path) for path in MODS]
    dropped(world, "first", iter(texts))
    assert process("job", "run", JOB, "--json", config=config).json["counts"] == {"updated": 138}
    assert MODS_NS in world.get("IE138").sources[0].content
    dropped(world, "second", map(reordered, texts))
    done = process("job", "run", JOB, "--json", config=config)
    assert (done.status, done.json["counts"]) == (0, {code: 138})
