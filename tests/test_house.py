"""Rules of the house that nothing else holds: packages name their modules, and a class name means one thing."""

import ast
import re
import threading
from collections import defaultdict
from pathlib import Path

import pytest

from mdwatch.cli import commands
from mdwatch.web import table
from tests import test_trail

PACKAGE = Path(__file__).parents[1] / "mdwatch"
PACKAGES = sorted(path.parent for path in PACKAGE.rglob("__init__.py"))
# Modules named by their content, one like the other: migrations by their number.
NAMELESS = {PACKAGE / "repository" / "migrations" / "versions"}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: str(path.relative_to(PACKAGE.parent)))
def test_a_package_names_all_its_modules(package: Path) -> None:
    docstring = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8"))) or ""
    modules = {path.stem for path in package.glob("*.py")}
    modules |= {path.parent.name for path in package.glob("*/__init__.py")}
    told = set(re.findall(r"\w+", docstring))
    assert {name for name in modules if not name.startswith("__")} - told == set()


def test_a_class_name_means_one_thing() -> None:
    places = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.parent in NAMELESS:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                places[node.name.lstrip("_")].append(str(path.relative_to(PACKAGE)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_thread_has_names_that_python_has_for_its_own() -> None:
    taken = set(vars(threading.Thread())) | set(dir(threading.Thread)) | {"_context"}  # the last from 3.14 on
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Thread") for base in node.bases):
                if any(ast.unparse(base) == "OwnThread" for base in node.bases):
                    continue
                stored = {item.attr for item in ast.walk(node) if isinstance(item, ast.Attribute)
                          and isinstance(item.ctx, ast.Store) and ast.unparse(item.value) == "self"}  # fmt: skip
                assert stored & taken == set(), f"{path}: {node.name}"


def test_the_audit_trail_knows_every_command_and_every_route_that_changes_something() -> None:
    unsafe = {(route.method, route.path) for route in table.ROUTES if route.unsafe}
    why = "add it to COMMANDS, LOOKING, ROUTES or HARMLESS of tests/test_trail.py, which does it and looks for its row"
    assert unsafe - test_trail.HARMLESS == test_trail.ROUTES.keys(), why
    assert set(test_trail.paths(commands)) - test_trail.LOOKING == test_trail.COMMANDS.keys(), why


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_classes_are_short_or_say_why_not(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= 300 or "is long because" in (ast.get_docstring(tree) or "")
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    lengths = {node.name: 1 + (node.end_lineno or 0) - node.lineno for node in classes}
    assert {name: lines for name, lines in lengths.items() if lines > 150} == {}
