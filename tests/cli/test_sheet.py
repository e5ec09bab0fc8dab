"""`mdwatch sheet` as an operator calls it: out, edited, in again, applied by the job."""

import io
from pathlib import Path

import pytest

from tests.cli.calls import mdwatch
from tests.worlds import DC_NS, JOB, World, dc, ie, update


def test_a_sheet_goes_out_and_its_changes_come_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    two = (
        f'<dc:record xmlns:dc="{DC_NS}"><dc:title>A</dc:title><dc:title>B</dc:title><dc:date>1900</dc:date></dc:record>'
    )
    world.load(
        ie("IE1", published=True) | {"descriptive": two},
        *(ie(f"IE{number}", f"=T{number}", published=True) for number in (2, 3, 4)),
        ie("IE5", "Other", published=True, institution="INS02"),
    )
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
