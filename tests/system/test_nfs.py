"""The installed service on real NFS shares, 4.2 and 3, with files from another client (one boot for all)."""

import json
from typing import Any

import pytest

from tests.system import harness
from tests.system.harness import Once, fact

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(2400),
    pytest.mark.skipif(harness.why_not() is not None, reason=str(harness.why_not())),
]

IN_ORDER = [f"INFO   IE IE{number} has been successfully updated" for number in (1, 2, 3, 4, 5)] * 2


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the guest found out."""
    return harness.run(Once(tmp_path_factory), "run-vm.sh", "shares", 1800)


@pytest.fixture(params=["4.2", "3"])
def version(request: pytest.FixtureRequest) -> str:
    """A version of the protocol."""
    return str(request.param)


def test_it_is_that_protocol(facts: dict[str, Any], version: str) -> None:
    found = fact(facts, f"mounts {version}")
    assert f"vers={version}," in found["mount"]
    assert found["ActiveState"] == "active"


def test_files_of_another_client_are_applied_in_order(facts: dict[str, Any], version: str) -> None:
    found = fact(facts, f"applies_in_order {version}")
    assert found["dropped"]
    assert found["log"] == IN_ORDER
    assert found["left"] == ["done", "error"]


def test_the_files_are_such_as_it_may_not_link(facts: dict[str, Any]) -> None:
    # So that the moves above are those that the kernel's usual protection leaves.
    assert fact(facts, "prepares")["protected_hardlinks"] == "1"


def test_a_file_still_being_written_is_not_applied(facts: dict[str, Any], version: str) -> None:
    found = fact(facts, f"applies_none_half {version}")
    assert found["written"]
    # Over NFS a file is as old as its last byte: the short one that came meanwhile is the earlier one.
    names = [
        item["file"] for item in json.loads(found["versions"]) if (item["file"] or "").startswith(f"half{version}")
    ]
    assert names == [f"half{version}-2.xml", f"half{version}-1.xml"]
    assert found["slow"] == 20000
    assert not [line for line in found["log"] if line.startswith("ERROR")]
    assert found["left"] == ["done", "error"]


def test_a_server_that_goes_away_loses_nothing(facts: dict[str, Any], version: str) -> None:
    found = fact(facts, f"outlasts_the_server {version}")
    assert found["dropped"]
    assert found["log"] == IN_ORDER
    assert found["left"] == ["done", "error"]


def test_a_server_that_goes_away_is_told_and_stops_no_other_job(facts: dict[str, Any], version: str) -> None:
    found = fact(facts, f"outlasts_the_server {version}")
    assert "in trouble: share" in found["status"]
    # A worker that waits for its share is no reason for the watchdog to end the service.
    assert found["before"] == found["after"]
    assert found["local_seconds"] < 60


def test_it_starts_without_the_server(facts: dict[str, Any], version: str) -> None:
    found = fact(facts, f"restarts_without_the_server {version}")
    assert "stuck" not in found, found["stuck"]
    assert found["ActiveState"] == "active"
    assert found["local_seconds"] < 60
    assert found["dropped"]


def test_it_stops_cleanly(facts: dict[str, Any]) -> None:
    assert fact(facts, "stops") == {"ActiveState": "inactive", "Result": "success", "ExecMainStatus": "0"}
