"""What docs/administrators/ tells to do is done word for word under real systemd, and does what it says."""

from typing import Any

import pytest

from tests.system import docs, harness
from tests.system.harness import Once, fact

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(harness.why_not() is not None, reason=str(harness.why_not())),
]
PAGES = "docs/administrators"


def shell(page: str, section: str) -> list[dict[str, str]]:
    return [block for block in docs.blocks(f"{PAGES}/{page}", section) if block["language"] == "sh"]


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the guest found out."""
    proxy = f"{PAGES}/proxy.md"
    parts = {
        "install": docs.blocks("README.md", "Install")[:-2],
        "look": shell("monitoring.md", "At a glance"),
        "proxy": docs.blocks(proxy, "A token for the operators") + docs.blocks(proxy, "The settings"),
        "nginx": docs.blocks(proxy, "nginx"),
        "backup": shell("backup.md", "Backup"),
        "restore": shell("backup.md", "Restore"),
        "update": shell("updating.md", "Updating"),
        "remove": shell("updating.md", "Removing"),
    }
    return harness.run(Once(tmp_path_factory), "run-nspawn.sh", "operations", 900, harness.checkout(parts))


def test_how_it_stands_is_told(facts: dict[str, Any]) -> None:
    fact(facts, "installs")
    found = fact(facts, "looks")
    said = found["blocks"][0]["out"]
    assert "Active: active (running)" in said
    assert "job updates: last run" in said
    assert (found["health"][0], found["ready"][0]) == (200, 200)


def test_behind_a_proxy_harvesters_get_what_is_public_and_operators_all(facts: dict[str, Any]) -> None:
    found = fact(facts, "serves_by_a_proxy")
    assert found["identify"][0] == 200
    assert "<baseURL>https://metadata.example.org/oai</baseURL>" in found["identify"][1]
    assert {found["public_page"], found["public_admin"]} <= {401, 403, 404}
    assert (found["without_token"], found["local_without_token"]) == (401, 401)
    assert found["with_token"][0] == 200
    assert "updates" in found["with_token"][1]
    assert {found["pause"], found["resume"]} == {200}
    assert found["token_mode"] == "0o600"


def test_a_restore_brings_everything_back_once_and_in_order(facts: dict[str, Any]) -> None:
    backed_up, found = fact(facts, "backs_up"), fact(facts, "restores")
    assert backed_up["kept"] == ["mdwatch", "mdwatch.begun", "mdwatch.db", "mdwatch.service.d"]
    assert backed_up["after"] == [*backed_up["before"], "b.xml", "c.xml"]
    assert found["history"] == backed_up["after"]
    assert '"Latest' in found["title"] or ">Latest<" in found["title"]
    assert found["left"] == []
    assert {"first.xml", "b.xml", "c.xml"} <= set(found["done"])
    assert "mdwatch.db.damaged" in found["damaged"]
    assert found["audit"] == [0, []]
    assert found["unit"]["ActiveState"] == "active"


def test_an_update_leaves_what_was_kept(facts: dict[str, Any]) -> None:
    found = fact(facts, "updates")
    assert found["restarted"]
    assert found["blocks"][0]["out"].splitlines()[-1] == "active"
    assert found["history"] == fact(facts, "restores")["history"]


def test_a_removal_leaves_data_and_the_last_word_leaves_nothing(facts: dict[str, Any]) -> None:
    found = fact(facts, "removes")
    assert [block["status"] for block in found["blocks"]] == [0, 0], found["blocks"]
    assert all(found["data"].values()), found["data"]
    assert not any(found["gone"].values()), found["gone"]
    assert found["user"] == ""
    assert "c.xml" in found["drop_folder"]
