"""The Containerfile is built and run, where buildah is at hand; its base is the guests' Debian, not a registry's.

Docker and podman build the same file; here buildah does, which needs neither a daemon nor a network of its own.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.system import harness
from tests.system.harness import ROOT, Once

WHY_NOT = harness.why_not() or (None if shutil.which("buildah") else "missing: apt-get install buildah")
pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(900),
    pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT)),
]
PORT = 18653
# The daemon, alive by the image's own health check; then told to end.
LIFE = """
mdwatch config check
printf '[http]\\nlisten = ["127.0.0.1:{port}"]\\n' > /tmp/mdwatch.toml
mdwatch --config /tmp/mdwatch.toml run & daemon=$!
for try in $(seq 100); do {health} && break; sleep 0.2; done
{health} && echo healthy
kill -TERM $daemon
wait $daemon && echo ended
id -u; ls -ld /var/lib/mdwatch/mdwatch.db; touch /etc/mdwatch/x || true
"""


class Builder:
    """buildah, with a store of its own."""

    def __init__(self, store: Path) -> None:
        self._options = ["--root", str(store / "root"), "--runroot", str(store / "run"), "--storage-driver", "vfs"]

    def __call__(self, verb: str, *arguments: str) -> str:
        """Carries out a command of buildah; what it printed, faults among it."""
        done = subprocess.run(
            ["buildah", *self._options, verb, *arguments],
            cwd=ROOT,
            env={**os.environ, "BUILDAH_ISOLATION": "chroot"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"buildah {verb}: {done.stdout[-3000:]}"
        return done.stdout


def test_it_builds_and_what_it_built_runs(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    harness.build_image()
    wheels = Once(tmp_path_factory).made("wheels", harness.wheels)
    (tmp_path / "pip.conf").write_text("[global]\nno-index = true\nfind-links = /wheels\n", encoding="utf-8")
    buildah = Builder(tmp_path)
    empty = buildah("from", "scratch").strip()
    buildah("copy", "--quiet", empty, str(harness.IMAGE / "rootfs"), "/")
    buildah("commit", "--quiet", "--rm", empty, "localhost/base")
    buildah(
        "build", "--build-arg=BASE=localhost/base", "--pull-never", "--format=docker", "--file=Containerfile",
        f"--volume={wheels}:/wheels:ro", f"--volume={tmp_path}/pip.conf:/etc/pip.conf:ro", "--tag=mdwatch", ".",
    )  # fmt: skip
    made = buildah("from", "--pull-never", "localhost/mdwatch").strip()
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    health = re.search(r'HEALTHCHECK.*?CMD \["python3", "-c", "(.*?)"\]', text, re.DOTALL)
    assert health is not None
    check = f'python3 -c "{health[1].replace(":8650", f":{PORT}")}" 2>/dev/null'
    said = buildah("run", made, "--", "sh", "-c", LIFE.format(port=PORT, health=check))
    assert "/etc/mdwatch/mdwatch.toml: fine" in said
    assert "healthy\n" in said
    assert "ended\n8650\n-rw-" in said
    assert "touch: cannot touch '/etc/mdwatch/x': Permission denied" in said
