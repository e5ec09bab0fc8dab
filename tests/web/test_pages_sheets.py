"""Sheets on the page, as a browser without JavaScript sends them: downloaded, uploaded, looked at, carried out."""

import io
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from mdwatch.formats import table
from mdwatch.formats.table import TableKind
from mdwatch.handlers.trail import listing
from mdwatch.model import AccountRole
from mdwatch.rules.acts import Act
from mdwatch.web.pages import sheet_pages
from tests.cli.calls import mdwatch
from tests.web.pages import ME, Page
from tests.web.sites import Site, site
from tests.web.test_accounts import bearer
from tests.worlds import DC_NS, JOB, World, dc, ie, update

SHEET, REPLACE, TRANSFORM = (f"/jobs/{JOB}/{what}" for what in ("sheet", "replace", "transform"))
DOWNLOAD = "/sets/all/sheet?fields=dc:title&kind="


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A set of four IEs, one of them another institution's, one too long for XLSX."""
    world = World(tmp_path)
    long = f'<dc:record xmlns:dc="{DC_NS}"><dc:title>{"x" * 32_768}</dc:title></dc:record>'
    world.load(
        ie("IE1", "=Maps", published=True),
        ie("IE2", "Maps", published=True),
        ie("IE3", "Maps", published=True, institution="INS02"),
        ie("IE4", published=True) | {"descriptive": long},
    )
    done = mdwatch("set", "create", "all", "--where", "pid ^= IE", config=world.write_settings())
    assert done.status == 0
    return world


def waiting(world: World) -> list[str]:
    """What lies in the drop folder."""
    return [path.name for path in world.folder.glob("*.xml")]


def upload(there: Site, path: str, data: bytes, **fields: str) -> Page:
    """The page that an upload leads to."""
    sent = there.client.post(path, files={"file": ("a", data)}, data=fields, headers=ME)
    if sent.status_code == 303:
        return Page(there, sent.headers["location"].partition("#")[0])
    return Page(there, path, answered=sent)


def test_a_sheet_is_downloaded_edited_looked_at_and_applied(world: World) -> None:
    with site(world) as there:
        assert Page(there, "/sets/all").buttons("//*[@id='part-sheet']") == ["Download as XLSX", "Download as CSV"]
        left = Page(there, f"{DOWNLOAD}xlsx")
        assert "IE4 its dc:title has 32768 characters" in left.text
        assert left.buttons() == ["Download it without them"]
        answer = there.client.get(f"{DOWNLOAD}xlsx&anyway=true")
        assert (answer.headers["content-type"], answer.headers["content-disposition"]) == (
            TableKind.XLSX.value, 'attachment; filename="all.xlsx"',
        )  # fmt: skip
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert [[cell.value for cell in row] for row in book.worksheets[0].rows][1:] == [
            ["IE1", "1", "=Maps"], ["IE2", "1", "Maps"], ["IE3", "1", "Maps"],
        ]  # fmt: skip
        plain = there.client.get(f"{DOWNLOAD}csv")
        assert plain.content.startswith(b"\xef\xbb\xbfpid,version,dc:title\r\nIE1,1,'=Maps\r\n")
        Page(there, "/sets/none/sheet?fields=dc:title", 404)
        assert "Dublin Core has no dc:titel" in Page(there, "/sets/all/sheet?fields=dc:titel", 400).text

        assert Page(there, SHEET).all("//input[@type='file']")
        book.worksheets[0]["C2"], book.worksheets[0]["C4"] = "<b>New", "Mine"
        target = io.BytesIO()
        book.save(target)
        shown = upload(there, SHEET, target.getvalue())
        assert shown.text.startswith(f"Job {JOB} 1 IE would change Nothing is written so far.")
        assert "IE3 line 4" in shown.read("//main//table[@class='small']/tbody")
        assert [shown.reads(f"//main//{tag}") for tag in ("del", "ins")] == [["=Maps"], ["<b>New"]]
        assert waiting(world) == []
        after = shown.press("Write 1 updateMD file")
        assert after.notice == "1 updateMD file written into the drop folder; the job applies them."
        (act,) = listing.acts(there.context, act=Act.JOB_SHEET.value, limit=20)
        assert (act.subject, act.who, act.way, act.outcome) == (JOB, "testclient", "page", "done")
        assert [name.rsplit("-", 1)[1] for name in waiting(world)] == ["IE1.xml"]
        world.run()
        assert world.title("IE1") == "&lt;b&gt;New"
        # What was seen is what is done: the same button pressed again comes to something else, and says so.
        again = there.client.post(f"{SHEET}/apply", data=hidden(shown), headers=ME)
        assert "It comes to something else by now" in again.text
        assert (waiting(world), "the IE was changed meanwhile" in again.text) == ([], False)


def hidden(page: Page) -> dict[str, str]:
    return {node.get("name", ""): node.get("value", "") for node in page.all("//main//input[@type='hidden']")}


def test_values_are_replaced_over_a_set(world: World) -> None:
    with site(world) as there:
        assert Page(there, REPLACE).reads("//select[@id='set']/option") == ["all"]
        pairs = table.write([["old", "new"], ["Maps", "Atlases"]], TableKind.XLSX)
        shown = upload(there, REPLACE, pairs, set="all", fields="dc:title", parts="1")
        assert [shown.reads(f"//main//{tag}") for tag in ("del", "ins")] == [["=Maps", "Maps"], ["=Atlases", "Atlases"]]
        # Somebody else comes in between: what is left to do is shown anew, and done after that.
        world.drop("a.xml", update("IE2", dc("Other")))
        world.run()
        sent = there.client.post(f"{REPLACE}/apply", data=hidden(shown), headers=ME)
        assert waiting(world) == []
        anew = Page(there, REPLACE, answered=sent)
        assert anew.reads("//main//ins") == ["=Atlases"]
        anew.press("Write 1 updateMD file")
        assert [act.way for act in listing.acts(there.context, act=Act.JOB_SHEET.value, limit=20)] == ["page"]
        world.run()
        assert [world.title(f"IE{number}") for number in (1, 2, 3)] == ["=Atlases", "Other", "Maps"]
        assert "1 would" not in upload(there, REPLACE, pairs, set="none", fields="dc:title").text
        assert "there is no set none" in upload(there, REPLACE, pairs, set="none", fields="dc:title").notice


STYLESHEET = """<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:template match="@*|node()"><xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy></xsl:template>
<xsl:template match="text()[.='Maps']">Atlases%s</xsl:template></xsl:stylesheet>"""


def test_a_stylesheet_is_for_managers_and_shows_first_what_it_changes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site(world) as there:
        assert Page(there, TRANSFORM).reads("//select[@id='set']/option") == ["all"]
        shown = upload(there, TRANSFORM, (STYLESHEET % "").encode(), set="all")
        assert [shown.reads(f"//main//{tag}") for tag in ("del", "ins")] == [["Maps"], ["Atlases"]]
        assert waiting(world) == []
        assert shown.press("Write 1 updateMD file").notice.startswith("1 updateMD file written into the drop folder")
        world.run()
        assert [world.title(f"IE{number}") for number in (1, 2, 3)] == ["=Maps", "Atlases", "Maps"]
        for data, why in (
            (b"<a/>", "the stylesheet uploaded cannot be used: not a stylesheet of XSLT 1.0"),
            ((STYLESHEET % "<xsl:include href='/etc/passwd'/>").encode(), "it has xsl:include"),
            (b"<xsl:", "the stylesheet uploaded cannot be used"),
        ):
            assert why in upload(there, TRANSFORM, data, set="all").notice
        monkeypatch.setattr(sheet_pages, "_TRANSFORM_SECONDS", -1.0)
        assert "takes more than" in upload(there, TRANSFORM, (STYLESHEET % "").encode(), set="all").notice
        with sheet_pages._transforming:
            assert "another stylesheet" in upload(there, TRANSFORM, b"<a/>", set="all").notice
        for role, statuses in ((AccountRole.OPERATOR, (403, 403)), (AccountRole.MANAGER, (200, 303))):
            token = {**ME, **bearer(there.context, role, "INS01")}
            sent = there.client.post(TRANSFORM, files={"file": ("a", b"<a/>")}, data={"set": "all"}, headers=token)
            assert (there.client.get(TRANSFORM, headers=token).status_code, sent.status_code) == statuses
            there.client.cookies.clear()
            linked = b"/transform" in there.client.get(f"/jobs/{JOB}", headers=token).content
            assert linked is (role is AccountRole.MANAGER)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "choose a file"),
        (b"PK\x03\x04", "the sheet cannot be read: it is no workbook that can be read"),
        (b"\xff\xfe", "line 1 is not UTF-8"),
        (b"pid,version,dc:titel\n", "Dublin Core has no dc:titel"),
        (b"pid,version,dc:title\nIE1,1,a\nIE2,1,b\n", "more than 1 IEs would change"),
    ],
)
def test_what_cannot_be_applied_is_told(world: World, monkeypatch: pytest.MonkeyPatch, data: bytes, why: str) -> None:
    monkeypatch.setattr(sheet_pages, "_MOST", 1)
    with site(world) as there:
        assert why in upload(there, SHEET, data).notice


def test_what_is_too_large_foreign_or_damaged_is_refused(world: World) -> None:
    with site(world) as there:
        large = there.client.post(SHEET, files={"file": ("a", b"x" * (9 << 20))}, headers=ME)
        assert (large.status_code, "longer than 8388608 bytes" in large.text) == (413, True)
        assert upload(there, SHEET, b"pid,version,dc:title\n" + b"\n" * (7 << 20)).text
        foreign: Mapping[str, str] = {**ME, "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        for path in (SHEET, f"{SHEET}/apply", REPLACE, f"{REPLACE}/apply"):
            assert there.client.post(path, headers=foreign).status_code == 403
        sent = there.client.post(SHEET, data={"file": "x"}, headers=ME)
        assert "in a form of the type multipart/form-data" in Page(there, sent.headers["location"]).notice
        kind = {**ME, "Content-Type": "multipart/form-data; boundary=b"}
        sent = there.client.post(SHEET, content=b"--c\r\n\r\n", headers=kind)
        assert "is damaged" in Page(there, sent.headers["location"]).notice
        sent = there.client.post(f"{SHEET}/apply", data={"file": "?", "seen": "x"}, headers=ME)
        assert "has been damaged" in Page(there, sent.headers["location"]).notice
        Page(there, "/jobs/none/sheet", 404)


def test_an_account_of_one_institution_learns_nothing_of_another(world: World) -> None:
    with site(world) as there:
        ours = bearer(there.context, AccountRole.OPERATOR, "INS01")
        viewer = bearer(there.context, AccountRole.VIEWER, "INS01")
        got = there.client.get(f"{DOWNLOAD}csv", headers=viewer)
        assert (got.status_code, b"IE3" in got.content) == (200, False)
        assert there.client.post(SHEET, files={"file": ("a", b"x")}, headers={**ME, **viewer}).status_code == 403
        for version in (1, 2):
            sheet = f"pid,version,dc:title\nIE3,{version},Maps\nIE99,1,x\n".encode()
            sent = there.client.post(SHEET, files={"file": ("a", sheet)}, headers={**ME, **ours})
            assert sent.text.count("there is no such IE") == 2
