"""Who may import whom (design section 6): layers import those below, siblings never each other, pure ones stay pure."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "mdwatch"

# From the bottom up; those in one row are siblings.
LAYERS = (
    ("model", "errors"),
    ("rules", "formats"),
    ("exporters",),
    ("repository", "dropfolder", "watch", "config", "logs"),
    ("handlers",),
    ("web",),
    ("daemon",),
    ("cli",),
    ("__main__",),
)
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}
PURE = ("rules", "formats", "exporters", "model", "errors")
IMPURE = {
    "io", "logging", "multiprocessing", "os", "pathlib", "shutil", "socket", "sqlalchemy", "sqlite3", "structlog",
    "subprocess", "tempfile", "time", "watchdog",
}  # fmt: skip
WITHOUT_DATABASE = {"sqlalchemy", "sqlite3", "alembic", "psycopg"}

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room_of(path: Path) -> str:
    """The room of the house that a module is in."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """The full names a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def faults(room: str, names: set[str]) -> set[str]:
    """Those of the imports that the room may not have."""
    own = {name for name in names if name.split(".")[0] == PACKAGE.name and len(name.split(".")) > 1}
    rooms = {name: name.split(".")[1] for name in own}
    upward = {name for name, other in rooms.items() if other != room and LEVEL.get(other, -1) >= LEVEL[room]}
    outside = {name for name in names if name.split(".")[0] in (IMPURE if room in PURE else set())}
    database = {name for name in names if room != "repository" and name.split(".")[0] in WITHOUT_DATABASE}
    # Types of connections and URLs are passed through; statements are not written outside.
    database -= {
        "sqlalchemy.Connection",
        "sqlalchemy.URL",
        "sqlalchemy.engine.make_url",
        "sqlalchemy.exc.ArgumentError",
    }
    return upward | outside | database


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module_imports_only_from_below(path: Path) -> None:
    assert room_of(path) in LEVEL, "a room the design does not know"
    assert faults(room_of(path), imports(path)) == set()


@pytest.mark.parametrize(
    ("room", "name"),
    [
        ("rules", "mdwatch.formats.xml"),
        ("rules", "mdwatch.config.load"),
        ("formats", "os.path"),
        ("repository", "mdwatch.dropfolder.folder"),
        ("handlers", "mdwatch.cli.output"),
        ("handlers", "sqlalchemy.select"),
        ("dropfolder", "sqlite3"),
    ],
)
def test_the_rule_catches(room: str, name: str) -> None:
    assert faults(room, {name}) == {name}
