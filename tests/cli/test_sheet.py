"""`mdwatch sheet` as an operator calls it: out, edited, in again, applied by the job."""

import io
import re
from pathlib import Path

import openpyxl
import pytest

from tests.cli.calls import mdwatch
from tests.worlds import DC_NS, JOB, World, dc, ie, update


def _five(root: Path) -> World:
    """Five IEs: one of two titles, three that look like formulas, one of another institution."""
    world = World(root)
    two = (
        f'<dc:record xmlns:dc="{DC_NS}"><dc:title>A</dc:title><dc:title>B</dc:title><dc:date>1900</dc:date></dc:record>'
    )
    world.load(
        ie("IE1", published=True) | {"descriptive": two},
        *(ie(f"IE{number}", f"=T{number}", published=True) for number in (2, 3, 4)),
        ie("IE5", "Other", published=True, institution="INS02"),
    )
    return world


def test_a_sheet_goes_out_and_its_changes_come_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = _five(tmp_path)
    config = world.write_settings()
    assert mdwatch("set", "create", "all", "--where", "pid ^= IE", config=config).status == 0
    out = tmp_path / "out.csv"
    call = ("sheet", "export", "--set", "all", "--fields", "dc:title,dc:subject", out)
    done = mdwatch(*call, config=config)
    assert (done.status, done.err, done.out) == (0, "", f"{out}: 5 IEs\n")
    text = out.read_text(encoding="utf-8-sig")
    assert text.splitlines()[:3] == ["pid,version,dc:title,dc:title#2,dc:subject", "IE1,1,A,B,", "IE2,1,'=T2,,"]
    again = mdwatch(*call, config=config)
    assert (again.status, "is there already" in again.err) == (2, True)

    apply = ("sheet", "apply", out, "--job", JOB, "--yes")
    assert mdwatch(*apply, config=config).out == "0 rows to update, 5 the same, 0 refused\n"
    # Meanwhile somebody else updates IE3, and IE4 to what the sheet is going to say.
    world.drop("a.xml", update("IE3", dc("Meanwhile")))
    world.drop("b.xml", update("IE4", dc("Same")))
    world.run()
    for old, new in (("A,B,", "A,Bee,maps"), ("'=T2", "=New"), ("'=T3", "Lost"), ("'=T4", "Same"), ("Other", "Mine")):
        text = text.replace(old, new)
    out.write_text(text, encoding="utf-8")

    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    done = mdwatch(*apply[:-1], config=config)
    assert (done.status, done.out.endswith("Nothing is written\n")) == (1, True)
    assert [*world.folder.glob("*.xml")] == []
    done = mdwatch(*apply, config=config)
    lines = done.out.splitlines()
    assert done.status == 1
    assert lines[:5] == [
        "line 2, IE1: an updateMD file",
        "  descriptive record:",
        "  - dc:record/dc:title: B",
        "  + dc:record/dc:title: Bee",
        "  + dc:record/dc:subject: maps",
    ]
    why = "refused: the IE was changed meanwhile (version 1 in the sheet, 2 now); export the sheet again"
    assert f"line 4, IE3: {why}" in lines
    assert [line for line in lines if line.startswith("line 6, IE5: refused: ")]
    assert lines[-2:] == [
        "2 rows to update, 1 the same, 2 refused",
        f"2 updateMD files written to {world.folder}",
    ]
    names = sorted(path.name for path in world.folder.glob("*.xml"))
    assert [name.rsplit("-", 1)[1] for name in names] == ["IE1.xml", "IE2.xml"]
    assert all(name.startswith(f"{JOB}-2") for name in names)
    world.run()
    assert [world.title(f"IE{number}") for number in range(1, 6)] == ["A|Bee", "=New", "Meanwhile", "Same", "Other"]
    record = world.get("IE1").descriptive
    assert record is not None
    assert "<dc:date>1900</dc:date>" in record.content
    done = mdwatch(*apply, config=config)
    assert "0 rows to update, 3 the same, 2 refused" in done.out


def test_an_apostrophe_of_the_export_does_not_become_part_of_a_value(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", "Map 1"), ie("IE2", "Map 2"))
    config, out = world.write_settings(), tmp_path / "out.csv"
    call = ("sheet", "export", "--pid", "IE1", "--pid", "IE2", "--fields", "dc:title", out)
    assert mdwatch(*call, config=config).status == 0
    text = out.read_text(encoding="utf-8-sig")
    out.write_text(text.replace("'Map 1", "'Map One").replace("'Map 2", "'Map 3"), encoding="utf-8")
    done = mdwatch("sheet", "apply", out, "--job", JOB, "--yes", config=config)
    assert (done.status, "line 2, IE1: refused: dc:title: 'Map One begins with" in done.out) == (1, True)
    world.run()
    assert (world.title("IE1"), world.title("IE2")) == ("Map 1", "Map 3")


def test_a_sheet_that_was_saved_with_other_line_ends_changes_nothing_else(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", "One\nline"), ie("IE2", "Two\nlines"))
    config, out = world.write_settings(), tmp_path / "out.csv"
    call = ("sheet", "export", "--pid", "IE1", "--pid", "IE2", "--fields", "dc:title", out)
    assert mdwatch(*call, config=config).status == 0
    saved = out.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").replace(b"Two", b"Three")
    out.write_bytes(saved)
    done = mdwatch("sheet", "apply", out, "--job", JOB, "--yes", config=config)
    assert "1 row to update, 1 the same, 0 refused" in done.out
    world.run()
    record = world.get("IE2").descriptive
    assert record is not None
    assert "<dc:title>Three\nlines</dc:title>" in record.content


def test_ies_by_pid_a_dry_run_and_json(tmp_path: Path) -> None:
    world = World(tmp_path)
    commented = f'<dc:record xmlns:dc="{DC_NS}"><!-- by hand --><dc:title>Old</dc:title></dc:record>'
    world.load(*(ie(f"IE{number}") | {"descriptive": commented} for number in (1, 2, 3, 10)))
    config = world.write_settings()
    assert mdwatch("ie", "delete", "IE3", config=config).status == 0
    out = tmp_path / "out.csv"
    pids = [word for pid in ("IE10", "IE2", "IE3", "IE1", "IE77") for word in ("--pid", pid)]
    done = mdwatch("sheet", "export", *pids, "--fields", "dc:title", out, config=config)
    assert done.out.splitlines() == [
        f"{out}: 3 IEs",
        "IE77 is left out: there is no such IE",
        "IE3 is left out: it is deleted",
    ]
    for wrong in (
        (*pids, "--set", "x", "--fields", "dc:title"),
        ("--fields", "dc:title"),
        (*pids, "--fields", "dc:titel"),
    ):
        assert mdwatch("sheet", "export", *wrong, tmp_path / "no.csv", config=config).status == 2

    out.write_text(out.read_text(encoding="utf-8-sig").replace("Old", "New") + "IE3,2,New\r\n", encoding="utf-8")
    apply = ("sheet", "apply", out, "--job", JOB, "--json")
    assert mdwatch(*apply, config=config).status == 2
    dry = mdwatch(*apply, "--dry-run", config=config)
    assert (dry.status, dry.json["written"], world.files()) == (1, [], [])
    assert [(row["pid"], row["effect"]) for row in dry.json["rows"]] == [
        ("IE10", "changed"), ("IE2", "changed"), ("IE1", "changed"), ("IE3", "refused"),
    ]  # fmt: skip
    assert dry.json["rows"][0]["records"][0]["difference"]["added"] == [{"path": "dc:record/dc:title", "value": "New"}]
    written = mdwatch(*apply, "--yes", config=config).json["written"]
    # In the order of the rows, whatever the PIDs are; and so the job takes them.
    assert written == sorted(written) == world.files()
    assert [name.rsplit("-", 1)[1] for name in written] == ["IE10.xml", "IE2.xml", "IE1.xml"]
    world.run()
    with world.context() as context, context.repository.read() as connection:
        rows = connection.exec_driver_sql("SELECT pid, code FROM journal ORDER BY id").all()
    assert [tuple(row) for row in rows] == [("IE10", "updated"), ("IE2", "updated"), ("IE1", "updated")]
    record = world.get("IE1").descriptive
    assert record is not None
    assert record.content == commented.replace("Old", "New")
    (tmp_path / "titel.csv").write_text("pid,version,dc:titel\nIE1,2,x\n", encoding="utf-8")
    done = mdwatch("sheet", "apply", tmp_path / "titel.csv", "--job", JOB, "--yes", config=config)
    assert (done.status, "Dublin Core has no dc:titel" in done.err) == (2, True)


def test_a_workbook_goes_out_and_its_changes_come_in(tmp_path: Path) -> None:
    world = World(tmp_path)
    several = (
        f'<dc:record xmlns:dc="{DC_NS}"><dc:title>=1+1</dc:title><dc:title xml:lang="fr">Un</dc:title>'
        "<dc:title></dc:title><dc:title>007</dc:title></dc:record>"
    )
    long = f'<dc:record xmlns:dc="{DC_NS}"><dc:title>{"x" * 32_768}</dc:title></dc:record>'
    world.load(
        ie("IE1") | {"descriptive": several}, ie("IE2", "Maps"), ie("IE3", "Maps"), ie("IE4") | {"descriptive": long}
    )
    config = world.write_settings()
    out = tmp_path / "out.XLSX"
    pids = [word for number in range(1, 5) for word in ("--pid", f"IE{number}")]
    done = mdwatch("sheet", "export", *pids, "--fields", "dc:title,dc:subject", out, config=config)
    assert done.out.splitlines() == [
        f"{out}: 3 IEs",
        "IE4 is left out: its dc:title has 32768 characters, more than a cell of XLSX holds; export it as CSV",
    ]
    apply = ("sheet", "apply", out, "--job", JOB, "--yes")
    assert mdwatch(*apply, config=config).out == "0 rows to update, 3 the same, 0 refused\n"
    book = openpyxl.load_workbook(out)
    cells = book["Records"]
    assert [cell.value for cell in cells[2]] == ["IE1", "1", "=1+1", None, "007", "Un", None]
    cells["E2"], cells["G2"], cells["C3"], cells["C4"] = "008", 1900, None, "=C2"
    book.save(out)
    done = mdwatch(*apply, config=config)
    assert done.status == 1
    assert "line 4, IE3: refused: cell C4 holds a formula; put its value there as text" in done.out.splitlines()
    table = tmp_path / "table.xlsx"
    pairs = openpyxl.Workbook()
    for row in (["old", "new"], ["Maps", "maps"]):
        pairs.worksheets[0].append(row)
    pairs.save(table)
    what = ("--pid", "IE3", "--fields", "dc:title", "--table", table)
    assert mdwatch("sheet", "replace", *what, "--job", JOB, "--yes", config=config).status == 0
    world.run()
    record = world.get("IE1").descriptive
    assert record is not None
    fields = (
        '<dc:title>=1+1</dc:title><dc:title xml:lang="fr">Un</dc:title><dc:title></dc:title><dc:title>008</dc:title>'
    )
    assert f"{fields}<dc:subject>1900</dc:subject>" in record.content.replace("<dc:title/>", "<dc:title></dc:title>")
    assert (world.title("IE2"), world.title("IE3")) == ("", "maps")


SUBJECTS = (
    f'<dc:record xmlns:dc="{DC_NS}" xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>Map</dc:title>'
    '<dc:subject>Maps</dc:subject><dc:subject xml:lang="fr">Maps</dc:subject><dc:subject>maps</dc:subject>'
    "<dc:subject>Old maps</dc:subject><dc:subject>obsolete</dc:subject></dc:record>"
)


def subjects(world: World, pid: str) -> list[str]:
    record = world.get(pid).descriptive
    assert record is not None
    return re.findall("<dc:subject[^>]*>(.*?)</dc:subject>", record.content)


def test_values_are_replaced_over_a_set(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(
        ie("IE1") | {"descriptive": SUBJECTS},
        ie("IE2", "Maps"),
        ie("IE3", lockedBy="ada") | {"descriptive": SUBJECTS},
        ie("IE4", published=True, source=[{"mid": "1", "subType": "mods", "content": "<mods/>"}])
        | {"descriptive": None},
    )
    config = world.write_settings()
    table = tmp_path / "table.csv"
    table.write_text("old,new\nMaps,maps\nobsolete,\n", encoding="utf-8")
    pids = [word for number in range(1, 6) for word in ("--pid", f"IE{number}")]
    call = ("sheet", "replace", *pids, "--fields", "dc:subject", "--table", table, "--job", JOB)
    dry = mdwatch(*call, "--dry-run", "--json", config=config)
    assert (dry.status, dry.json["written"], world.files()) == (1, [], [])
    assert {row["pid"]: row["effect"] for row in dry.json["rows"]} == {
        "IE1": "changed", "IE2": "same", "IE3": "refused", "IE4": "refused", "IE5": "refused",
    }  # fmt: skip
    done = mdwatch(*call, "--yes", config=config)
    assert [line for line in done.out.splitlines() if line.startswith("IE1")] == ["IE1: an updateMD file"]
    world.run()
    # What came to be there twice is there once; the same word in another language is another value.
    assert subjects(world, "IE1") == ["maps", "maps", "Old maps"]
    assert (subjects(world, "IE3"), world.title("IE2")) == (["Maps", "Maps", "maps", "Old maps", "obsolete"], "Maps")
    table.write_text("old,new\nOld,Antique\n", encoding="utf-8")
    what = ("--pid", "IE1", "--fields", "dc:subject", "--parts", "--table", table)
    assert mdwatch("sheet", "replace", *what, "--job", JOB, "--yes", config=config).status == 0
    world.run()
    assert subjects(world, "IE1") == ["maps", "maps", "Antique maps"]


def test_records_go_through_a_stylesheet(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"), ie("IE2", "Other"))
    config = world.write_settings()
    sheet = tmp_path / "upper.xsl"
    copy = (
        '<xsl:template match="@*|node()"><xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy></xsl:template>'
    )
    rule = "<xsl:template match=\"dc:title[.='Old']\"><dc:title>New</dc:title></xsl:template>"
    sheet.write_text(
        f'<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:dc="{DC_NS}">'
        f"{copy}{rule}</xsl:stylesheet>",
        encoding="utf-8",
    )
    call = ("sheet", "replace", "--pid", "IE1", "--pid", "IE2", "--xslt", sheet, "--job", JOB, "--yes")
    done = mdwatch(*call, config=config)
    assert (done.status, "1 row to update, 1 the same, 0 refused" in done.out) == (0, True)
    world.run()
    assert (world.title("IE1"), world.title("IE2")) == ("New", "Other")


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("a,b\n", "must name two columns"),
        ("old,new\nx\n", "has 1 cells"),
        ("old,new\n,x\n", "does not say what"),
        ("old,new\na,b\na,c\n", "by something else"),
        ("", "is empty"),
    ],
)
def test_a_table_that_cannot_be_read_is_told(tmp_path: Path, table: str, why: str) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    path = tmp_path / "table.csv"
    path.write_text(table, encoding="utf-8")
    call = ("sheet", "replace", "--pid", "IE1", "--fields", "dc:title", "--table", path, "--job", JOB, "--yes")
    done = mdwatch(*call, config=world.write_settings())
    assert (done.status, why in done.err) == (2, True)
