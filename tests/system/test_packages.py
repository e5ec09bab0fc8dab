"""`make deb`, and `pip install` with `mdwatch setup`: what they bring, update and remove under real systemd."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.system import docs, harness
from tests.system.harness import ROOT, Once, fact

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(harness.why_not() is not None, reason=str(harness.why_not())),
    pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no dpkg-deb"),
]


def _made(folder: Path) -> None:
    """The package, and the same as if it were a later one."""
    done = subprocess.run(
        ["make", "deb", f"PYTHON={harness.python_for_guest()}", "VERSION=0.1.0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = (ROOT / "build").glob("mdwatch_0.1.0_*.deb")
    shutil.copy2(built, folder)
    later = folder / "later"
    later.mkdir()
    subprocess.run(["dpkg-deb", "--raw-extract", str(built), str(later / "tree")], check=True)
    control = later / "tree" / "DEBIAN" / "control"
    control.write_text(control.read_text(encoding="utf-8").replace("0.1.0", "0.1.0+later"), encoding="utf-8")
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", str(later / "tree"), str(later)], check=True)
    shutil.rmtree(later / "tree")


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the guest found out."""
    page = "docs/installing.md"
    _build, deb, *_ = docs.blocks(page, "The Debian package")
    pip, pip_update, pip_remove = docs.blocks(page, "By pip")
    parts = {"deb": [deb], "pip": [pip], "pip_update": [pip_update], "pip_remove": [pip_remove]}
    at_home = {"language": "sh", "text": pip["text"].replace("/opt/mdwatch", "/root/mdwatch")}
    parts["pip_home"] = [at_home]
    parts["settings"] = [block for block in docs.blocks("README.md", "Install") if block["language"] == "toml"]

    def bring(once: Once, given: Path) -> None:
        harness.checkout(parts)(once, given)
        packages = once.made("deb", _made)
        (given / "source" / "build").mkdir(exist_ok=True)
        for package in packages.glob("*.deb"):
            shutil.copy2(package, given / "source" / "build")
        shutil.copytree(packages / "later", given / "later")
        asked = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps"]
        subprocess.run([*asked, f"--wheel-dir={given / 'wheels'}", "."], cwd=ROOT, check=True)

    return harness.run(Once(tmp_path_factory), "run-nspawn.sh", "packages", 900, bring)


def test_the_package_brings_the_service_up(facts: dict[str, Any]) -> None:
    found = fact(facts, "deb_installs")
    assert found["fresh"]["ActiveState"] == "active"
    assert found["fresh"]["UnitFileState"] == "enabled"
    assert re.fullmatch(r"(/usr)?/lib/systemd/system/mdwatch\.service", found["fresh"]["FragmentPath"])
    assert "Packaged" in found["title"]
    assert all(found["there"].values()), found["there"]
    assert found["owner"] == "640 root:mdwatch"
    # Nothing of the package is other than it was packaged, but for the settings; guests take no documentation.
    verified = [line for line in found["verified"].splitlines() if not re.search(r" /usr/share/(doc|man)/", line)]
    assert [line.split()[-1] for line in verified] == ["/etc/mdwatch/mdwatch.toml"]


def test_an_update_keeps_settings_and_whether_it_runs(facts: dict[str, Any]) -> None:
    found = fact(facts, "deb_updates")
    assert found["settings_kept"]
    assert found["restarted"]
    assert (found["running"]["ActiveState"], found["stopped"]["ActiveState"]) == ("active", "inactive")


def test_removed_it_leaves_settings_and_purged_it_leaves_data(facts: dict[str, Any]) -> None:
    found = fact(facts, "deb_removes")
    left = {path for path, there in found["removed"].items() if there}
    assert {path.split("/")[1] for path in left} == {"etc", "var", "operational_shared"}
    assert len([path for path in left if path.startswith("/etc/")]) == 3
    assert found["unit"]["ActiveState"] == "inactive"
    assert {path for path, there in found["purged"].items() if there} == {
        path for path in left if not path.startswith("/etc/")
    }
    assert "the database in /var/lib/mdwatch" in found["said"]


def test_pip_and_setup_bring_the_service(facts: dict[str, Any]) -> None:
    found = fact(facts, "pip_installs")
    assert found["command"] == "/opt/mdwatch/bin/mdwatch"
    assert found["unit"] == {
        "ActiveState": "active",
        "FragmentPath": "/usr/local/lib/systemd/system/mdwatch.service",
    }
    assert found["manual"]
    said = found["blocks"][0]["out"]
    assert "mdwatch.service (the unit): written" in said
    assert "systemctl daemon-reload: done" in said
    assert found["again"]["status"] == 0, json.dumps(found["again"])
    assert "mdwatch.service (the unit): is there already" in found["again"]["out"]
    assert found["in_a_home"]["status"] == 2, found["in_a_home"]
    assert "is in a home" in found["in_a_home"]["err"]


def test_pip_s_service_is_taken_away(facts: dict[str, Any]) -> None:
    found = fact(facts, "pip_removes")
    assert not any(found["gone"].values()), found["gone"]
    assert all(found["left"].values()), found["left"]
    assert found["unit"]["ActiveState"] == "inactive"
