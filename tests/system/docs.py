"""What documents tell people to do: their blocks of commands and settings, to be done word for word."""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]


def blocks(page: str, section: str) -> list[dict[str, str]]:
    """The blocks below a heading of a page, up to the next heading of its rank: language and text of each."""
    text = (ROOT / page).read_text(encoding="utf-8")
    # A line that begins with "#" within a block is no heading.
    fence = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    kept = fence.sub(lambda match: match[0].replace("\n#", "\n\0#"), text)
    head = re.search(rf"^(#+) {re.escape(section)}$", kept, re.MULTILINE)
    assert head is not None, f"{page} has no section {section}"
    rest = kept[head.end() :]
    end = re.search(rf"^#{{1,{len(head[1])}}} ", rest, re.MULTILINE)
    found = fence.findall((rest[: end.start()] if end else rest).replace("\0", ""))
    assert found, f"{page}: no block in {section}"
    return [{"language": language, "text": body} for language, body in found]
