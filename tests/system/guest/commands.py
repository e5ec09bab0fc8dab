"""What documents tell is done word for word: `steps.json` holds the blocks, in parts; each hands back what it said.

A part is taken as a person would: block by block in the order of the page, each in a shell that begins where
the page says (the checkout); settings are added to the settings.
"""

import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.system.guest import world

SOURCE = Path("/input/source")
STEPS = Path("/input/steps.json")


def blocks(part: str) -> list[dict[str, str]]:
    """The blocks of a part: language and text of each."""
    found: list[dict[str, str]] = json.loads(STEPS.read_text(encoding="utf-8"))[part]
    return found


def do(part: str, number: int) -> dict[str, Any]:
    """One block of a part."""
    block = blocks(part)[number]
    if block["language"] == "toml":
        _set(block["text"])
        return {"status": 0, "out": "", "err": "", "text": block["text"]}
    environment = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/input/wheels", "HOME": "/root"}
    start = time.monotonic()
    done = subprocess.run(
        ["bash", "-e", "-u", "-o", "pipefail", "-c", block["text"]],
        cwd=SOURCE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        "status": done.returncode,
        "out": done.stdout,
        "err": done.stderr,
        "text": block["text"],
        "seconds": round(time.monotonic() - start, 1),
    }


def _set(text: str) -> None:
    """Adds settings as a person does: in the table that is there, else at the end."""
    settings = world.CONFIG.read_text(encoding="utf-8")
    for table in re.split(r"^(?=\[)", text, flags=re.MULTILINE)[1:]:
        head, _, rest = table.partition("\n")
        if f"\n{head}\n" in settings:
            settings = settings.replace(f"\n{head}\n", f"\n{head}\n{rest}\n")
        else:
            settings += f"\n{table}"
    world.CONFIG.write_text(settings, encoding="utf-8")


def part(name: str) -> dict[str, Any]:
    """All blocks of a part; the first that fails ends it."""
    results = []
    for number in range(len(blocks(name))):
        results.append(do(name, number))
        if results[-1]["status"]:
            raise RuntimeError(json.dumps(results[-1], indent=1))
    return {"blocks": results}


def present(*paths: str) -> dict[str, bool]:
    """Which of these are there."""
    return {path: os.path.lexists(path) for path in paths}
