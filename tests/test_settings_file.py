"""etc/mdwatch.toml against the settings in the code: every setting is there, with its default."""

import re
from pathlib import Path
from typing import Any

import tomli

from mdwatch import config
from mdwatch.config import (
    ForeignRepositorySettings,
    GroupSettings,
    HarvestSettings,
    InstitutionSettings,
    JobSettings,
    NotificationSettings,
    Settings,
    UserSettings,
)
from mdwatch.config.section import NONE, Section

FILE = Path(__file__).parents[1] / "etc" / "mdwatch.toml"
TABLES: dict[str, type[Section]] = {
    "users.updater": UserSettings,
    "jobs.updates": JobSettings,
    "repositories.archive": ForeignRepositorySettings,
    "groups.archivists": GroupSettings,
    "harvests.catalogue": HarvestSettings,
    "institutions.INS01": InstitutionSettings,
    "notifications.curators": NotificationSettings,
}
MANY = {"repositories", "users", "groups", "jobs", "harvests", "institutions", "notifications"}


def documented() -> dict[str, dict[str, Any]]:
    """The file with its commented defaults put in force, by the path of the table."""
    text = re.sub(r"^# ([a-z_]+ = |\[)", r"\1", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    raw = tomli.loads(text)
    many = {f"{name}.{key}": table for name in MANY for key, table in raw.pop(name).items()}
    return {**raw, **many}


def plain(value: Any) -> Any:
    """A default as TOML has it."""
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Path) else value


def test_the_file_is_valid_as_it_stands() -> None:
    config.load(FILE)


def test_it_has_every_table() -> None:
    tables = {name for name in Settings.SETTINGS if name not in MANY}
    assert documented().keys() == tables | TABLES.keys()


def test_it_has_every_setting_with_its_default() -> None:
    for name, table in documented().items():
        section: type[Section] = TABLES.get(name) or type(Settings.SETTINGS[name].default)
        assert table.keys() == section.SETTINGS.keys(), name
        for key, field in section.SETTINGS.items():
            if field.default is not NONE:
                assert table[key] == plain(field.default), f"{name}.{key}"


def test_every_setting_is_explained() -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if re.match(r"(# )?[a-z_]+ = ", line):
            before = lines[number - 1]
            assert before.startswith("#"), f"line {number + 1} stands without a word: {line}"
