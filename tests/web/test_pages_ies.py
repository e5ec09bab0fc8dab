"""Pages of IEs and files, and finding them; names and titles that mean harm are shown as text and still work."""

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from mdwatch.handlers.exports import request
from mdwatch.handlers.ies import change
from mdwatch.model import Stage
from mdwatch.web.serving import paging
from tests.web.pages import Page, text_of, world_of
from tests.web.sites import Site, site
from tests.worlds import JOB, World, dc, ie, metadata, mods, update

SCRIPT = "<script>alert(1)</script>"
HOSTILE = [
    "<script>alert(1)&.xml",
    "\"'><img src=x onerror=alert(1)>.xml",
    "\N{RIGHT-TO-LEFT OVERRIDE}lmx.evil.xml",
    "line\nbreak\r\ttab.xml",
    os.fsdecode(b"odd \xff\xfe bytes.xml"),
    "{{ 7*7 }}{% raw %}.xml",
    "100%25 + a?b#c&d;e=f.xml",
    f"{'n' * 251}.xml",
    " space at the ends .xml",
    "\N{ARABIC LETTER ALEF}\N{ARABIC LETTER BEH}.xml",
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_file_name_is_text_and_its_links_and_buttons_work(tmp_path: Path, name: str) -> None:
    world = World(tmp_path)
    world.drop(name, update("IE9", dc("New")))
    world.run()
    with site(world) as there:
        page = Page(there, "/")
        (row,) = page.all("//tr[starts-with(@id, 'error-')]")
        assert page.all("//main//script | //main//img | //bdi/*") == []
        assert all(sign.isprintable() for sign in row.text_content() if sign != "\n")
        link = row.xpath(".//a/@href")[0]
        story = Page(there, link)
        assert "IE does not exist" in story.text
        assert row.xpath(".//a")[0].text_content() == story.one("//h1").text_content()
        assert Page(there, f"/jobs/{JOB}").one("//tr[starts-with(@id, 'error-')]/td[2]/a").get("href") == link
        (button,) = [text for text in page.buttons() if text.startswith("Retry") and "selected" not in text]
        assert "is back in the drop folder" in page.press(button).notice
        assert "It lies in the drop folder" in Page(there, link).text
    # A name that leaves no room for that of its reason file was shortened in error/, and stays so.
    (key,) = parse_qs(urlsplit(link).query)["name"]
    assert (world.folder / str(paging.name_of(key))).exists()


def test_a_hostile_title_and_values_are_text(tmp_path: Path) -> None:
    world = World(tmp_path)
    title = "&lt;script&gt;alert(1)&lt;/script&gt;\N{RIGHT-TO-LEFT OVERRIDE}\N{NO-BREAK SPACE}{{ 7*7 }}"
    world.load(ie("IE1", title=title, lockedBy=f"me {SCRIPT}"))
    with site(world) as there:
        page = Page(there, "/ies/IE1")
    assert page.read("//h1") == f"{SCRIPT}\\u202e {{{{ 7*7 }}}}"
    assert page.all("//main//script") == []
    assert page.one("//ins/bdi").text == f"{SCRIPT}\\u202e\N{NO-BREAK SPACE}{{{{ 7*7 }}}}"
    assert f"held by me {SCRIPT}; no update" in page.text
    assert "&lt;script&gt;" in page.read("//pre")


def test_an_ie_with_history_differences_events_and_files(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", source=[{"mid": "7", "subType": "mods", "content": mods("Then")}]))
    world.drop("a.xml", update("IE1", dc("New"), metadata(mods("Now"), "source", "mods", "7")))
    world.run()
    with site(world) as there:
        page = Page(there, "/ies/IE1")
    assert page.read("//h1") == "New"
    newest = page.one("//li[@id='version-2']")
    assert "Updated by editor" in page.read("//li[@id='version-2']/p")
    assert newest.xpath(".//a/@href") == [f"/jobs/{JOB}/file?name=a.xml"]
    assert page.reads("//li[@id='version-2']//tbody/tr") == [
        "−removed dc:record/dc:title Old",
        "+added dc:record/dc:title New",
        "−removed mods:mods/mods:titleInfo/mods:title Then",
        "+added mods:mods/mods:titleInfo/mods:title Now",
    ]
    assert page.reads("//details/summary") == [
        "Descriptive record (dc), as XML",
        "Source record 7 (mods), as XML",
        "1 event",
    ]
    assert "eventIdentifierValue 130" in page.text
    assert page.reads("//tr[starts-with(@id, 'file-')]/td[1]") == ["a.xml"]
    assert "It has none, being not published." in page.text


def test_versions_page_by_page(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    with site(world) as there:
        for number in range(2, 13):
            world.drop("a.xml", update("IE1", dc(f"Title {number}")))
            world.run()
        first = Page(there, "/ies/IE1")
        assert len(first.all("//li[starts-with(@id, 'version-')]")) == 10
        (older,) = first.all("//a[text()='Earlier versions']")
        second = Page(there, older.get("href", "").partition("#")[0])
    assert second.reads("//li[starts-with(@id, 'version-')]//h3") == ["Version 2", "Version 1"]
    assert second.reads("//a[text()='Earlier versions']") == []


def question(there: Site, words: str) -> Page:
    """What is asked where the link with these words on the page of IE1 leads."""
    (link,) = [item for item in Page(there, "/ies/IE1").all("//a[@class='button']") if text_of(item) == words]
    return Page(there, link.get("href", ""))


def test_the_buttons_of_an_ie(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    with site(world) as there:
        page = Page(there, "/ies/IE1")
        assert page.buttons() == ["Publish", "Move to SIP processing"]
        assert page.reads("//a[@class='button']") == ["Lock", "Delete"]
        asked = question(there, "Lock")
        assert asked.read("//h1") == "Lock IE1?"
        assert "It is locked in the name of testclient." in asked.text
        assert "files for it go to error/" in asked.text
        assert asked.press("Lock IE1").notice == "IE IE1 is locked by testclient."
        assert page.press("Publish").notice == "IE IE1 is published."
        sip = page.press("Move to SIP processing")
        assert sip.buttons() == ["Unlock", "Move to the permanent repository"]
        assert sip.reads("//a[@class='button']") == ["Unpublish", "Delete"]
        assert sip.press("Move to the permanent repository").notice == "IE IE1 is in stage permanent."
        asked = question(there, "Unpublish")
        assert "Harvesters are told that it is deleted" in asked.text
        assert asked.press("Unpublish IE1").notice == "IE IE1 is not published."
        assert Page(there, "/ies/IE1").press("Unlock").buttons() == ["Publish", "Move to SIP processing"]
        change.set_stage(there.context, "IE1", Stage.SIP)
        refused = page.press("Publish")
        assert refused.notice == "IE IE1 is in SIP processing; publish it when it is permanent"
        assert refused.buttons() == ["Move to the permanent repository"]
        asked = question(there, "Delete")
        assert "Its exports are taken away" not in asked.text, "it is not published"
        gone = asked.press("Delete IE1")
        assert gone.notice == "IE IE1 is deleted."
        assert (gone.buttons(), gone.reads("//a[@class='button']")) == ([], ["Lock", "Undelete"])
        asked = question(there, "Undelete")
        assert "It is as it was before: in stage sip, with all its records" in asked.text
        assert asked.press("Undelete IE1").notice == "IE IE1 is no longer deleted."
        acts = Page(there, "/ies/IE1").reads("//tr[starts-with(@id, 'act-')]/td[2]")
        assert acts[:3] == ["Undeleted", "Deleted", "Published"], "newest first, the refused one too"
        Page(there, "/ies/IE9/lock", status=404)


def test_an_ie_is_taken_back_to_an_earlier_version(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    world.drop("a.xml", update("IE1", dc("New")))
    world.run()
    with site(world) as there:
        page = Page(there, "/ies/IE1")
        order = page.reads("//h1 | //h2")
        assert order[:3] == ["New", "Records", "History"]
        assert page.read("//section[@aria-labelledby='records']/dl") == "title New"
        asked = question(there, "Revert to it (version 1)")
        assert [text.split() for text in asked.reads("//tr[@class]")] == [
            ["−removed", "dc:record/dc:title", "New"],
            ["+added", "dc:record/dc:title", "Old"],
        ]
        done = asked.press("Revert IE1 to version 1")
        assert (done.notice, done.read("//h1")) == ("IE IE1 has the records of version 1 again, as version 3.", "Old")
        assert "nothing would change" in Page(there, "/ies/IE1/revert?to=1").text
        assert "already" in Page(there, "/ies/IE1/revert?to=1").press("Revert IE1 to version 1").notice
        Page(there, "/ies/IE1/revert?to=9", status=404)


def test_exports_of_an_ie_lead_to_their_documents(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["export"] = {"formats": ["oai_dc", "native_json"]}
    world.load(ie("IE1", published=True))
    with site(world) as there:
        assert "None yet; it is due." in Page(there, "/ies/IE1").text
        request.carry_out(there.context, "all", "me")
        page = Page(there, "/ies/IE1")
        assert [text.split()[:2] for text in page.reads("//tr[starts-with(@id, 'export-')]")] == [
            ["native_json", "current"],
            ["oai_dc", "current"],
        ]
        document = there.client.get(page.one("//tr[@id='export-oai_dc']//a").get("href", ""))
        assert (document.status_code, b"<dc:title>Old</dc:title>" in document.content) == (200, True)
        world.drop("a.xml", update("IE1", dc("New")))
        world.run()
        assert "due" in Page(there, "/ies/IE1").read("//tr[@id='export-oai_dc']")


def test_a_file_and_its_story(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        done = Page(there, f"/jobs/{JOB}/file?name=a.xml")
        assert "updated" in done.read("//li[starts-with(@id, 'entry-')]")
        assert "done/" in done.text
        assert done.buttons() == []
        waits = Page(there, f"/jobs/{JOB}/file?name=b.xml")
        assert "It waits: IE is in SIP processing" in waits.text
        assert waits.buttons() == []
        failed = Page(there, f"/jobs/{JOB}/file?name=c.xml")
        assert "IE is locked by curator" in failed.text
        assert failed.press("Retry c.xml").notice.startswith("c.xml is back")
        again = Page(there, f"/jobs/{JOB}/file?name=c.xml")
        assert "It lies in the drop folder It waits for the next run of the job" in again.text
        assert again.buttons() == []
        assert "Nothing is known of it" in Page(there, f"/jobs/{JOB}/file?name=nix.xml").text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Give the PID of an IE"),
        ("IE1", "There is the IE IE1 . Files for IE1"),
        (" IE3 ", "There is the IE IE3 . Files for IE3"),
        ("IE9", "Files for IE9"),
        ("a.x", "Search Files"),
        ("A.XM", "Search Files Files that were found, newest first File What came of it Why When a.xml for IE1"),
        ("IE", "IEs IE1 New IE2 Old IE3 Old"),
        ("ol", "IEs IE2 Old IE3 Old"),
        ("wen", "Nothing is known of wen"),
        ("new.xml", "new.xml lies in the drop folder of dc"),
        ("'; DROP TABLE journal; --", "Nothing is known of '; DROP TABLE"),
        (SCRIPT, f"Nothing is known of {SCRIPT}"),
        ("../../etc/passwd", "Nothing is known of ../../etc/passwd"),
        ("..", "Nothing is known of .."),
        ("x" * 255, "Nothing is known of xxx"),
        ("ä" * 255, "Nothing is known of äää"),
    ],
)
def test_searching(tmp_path: Path, text: str, words: str) -> None:
    world = world_of(tmp_path)
    world.drop("new.xml", update("IE1", dc("Newer")))
    with site(world) as there:
        response = there.client.get("/search", params={"text": text})
        page = Page(there, f"/search?{response.request.url.query.decode()}")
    assert words in page.text.replace("IE1.", "IE1 .").replace("IE3.", "IE3 .")
    assert page.one("//input[@id='text']").get("value") == text.strip()


@pytest.mark.parametrize("text", ["IE1", "ie1", "oai:localhost.localdomain:IE1"])
def test_a_search_leads_to_the_ie_and_to_the_file(tmp_path: Path, text: str) -> None:
    with site(world_of(tmp_path)) as there:
        page = Page(there, f"/search?text={text}")
        assert Page(there, page.one("//p[contains(@class, 'card')]/a").get("href", "")).read("//h1") == "New"
        assert Page(there, page.one("//table//td[1]/a").get("href", "")).read("//h1") == "a.xml"


def test_a_run_is_undone_once_it_was_shown_what_comes_of_that(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.load(ie("IE5"), ie("IE6"))
    world.drop("e.xml", update("IE5", dc("New")))
    world.drop("f.xml", update("IE6", dc("New")))
    key = world.run().run_id
    with site(world) as there:
        change.lock(there.context, "IE6", "eve")
        (link,) = Page(there, f"/runs/{key}").all("//a[@class='button']")
        asked = Page(there, link.get("href", ""))
        assert "The run changed 2 IEs. 1 IE would get back the records of before the run" in asked.text
        assert asked.reads("//tr[starts-with(@id, 'left-')]") == ["IE6 locked by eve"]
        preview = there.ask("GET", f"/api/runs/{key}/undo")
        assert (preview["undone"], preview["left"][0]["pid"]) == (1, "IE6")
        done = asked.press(f"Undo run {key}")
        assert done.notice == f"Run {key} is undone. With the records of before: 1 IE. Left as they are: 1 IE."
        assert "There is nothing to undo." in done.text
        assert done.buttons() == []
        assert there.ask("POST", f"/api/runs/{key}/undo", 202)["message"] == f"run {key} is undone"
        assert there.ask("GET", f"/api/runs/{key}/undo")["already"] == 1
        there.ask("POST", "/api/runs/99/undo", 404)
    assert (world.title("IE5"), world.title("IE6")) == ("Old", "New")
