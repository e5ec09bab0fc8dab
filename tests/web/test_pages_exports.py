"""Pages of exports: what is due and failing, the batch that runs, the last ones with their logs, sets."""

from pathlib import Path

from sqlalchemy import insert

from mdwatch.handlers.exports import batch as export_batch
from mdwatch.handlers.exports import request as export_request
from mdwatch.handlers.oai import sets
from mdwatch.repository import batches as kept
from mdwatch.repository.tables.exports import export_failure
from mdwatch.web.pages import gathering
from tests.web.pages import Page
from tests.web.sites import site
from tests.worlds import JOB, World, dc, ie, update

EXPORTS = "//section[@aria-labelledby='exports']"


def world_of(root: Path) -> World:
    world = World(root)
    world.raw["export"] = {"formats": ["oai_dc"]}
    world.load(ie("IE1", title="Plan", published=True), ie("IE2", published=True), ie("IE3"))
    return world


def test_what_is_due_is_asked_for_followed_and_done(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        page = Page(there, "/")
        assert page.reads(f"{EXPORTS}//dl//dd") == ["2 IEs", "2 IEs", "None."]
        asked = page.press("Export what is due")
        assert asked.spot == "#exports"
        assert asked.notice.startswith("Batch 1 is asked for")
        assert "by testclient; it begins in a moment." in asked.read("//*[@id='batch']")
        assert page.press("Export what is due").notice == "Batch 1 is open already; one batch runs at a time."
        export_request.carry_out(there.context, "all", "me")
        batch = Page(there, "/batches/1")
        assert batch.read("//h1") == "Batch 1: export all that is due"
        assert batch.reads("//dl//dd") == ["2 of 2", "2", "0", "0"]
        assert "Batch 1 finished" in batch.read("//*[@class='log']")


def test_the_log_of_a_batch_is_shown_after_logrotate_has_renamed_it(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        ended = export_request.carry_out(there.context, "all", "me")
        assert ended.log is not None
        log = there.context.settings.logs.directory / ended.log
        log.rename(f"{log}.1")
        assert "Batch 1 finished" in Page(there, "/batches/1").read("//*[@class='log']")


def test_a_batch_that_runs_has_a_bar_and_can_be_cancelled(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        batch, _ = export_batch.request(there.context, "redo", "me")
        with there.context.repository.write() as connection:
            kept.start(connection, batch.id, 1_700_000_000_000, "export_x.log", 1200, 9)
            kept.add(connection, batch.id, processed=300, failed=2)
        page = Page(there, "/")
        assert page.read("//label[@for='progress']") == "300 of 1 200 IEs, 2 failed"
        bar = page.one("//progress")
        assert (bar.get("value"), bar.get("max")) == ("300", "1200")
        assert page.buttons(EXPORTS) == ["Cancel batch 1"]
        cancelled = page.press("Cancel batch 1")
        assert cancelled.notice == "Batch 1 is asked to end; it does so after the IEs in hand."
        assert "It is asked to end." in cancelled.read("//*[@id='batch']")
        assert "is no longer in the logs directory" in Page(there, "/batches/1").text
        with there.context.repository.write() as connection:
            kept.end(connection, batch.id, 1_700_000_001_000, "cancelled")
        assert page.press("Cancel batch 1").notice == "batch 1 has ended already"
        ended = Page(there, "/batches/1")
        assert ended.read("//main//span[contains(@class, 'badge')]") == "Cancelled"
        assert ended.buttons() == []


def test_failures_are_told_with_their_reasons(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        with there.context.repository.write() as connection:
            connection.execute(
                insert(export_failure).values(
                    ie_id=1,
                    format="oai_dc",
                    ie_version=1,
                    exporter_version="1",
                    reason="KeyError <b>",
                    since=1_700_000_000_000,
                    tried_at=1_700_000_000_000,
                    tries=3,
                    next_at=1_700_000_000_000,
                )
            )
        page = Page(there, "/")
        assert page.read("//*[@id='sentence']") == "1 IE cannot be exported in full."
        assert page.read("//tr[@id='failing-IE1-oai_dc']").startswith("IE1 oai_dc KeyError <b> 2023-11-1")
        assert "failing oai_dc: KeyError <b>" in Page(there, "/ies/IE1").text


def test_formats_and_last_batches_with_links(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        export_request.carry_out(there.context, "all", "me")
        page = Page(there, "/")
        assert page.reads("//details[@id='formats']//tbody/tr") == ["oai_dc 2 0 0"]
        (row,) = page.all("//tr[@id='batch-1']")
        assert Page(there, row.xpath(".//a/@href")[0]).read("//h1").startswith("Batch 1")


def test_sets_with_their_members(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        assert "There is none yet." in Page(there, "/sets").text
        sets.create(there.context, "plans:old~", 'dc:title = "Plan"', name="Plans & <maps>")
        export_request.carry_out(there.context, "set", "me", set_spec="plans:old~")
        gathering.forget_exports(there.context)
        page = Page(there, Page(there, "/").one("//section[@aria-labelledby='sets']//a[1]").get("href", ""))
        assert "http://localhost/oai" in page.text
        (row,) = page.all("//tr[@id='set-plans:old~']")
        assert "Plans & <maps>" in row.text_content()
        assert row.xpath("./td[3]")[0].text_content() == "1"
        shown = Page(there, row.xpath(".//a/@href")[0])
        assert shown.reads("//ul[@class='found']/li") == ["IE1 Plan"]
        assert "set=plans%3Aold~" in shown.one("//section[@aria-labelledby='harvest']//a").get("href", "")


def test_a_set_is_made_changed_and_deleted_with_a_look_at_who_belongs_to_it(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        form = Page(there, "/set/new?definition=dc:title+%3D+plan&spec=plans&name=Plans")
        assert form.read("//*[@id='preview']") == "1 IE of 2 published would belong to it. IE1 Plan"
        assert form.one("//textarea").text == "dc:title = plan"
        made = form.press("Make the set")
        assert made.notice == "Set plans is made. Batch 1 looks at all published IEs and fills it."
        assert made.read("//h1") == "Plans"
        export_request.carry_out(there.context, "set", "me", set_spec="plans")
        assert Page(there, "/sets/plans").reads("//ul[@class='found']/li") == ["IE1 Plan"]
        # What cannot be read is told, and what was typed is there still.
        again = Page(there, "/set/new?definition=title+is+plan&name=Other").press("Make the set")
        assert again.notice.startswith("the definition cannot be read from character")
        assert again.one("//textarea").text == "title is plan"
        assert again.one("//input[@name='name']").get("value") == "Other"
        assert "cannot be read" in again.read("//*[@id='preview']")
        taken = form.press("Make the set")
        assert "plans" in taken.notice
        assert "bad" in taken.one("//*[@id='notice']").get("class", "")
        change = Page(there, "/sets/plans/change?definition=pid+%3D+IE2")
        assert change.one("//input[@name='name']").get("value") == "Plans"
        assert change.read("//*[@id='preview']").startswith("1 IE of 2 published would belong to it.")
        changed = change.press("Change the set")
        assert changed.notice.startswith("Set plans is changed.")
        assert "pid = IE2" in changed.text
        asked = Page(there, "/sets/plans/delete")
        assert "The IEs stay published" in asked.text
        assert asked.press("Delete set plans").notice.startswith("Set plans is deleted.")
        assert "There is none yet." in Page(there, "/sets").text


def test_the_pace_of_a_batch_and_the_last_days_in_pictures(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.drop("a.xml", update("IE1", dc("New")))
    world.drop("b.xml", b"<")
    world.run()
    with site(world) as there:
        export_request.carry_out(there.context, "all", "me")
        page = Page(there, "/")
        told = [svg.get("aria-label", "") for svg in page.all("//*[local-name()='svg']")]
        assert [text.rpartition(",")[0].split(" days")[0] for text in told] == [
            "Files over 30",
            "Files in error over 30",
            "Documents exported over 30",
        ]
        assert [text.rpartition(", ")[2] for text in told] == ["today 2", "today 1", "today 2"]
        assert len(page.all("//*[local-name()='rect']")) == 3
        assert len(Page(there, f"/jobs/{JOB}").all("//*[local-name()='svg']")) == 2
        batch, _ = export_batch.request(there.context, "redo", "me")
        now = there.context.clock.now()
        with there.context.repository.write() as connection:
            kept.start(connection, batch.id, now - 100_000, "export_x.log", 1200, 9)
            kept.add(connection, batch.id, processed=300)
        assert "3 IEs per second, about 5 minutes left" in Page(there, f"/batches/{batch.id}").text
