"""Breaks each guarantee on purpose, in a copy of the tree, and notes which tests say so.

    python -m tests.proof.sabotage

A guarantee that can be broken without a test failing is one that nothing holds; the program then ends with 1.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from tests.proof import tally


class Sabotage(NamedTuple):
    """One guarantee, how it is broken, and where the tests that hold it are."""

    guarantee: str
    path: str
    whole: str
    broken: str
    tests: tuple[str, ...]


UPDATES: Final = "tests/handlers/updates"
ALL: Final = (
    Sabotage(
        "files take effect in the order of their creation",
        "mdwatch/rules/sequence.py",
        "    files.sort(key=clock)\n",
        "",
        ("tests/rules/test_sequence.py", f"{UPDATES}/test_run_once.py"),
    ),
    Sabotage(
        "a decided file is never decided again",
        "mdwatch/handlers/updates/known_files.py",
        "    return found\n",
        "    return {}\n",
        (f"{UPDATES}/test_decided_files.py",),
    ),
    Sabotage(
        "nothing is overwritten by a move",
        "mdwatch/dropfolder/moving.py",
        "_NOREPLACE: Final = 1",
        "_NOREPLACE: Final = 0",
        ("tests/dropfolder/test_filing.py", "tests/dropfolder/test_filing_faults.py"),
    ),
    Sabotage(
        "a broken file that is young is not judged",
        "mdwatch/rules/grace.py",
        "return max(grace - unchanged_for, 0.0)",
        "return 0.0",
        ("tests/rules/test_grace.py",),
    ),
    Sabotage(
        "one file that cannot be moved stops no other",
        "mdwatch/rules/faults.py",
        "return Scope.ENTRY",
        "return Scope.FOLDER",
        ("tests/rules/test_faults.py", f"{UPDATES}/test_decided_files.py"),
    ),
    Sabotage(
        "whoever lost the lease touches nothing",
        "mdwatch/runtime/lease.py",
        "        if not held:\n",
        "        if False:\n",
        ("tests/runtime/test_lease.py", f"{UPDATES}/test_decided_files.py"),
    ),
    Sabotage(
        "each line stands in the log once",
        "mdwatch/formats/job_log.py",
        "            del left[0]\n",
        "            pass\n",
        ("tests/formats/test_job_log.py", "tests/logs"),
    ),
    Sabotage(
        "a moment from the future is not believed",
        "mdwatch/rules/moments.py",
        "kept is None or kept > now + AHEAD_SECONDS * 1000",
        "kept is None",
        ("tests/rules/test_moments.py",),
    ),
    Sabotage(
        "what an older file says does not replace what a later one wrote",
        "mdwatch/handlers/files/retry_verdict.py",
        "is RetryVerdict.REFUSED",
        "is None",
        ("tests/handlers/files/test_retry_order.py",),
    ),
    Sabotage(
        "a database that is gone is not a new one",
        "mdwatch/runtime/context.py",
        "known = first_use.since(settings.logs.directory, settings.repository.url)",
        "known = None",
        (f"{UPDATES}/test_decided_files.py", "tests/repository/test_engine.py"),
    ),
)


def failing(tree: Path, sabotage: Sabotage) -> list[str]:
    """The tests that fail in the tree while it is broken so; the tree is whole again afterwards."""
    path = tree / sabotage.path
    text = path.read_text(encoding="utf-8")
    if text.count(sabotage.whole) < 1:
        raise SystemExit(f"{sabotage.path} no longer says {sabotage.whole!r}")
    path.write_text(text.replace(sabotage.whole, sabotage.broken), encoding="utf-8")
    try:
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *sabotage.tests]
        done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    finally:
        path.write_text(text, encoding="utf-8")
    return re.findall(r"^FAILED \S*?tests/(\S+)", done.stdout, re.MULTILINE)


def main() -> int:
    """Breaks each in its turn; 1 where no test says so."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        left_out = shutil.ignore_patterns(".git", ".venv", "build", "__pycache__", ".mypy_cache", ".ruff_cache")
        shutil.copytree(tally.ROOT, tree, ignore=left_out, symlinks=True)
        for sabotage in ALL:
            found[sabotage.guarantee] = failing(tree, sabotage)
            print(f"{sabotage.guarantee}: {len(found[sabotage.guarantee])} tests fail", flush=True)  # noqa: T201
    tally.FOLDER.mkdir(parents=True, exist_ok=True)
    (tally.FOLDER / "sabotage.json").write_text(json.dumps(found), encoding="utf-8")
    return 0 if all(found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
