"""mdwatch.toml is read and checked."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli

from mdwatch.config import between
from mdwatch.config.kinds import SettingRefused
from mdwatch.config.settings import Settings
from mdwatch.config_faults import where
from mdwatch.errors import ConfigError

DEFAULT_PATH = Path("/etc/mdwatch/mdwatch.toml")


def load(path: Path) -> Settings:
    """Reads the file; raises `ConfigError` with every fault in it."""
    try:
        # Editors of other systems begin a file with a mark that TOML does not know.
        raw = tomli.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError([f"{path}: cannot be read ({reason}); name it with --config or MDWATCH_CONFIG"]) from None
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: is not valid TOML: {_in_words(str(error))}"]) from None
    return check(raw, str(path))


def _in_words(message: str) -> str:
    """What is wrong with TOML; a table or setting that is there twice by the name that it has in the file."""

    def twice(found: re.Match[str]) -> str:
        name = ".".join(re.findall(r"'([^']*)'", found[1]))
        return f"the table [{name}] is there twice; put its settings into one"

    message = re.sub(r"Cannot declare \((.*?)\) twice", twice, message)
    return message.replace("Cannot overwrite a value", "a setting is there twice; remove one")


def check(raw: Mapping[str, Any], source: str) -> Settings:
    """Settings from the parsed file; `source` is its name, for the faults. Raises `ConfigError`."""
    faults: list[str] = []
    settings = None
    try:
        settings = Settings(**raw)
    except SettingRefused as error:
        faults = [f"{where(fault.place)}: {fault.told}" for fault in error.faults]
    faults += between.faults(raw)
    if faults or settings is None:
        raise ConfigError([f"{source}: {fault}" for fault in faults])
    return settings
