"""The installed unit: what can be told from its text, and what it does under real systemd (one boot for all)."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest

from tests.system import harness
from tests.system.harness import Once, fact

pytestmark = [pytest.mark.system, pytest.mark.timeout(1800)]

UNIT = harness.ROOT / "systemd" / "mdwatch.service"
needs_machine = pytest.mark.skipif(harness.why_not() is not None, reason=str(harness.why_not()))
needs_analyze = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the guest found out."""
    return harness.run(Once(tmp_path_factory), "run-nspawn.sh", "units", 600)


@needs_analyze
def test_its_exposure_is_at_most_one_and_a_half() -> None:
    # Here the scale goes to 100.
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager", str(UNIT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_line_of_it_is_explained() -> None:
    for paragraph in UNIT.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in paragraph.splitlines() if line and not line.startswith("[")]
        if lines and paragraph.strip() != "[Install]\nWantedBy=multi-user.target":
            assert lines[0].startswith("# ") or lines[0].startswith("Description="), f"without a word: {lines[0]}"


@needs_machine
def test_systemd_has_no_complaint(facts: dict[str, Any]) -> None:
    found = fact(facts, "installs")
    assert (found["verified"], found["complaints"]) == (0, "")


@needs_machine
def test_settings_can_be_read_by_its_group_only(facts: dict[str, Any]) -> None:
    found = fact(facts, "installs")
    assert (found["config_mode"], found["config_group"]) == ("0o640", "mdwatch")


@needs_machine
def test_it_starts_and_says_that_it_is_ready(facts: dict[str, Any]) -> None:
    found = fact(facts, "starts")
    assert (found["status"], found["said"]) == (0, "")
    assert (found["ActiveState"], found["SubState"], found["NRestarts"]) == ("active", "running", "0")
    assert "3 jobs" in found["StatusText"]


@needs_machine
def test_it_can_write_nowhere_but_in_its_folders(facts: dict[str, Any]) -> None:
    writable = [place for place, can in fact(facts, "is_confined")["writes"].items() if can]
    assert writable == ["/var/lib/mdwatch", "/operational_shared/md_update/INS01/updates"]


@needs_machine
def test_it_has_no_rights_of_root(facts: dict[str, Any]) -> None:
    found = fact(facts, "is_confined")
    assert found["user"] == "mdwatch"
    assert {int(found[key], 16) for key in ("CapEff", "CapBnd", "CapAmb")} == {0}
    assert (found["NoNewPrivs"], found["Seccomp"]) == ("1", "2")


@needs_machine
def test_it_processes_what_others_drop(facts: dict[str, Any]) -> None:
    found = fact(facts, "processes_a_drop")
    assert json.loads(found["ie"])["descriptive"].count("Dropped") == 1
    assert found["left"] == []
    assert found["log"] == [
        "INFO   IE IE1 has been successfully updated",
        "INFO   Job completed successfully",
        "ERROR   IE could not be updated, XML is not well-formed or invalid. File name is b.xml",
        "INFO   Job completed with Errors",
    ]


@needs_machine
def test_the_people_of_the_folder_can_read_the_reason(facts: dict[str, Any]) -> None:
    found = fact(facts, "processes_a_drop")
    assert (found["reason_mode"], found["reason_group"]) == ("0o640", 1500)


@needs_machine
def test_a_folder_it_may_not_write_to_is_the_trouble_of_one_job(facts: dict[str, Any]) -> None:
    found = fact(facts, "tells_of_a_closed_folder")
    assert found["status"]["state"] == "trouble"
    assert "Read-only file system" in found["status"]["reason"]
    assert re.search(r"in trouble: closed$", found["StatusText"])


@needs_machine
def test_worker_processes_live_in_the_sandbox(facts: dict[str, Any]) -> None:
    found = fact(facts, "uses_worker_processes")
    assert found["status"] == 0
    assert found["done"] == 700
    # The daemon, the server that forks, and at least one worker.
    assert found["most_processes"] >= 3


@needs_machine
def test_a_reload_takes_over_new_settings(facts: dict[str, Any]) -> None:
    found = fact(facts, "reloads")
    assert (found["status"], found["same"], found["ActiveState"]) == (0, True, "active")


@needs_machine
def test_a_reload_of_a_bad_file_changes_nothing(facts: dict[str, Any]) -> None:
    found = fact(facts, "survives_a_bad_reload")
    assert (found["same"], found["ActiveState"], found["NRestarts"]) == (True, "active", "0")
    assert found["again"] == 0


@needs_machine
def test_a_bad_file_is_an_error_in_the_journal(facts: dict[str, Any]) -> None:
    refusal = fact(facts, "survives_a_bad_reload")["refusal"]
    assert refusal["priority"] == 3
    assert "busy_seconds" in refusal["message"]
    assert "jobs.updates.user" in refusal["message"]


@needs_machine
def test_its_logs_can_be_rotated(facts: dict[str, Any]) -> None:
    found = fact(facts, "has_its_logs_rotated")
    assert (found["status"], found["said"]) == (0, "")
    assert "updates.log.1" in found["names"]
    assert found["kept"] == [True]
    assert found["log"] == ["INFO   IE IE5 has been successfully updated", "INFO   Job completed successfully"]


@needs_machine
def test_a_frozen_worker_has_it_restarted_by_the_watchdog(facts: dict[str, Any]) -> None:
    found = fact(facts, "is_restarted_by_the_watchdog")
    assert int(found["after"]["NRestarts"]) == int(found["before"]["NRestarts"]) + 1
    assert found["after"]["ActiveState"] == "active"
    assert "mdwatch.service: Watchdog timeout (limit 8s)!" in found["systemd"]


@needs_machine
def test_what_the_frozen_worker_had_in_hand_takes_effect_once(facts: dict[str, Any]) -> None:
    found = fact(facts, "is_restarted_by_the_watchdog")
    assert [item["file"] for item in json.loads(found["history"])].count("h.xml") == 1
    assert found["log"] == ["INFO   IE IE6 has been successfully updated", "INFO   Job completed successfully"]


@needs_machine
def test_the_journal_tells_where_the_frozen_worker_stood(facts: dict[str, Any]) -> None:
    assert fact(facts, "is_restarted_by_the_watchdog")["stacks"]


@needs_machine
def test_lines_in_the_journal_carry_their_priority(facts: dict[str, Any]) -> None:
    assert {3, 6} <= set(fact(facts, "is_restarted_by_the_watchdog")["priorities"])


@needs_machine
def test_it_comes_back_after_a_kill(facts: dict[str, Any]) -> None:
    found = fact(facts, "comes_back_after_a_kill")
    assert int(found["NRestarts"]) == int(found["before"]["NRestarts"]) + 1


@needs_machine
def test_it_stops_cleanly_within_seconds(facts: dict[str, Any]) -> None:
    found = fact(facts, "stops")
    assert (found["status"], found["ActiveState"], found["Result"]) == (0, "inactive", "success")
    # Exited of itself, with 0.
    assert (found["ExecMainCode"], found["ExecMainStatus"]) == ("1", "0")
    assert found["seconds"] < 10
    assert '"stopped"' in found["last"]


@needs_machine
def test_with_bad_settings_it_stays_down_and_tells_every_fault(facts: dict[str, Any]) -> None:
    found = fact(facts, "gives_up_on_bad_settings")
    assert found["status"] != 0
    assert (found["ActiveState"], found["SubState"], found["ExecMainStatus"]) == ("failed", "failed", "78")
    assert found["restarts"][1] == "0"
    said = "\n".join(found["said"])
    assert "busy_seconds" in said
    assert "jobs.updates.user" in said
