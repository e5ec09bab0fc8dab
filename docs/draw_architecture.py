"""Draws docs/architecture.svg from the imports of the code: `python docs/draw_architecture.py`.

Each room of mdwatch is a box, its own rooms within it. Whoever imports stands above what it imports; an arrow is drawn
where no way over other rooms says the same. A test fails when the picture is not that of the code.
"""

import ast
import math
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "mdwatch"
PICTURE: Final = ROOT / "docs" / "architecture.svg"

# Pixels.
_WIDTH: Final = 1080
_MARGIN: Final = 24
_LETTER: Final = 7.4  # the width of one, in the font of the names
_LINE: Final = 26  # the height of a room within a room
_GAP: Final = 8
_BETWEEN: Final = 46  # rows of rooms
_SEVERAL: Final = 3  # packages that make rooms of a room
_HEAD: Final = 30  # the name of a room, above the rooms within

_STYLE: Final = (
    "text{font:12.5px ui-monospace,monospace;fill:#1d2733;text-anchor:middle}.name{font-weight:bold;font-size:14px}"
    ".room{fill:#eef3f8;stroke:#5b7083}.inner{fill:#fff;stroke:#a9b8c6}"
    "path{fill:none;stroke:#7b8ea0;stroke-width:1.3;marker-end:url(#head)}"
)
_HEAD_OF_ARROW: Final = (
    '<marker id="head" viewBox="0 0 8 8" refX="4" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
    '<polygon points="0,0 8,4 0,8" fill="#7b8ea0"/></marker>'
)

Graph = Mapping[str, set[str]]


class Box(NamedTuple):
    """Where a room is drawn."""

    left: float
    top: float
    width: float
    height: float


def imported(path: Path) -> Iterator[tuple[str, ...]]:
    """The modules of mdwatch that a module imports, each as the names on the way to it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            first, *rest = name.split(".")
            if first == PACKAGE.name and rest:
                yield tuple(rest)


def rooms(folder: Path) -> list[str]:
    """The rooms of a room: packages and modules, by name."""
    found = (path for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists())
    return sorted(path.stem for path in found if not path.stem.startswith("__"))


def imports_between(folder: Path) -> Graph:
    """Which of a room's rooms import which others."""
    within = folder.relative_to(PACKAGE).parts
    graph: dict[str, set[str]] = {room: set() for room in rooms(folder)}
    for room, others in graph.items():
        place = folder / room
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]:
            for names in imported(path):
                other = names[len(within)] if names[: len(within)] == within and len(names) > len(within) else room
                if other != room and other in graph:
                    others.add(other)
    return graph


def rows(graph: Graph) -> list[list[str]]:
    """The rooms in rows, the highest first: each one row below the lowest of those that import it."""
    ranks: dict[str, int] = {}

    def rank(room: str) -> int:
        if room not in ranks:
            ranks[room] = 1 + max((rank(other) for other in graph if room in graph[other]), default=-1)
        return ranks[room]

    lowest = max(map(rank, graph), default=-1)
    return [sorted(room for room in graph if ranks[room] == number) for number in range(lowest + 1)]


def without_detours(graph: Graph) -> Iterator[tuple[str, str]]:
    """The imports that no way over other rooms says as well."""

    def reached(room: str) -> set[str]:
        return graph[room].union(*map(reached, graph[room]))

    for room in sorted(graph):
        for other in sorted(graph[room]):
            if not any(other in reached(between) for between in graph[room] - {other}):
                yield room, other


def _inner_rows(room: str) -> list[list[str]]:
    """The rooms within a room, where it is made of packages and not of modules."""
    folder = PACKAGE / room
    if not folder.is_dir() or sum((folder / name).is_dir() for name in rooms(folder)) < _SEVERAL:
        return []
    return rows(imports_between(folder))


def _row_width(names: Iterable[str]) -> float:
    return math.fsum(len(name) * _LETTER + 18 + _GAP for name in names) - _GAP


def _size(room: str) -> tuple[float, float]:
    inner = _inner_rows(room)
    width = max([len(room) * _LETTER * 1.15 + 36, *(_row_width(row) + 2 * _GAP + 4 for row in inner)])
    return width, _HEAD + len(inner) * (_LINE + _GAP) + (4 if inner else 8)


def places(graph: Graph) -> dict[str, Box]:
    """Where each room is drawn: row by row, each row in the middle."""
    found: dict[str, Box] = {}
    top = float(_MARGIN)
    for row in rows(graph):
        sizes = {room: _size(room) for room in row}
        # By fsum, as sum rounds otherwise from Python 3.12 on.
        taken = math.fsum(width for width, _ in sizes.values())
        gap = min(60.0, (_WIDTH - 2 * _MARGIN - taken) / max(len(row) - 1, 1))
        left = (_WIDTH - taken - gap * (len(row) - 1)) / 2
        height = max(height for _, height in sizes.values())
        for room, (width, own) in sizes.items():
            found[room] = Box(left, top + (height - own) / 2, width, own)
            left += width + gap
        top += height + _BETWEEN
    return found


def _arrow(above: Box, below: Box) -> str:
    x1, y1 = above.left + above.width / 2, above.top + above.height
    x2, y2 = below.left + below.width / 2, below.top - 5
    bend = (y2 - y1) / 2
    return f'<path d="M{x1:.0f} {y1:.0f}C{x1:.0f} {y1 + bend:.0f} {x2:.0f} {y2 - bend:.0f} {x2:.0f} {y2:.0f}"/>'


def _room(name: str, box: Box) -> Iterator[str]:
    yield (
        f'<rect class="room" x="{box.left:.0f}" y="{box.top:.0f}" width="{box.width:.0f}" '
        f'height="{box.height:.0f}" rx="7"/>'
    )
    middle = box.left + box.width / 2
    yield f'<text class="name" x="{middle:.0f}" y="{box.top + 21:.0f}">{escape(name)}</text>'
    top = box.top + _HEAD
    for row in _inner_rows(name):
        left = middle - _row_width(row) / 2
        for inner in row:
            width = len(inner) * _LETTER + 18
            yield f'<rect class="inner" x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{_LINE}" rx="4"/>'
            yield f'<text x="{left + width / 2:.0f}" y="{top + 17:.0f}">{escape(inner)}</text>'
            left += width + _GAP
        top += _LINE + _GAP


def drawing() -> str:
    """The picture of the code as it is."""
    graph = imports_between(PACKAGE)
    boxes = places(graph)
    height = max(box.top + box.height for box in boxes.values()) + _MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" role="img">',
        "<title>The rooms of mdwatch: each imports only from those below it</title>",
        f"<style>{_STYLE}</style>",
        f"<defs>{_HEAD_OF_ARROW}</defs>",
        f'<rect width="{_WIDTH}" height="{height:.0f}" fill="#fff"/>',
        *(_arrow(boxes[room], boxes[other]) for room, other in without_detours(graph)),
        *(line for room, box in boxes.items() for line in _room(room, box)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PICTURE.write_text(drawing(), encoding="utf-8")
