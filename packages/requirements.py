"""What is needed of requirements.lock, hashes and all, to run the service or to build it: not the tools that test it.

    python packages/requirements.py run [EXTRA...]
    python packages/requirements.py build

The lock pins everything for every purpose and notes under each package what asks for it ("via"). From the direct
dependencies in pyproject.toml, and those of the extras named, these notes lead to the rest. Needs Python only.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def plain(requirement: str) -> str:
    """The name in a requirement, as the lock writes it."""
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower().replace("_", "-").replace(".", "-")


def main(purpose: str, extras: list[str]) -> str:
    """The part of the lock."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    direct = list(told["build-system"]["requires"] if purpose == "build" else told["project"]["dependencies"])
    for extra in extras:
        direct += told["project"]["optional-dependencies"][extra]
    locked = re.split(r"^(?=[A-Za-z0-9])", (ROOT / "requirements.lock").read_text(encoding="utf-8"), flags=re.MULTILINE)
    asked_by = {
        plain(entry): {plain(by) for by in re.findall(r"^    # +(?:via )?([a-z0-9].*)$", entry, re.MULTILINE)}
        for entry in locked
        if entry.strip()
    }
    wanted: set[str] = set()
    found = {plain(requirement) for requirement in direct}
    while found:
        wanted |= found
        found = {name for name, by in asked_by.items() if by & found} - wanted
    missing = wanted - asked_by.keys()
    if missing:
        raise SystemExit(f"requirements.lock lacks {', '.join(sorted(missing))}; make lock")
    return "".join(entry for entry in locked if entry.strip() and plain(entry) in wanted)


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1], sys.argv[2:]))
