"""Secrets that the operator gives: one line of a file, or a credential of systemd's, which comes first."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from mdwatch.errors import ConfigError


def read(setting: str, path: Path | str, credential: str, environment: Mapping[str, str] | None = None) -> str | None:
    """The secret; None where neither is given. Raises `ConfigError` where it cannot be read, or all can read it.

    `setting` names what is at fault, `credential` is the name that systemd knows it by.
    """
    given = os.environ if environment is None else environment
    kept = Path(given.get("CREDENTIALS_DIRECTORY", "/nowhere")) / credential
    file = kept if kept.exists() else Path(path) if path else None
    if file is None:
        return None
    try:
        readable_by_all = stat.S_IMODE(file.stat().st_mode) & stat.S_IROTH
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigError([f"{setting}: {file} cannot be read: {reason}"]) from None
    if readable_by_all:
        raise ConfigError([f"{setting}: every user can read {file}; chmod 640 it, or stricter"])
    if not text or not text.isprintable():
        raise ConfigError([f"{setting}: {file} must hold one line, the secret"])
    return text
