"""Who may import whom (design section 6): rooms import those below, siblings never each other, pure ones stay pure."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "mdwatch"

# From the bottom up; those in one row are siblings.
LAYERS = (
    ("model", "errors"),
    ("rules", "formats"),
    ("exporters", "shapes", "config_faults"),
    ("repository", "dropfolder", "objectstore", "watch", "config", "logs", "shipped"),
    ("runtime",),
    ("handlers",),
    ("web", "demo"),
    ("daemon",),
    ("cli",),
    ("__main__",),
)
# The same within a room that has rooms of its own; a module that stands beside them is named like them.
WITHIN = {
    "exporters": (
        ("interface", "remembered", "xml_text"),
        ("records",),
        ("terms",),
        ("datacite", "ddi", "dublin_core", "mods", "rosetta_mets", "schema_org", "native_json"),
    ),
    "handlers": (
        ("accounts", "exports", "ies", "trail", "databases", "installing", "stores"),
        ("targets",),
        ("updates",),
        ("files", "oai"),
        ("jobs", "sheets", "harvests", "retention"),
        ("notifications",),
    ),
    "web": (
        ("serving",),
        ("oai_page",),
        ("api", "oai", "pages"),
        ("table", "listening"),
        ("reader",),
        ("readers",),
        ("server",),
    ),
}
PURE = ("rules", "formats", "exporters", "shapes", "model", "errors")
IMPURE = {
    "io", "logging", "multiprocessing", "os", "pathlib", "shutil", "socket", "sqlalchemy", "sqlite3", "structlog",
    "subprocess", "tempfile", "time", "watchdog",
}  # fmt: skip
# Who asks handlers, and never the database: what is shown must not hang on how it is kept.
WITHOUT_REPOSITORY = ("web", "cli")
WITHOUT_DATABASE = {"sqlalchemy", "sqlite3", "alembic", "psycopg"}
# A file in memory, which libraries ask for, is no disk.
IN_MEMORY = {"io.BytesIO"}
# Types of connections and URLs are passed through; statements are not written outside.
PASSED_THROUGH = {
    "sqlalchemy.Connection",
    "sqlalchemy.URL",
    "sqlalchemy.engine.make_url",
    "sqlalchemy.exc.ArgumentError",
}

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def rooms_of(path: Path) -> list[str]:
    """The rooms that a module is in, the big one first; a package is in itself."""
    parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
    return parts[:-1] if parts[-1] == "__init__" else parts


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


def level(layers: tuple[tuple[str, ...], ...], room: str) -> int:
    """How high a room stands; -1 where there is none of this name."""
    return next((number for number, rooms in enumerate(layers) if room in rooms), -1)


def upward(layers: tuple[tuple[str, ...], ...], room: str, other: str) -> bool:
    """Whether a room that imports another one reaches for what is not below it."""
    return other != room and level(layers, other) >= level(layers, room)


def faults(rooms: list[str], names: set[str]) -> set[str]:
    """Those of the imports that a module of these rooms may not have."""
    room = rooms[0]
    own = {name: name.split(".")[1:] for name in names if name.startswith(f"{PACKAGE.name}.")}
    found = {name for name, other in own.items() if upward(LAYERS, room, other[0])}
    if room in WITHIN and len(rooms) > 1:
        beside = {name: other[1] for name, other in own.items() if other[0] == room and len(other) > 1}
        found |= {name for name, other in beside.items() if upward(WITHIN[room], rooms[1], other)}
    first = {name: name.split(".")[0] for name in names}
    found |= {name for name in names if first[name] in (IMPURE if room in PURE else set())} - IN_MEMORY
    if room in WITHOUT_REPOSITORY:
        found |= {name for name, other in own.items() if other[0] == "repository"}
    if room != "repository":
        found |= {name for name in names if first[name] in WITHOUT_DATABASE} - PASSED_THROUGH
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module_imports_only_from_below(path: Path) -> None:
    rooms = rooms_of(path)
    assert level(LAYERS, rooms[0]) >= 0, "a room the design does not know"
    if rooms[0] in WITHIN and len(rooms) > 1:
        assert level(WITHIN[rooms[0]], rooms[1]) >= 0, "a room within that this test does not know"
    assert faults(rooms, imports(path)) == set()


@pytest.mark.parametrize(
    ("rooms", "name"),
    [
        ("rules", "mdwatch.formats.xml"),
        ("rules", "mdwatch.config.load"),
        ("formats", "os.path"),
        ("repository.ies", "mdwatch.dropfolder.folder"),
        ("handlers.jobs.status", "mdwatch.cli.output"),
        ("handlers.jobs.status", "sqlalchemy.select"),
        ("handlers.updates.worker", "mdwatch.handlers.jobs.status"),
        ("handlers.exports.group", "mdwatch.handlers.oai.sets"),
        ("exporters.ddi.exporter", "mdwatch.exporters.mods.writer"),
        ("exporters.records.describe", "mdwatch.exporters.terms.kinds"),
        ("web.serving.access", "mdwatch.web.api.jobs"),
        ("runtime.context", "mdwatch.handlers.jobs.status"),
        ("dropfolder", "sqlite3"),
        ("web.api.batches", "mdwatch.repository.batches.Batch"),
        ("cli.export", "mdwatch.repository.engine"),
        ("shapes.jobs", "mdwatch.repository.control"),
    ],
)
def test_the_rule_catches(rooms: str, name: str) -> None:
    assert faults(rooms.split("."), {name}) == {name}
