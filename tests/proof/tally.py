"""How often each attack was tried and what it did, gathered over a run of the tests, and written as `tests/README.md`.

Each attack compares all that users see with the model or with an undisturbed run: records, versions, events, places of
files, reasons and log lines. So an end that differs is one where something was lost, doubled, half done, overwritten,
out of order or unsaid; and where none differs, none of these happened.

    make proof     runs the attacks and writes the page anew
"""

import json
import os
import re
from collections import defaultdict
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "build" / "proof"
PAGE: Final = ROOT / "tests" / "README.md"
_NAMED: Final = 3  # tests that are named for each guarantee
_SABOTAGES: Final = "| guarantee, broken on purpose | tests that fail |"
_EARLIER: Final = "From an earlier run:"
_ROW: Final = re.compile(r"^\| ([^|]+) \| ([\d,]+ \| \d+) \|$", re.MULTILINE)
_MARK: Final = "<!-- made by tests/proof/tally.py: what stands below is not written by hand -->"


def note(attack: str, tried: int, differing: int) -> None:
    """Notes trials of an attack, and how many of them ended otherwise than they should; before the test asserts it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"attack": attack, "tried": tried, "differing": differing}) + "\n")


def rows() -> dict[str, tuple[int, int]]:
    """Trials and differing ends by attack, of all that was noted."""
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for path in sorted(FOLDER.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            noted = json.loads(line)
            found[noted["attack"]][0] += noted["tried"]
            found[noted["attack"]][1] += noted["differing"]
    return {attack: (tried, differing) for attack, (tried, differing) in sorted(found.items())}


def table() -> str:
    """The table of the page; what did not run this time stands below it as the page has it."""
    found = rows()
    lines = _lines({attack: f"{tried:,} | {differing}" for attack, (tried, differing) in found.items()})
    told = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    earlier = {attack: numbers for attack, numbers in told if attack not in found}
    if earlier:
        lines += ["", _EARLIER, "", *_lines(earlier)]
    return "\n".join(lines)


def _lines(numbers: dict[str, str]) -> list[str]:
    told = [f"| {attack} | {numbers[attack]} |" for attack in sorted(numbers)]
    return ["| attack | trials | ends that differ |", "| --- | ---: | ---: |", *told]


def sabotages() -> str:
    """The table of guarantees that were broken on purpose, and the tests that said so; else the one of the page."""
    path = FOLDER / "sabotage.json"
    if not path.exists():
        _, found, rest = PAGE.read_text(encoding="utf-8").partition(_SABOTAGES)
        return f"\n{_EARLIER}\n\n{found}{rest}" if found else ""
    lines = ["", _SABOTAGES, "| --- | --- |"]
    for guarantee, tests in json.loads(path.read_text(encoding="utf-8")).items():
        named = ", ".join(f"`{test}`" for test in tests[:_NAMED])
        more = f" and {len(tests) - _NAMED} more" if len(tests) > _NAMED else ""
        lines.append(f"| {guarantee} | {named}{more} |")
    return "\n".join(lines) + "\n"


def write() -> None:
    """Writes the page anew, below its introduction."""
    introduction = PAGE.read_text(encoding="utf-8").split(_MARK)[0].rstrip()
    PAGE.write_text(f"{introduction}\n\n{_MARK}\n\n{table()}\n{sabotages()}", encoding="utf-8")


if __name__ == "__main__":
    write()
