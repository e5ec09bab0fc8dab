"""README's Install works word for word on a fresh Debian: installed, updated and removed under real systemd."""

from typing import Any

import pytest

from tests.system import docs, harness
from tests.system.harness import Once, fact

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(harness.why_not() is not None, reason=str(harness.why_not())),
]
TOOLS = {"pytest", "mypy", "ruff", "hatchling", "pip", "hypothesis", "psycopg", "mkdocs"}


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the guest found out."""
    *install, update, remove = docs.blocks("README.md", "Install")
    parts = {"install": install, "update": [update], "remove": [remove]}
    return harness.run(Once(tmp_path_factory), "run-nspawn.sh", "readme", 900, harness.checkout(parts))


def test_it_installs_and_applies_the_first_file(facts: dict[str, Any]) -> None:
    found = fact(facts, "installs")
    assert [item["status"] for item in found["blocks"]] == [0] * len(found["blocks"])
    assert (found["unit"], found["complaints"]) == ({"ActiveState": "active", "UnitFileState": "enabled"}, "")
    assert all(found["there"].values()), found["there"]
    assert found["settings_group"] == "640 root:mdwatch"
    assert "Map of the Alps, 1723" in found["title"]
    last = found["blocks"][-1]["out"]
    assert "updated" in last
    assert "IE IE1 has been successfully updated" in last


def test_nothing_that_builds_or_tests_is_on_the_machine(facts: dict[str, Any]) -> None:
    found = fact(facts, "installs")
    assert "sqlalchemy" in found["packages"]
    assert not TOOLS & set(found["packages"])
    assert not any(found["in_the_way"].values())


def test_an_update_is_run_and_leaves_what_is_the_machine_s(facts: dict[str, Any]) -> None:
    found = fact(facts, "updates")
    assert found["restarted"]
    assert (found["version"], found["settings_kept"]) == ("0.1.1", True)
    assert found["unit"] == {"ActiveState": "active", "NeedDaemonReload": "no"}


def test_removed_it_leaves_settings_logs_and_data(facts: dict[str, Any]) -> None:
    found = fact(facts, "removes")
    assert not any(found["gone"].values()), found["gone"]
    assert all(found["left"].values()), found["left"]
    assert found["unit"]["ActiveState"] == "inactive"
    said = found["blocks"][0]["out"]
    assert "What stays: settings (/etc/mdwatch)" in said
