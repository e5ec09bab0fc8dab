"""Whether a repository was there before: a mark in the logs directory, made at its first use.

Without it, a database whose file or mount is missing looks like one that is to be made, and every file that waits would
be decided by an empty repository.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from mdwatch.errors import ConfigError, Deferred

NAME: Final = ".mdwatch-repositories.json"


def since(directory: Path, url: str) -> str:
    """Since when there is a repository at this URL, in words that name the remedy; "" before its first use."""
    marks = _read(directory)
    moment = marks.get(_shown(url))
    if moment is None:
        return ""
    instead = f"if an empty one is wanted in its place, remove {directory / NAME} first"
    return f"(first used {moment}); mount or restore it, or, {instead}"


def mark(directory: Path, url: str) -> None:
    """Notes that there is a repository at this URL from now on. Raises `Deferred`."""
    marks = {**_read(directory), _shown(url): f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"}
    new = directory / f"{NAME}.{os.getpid()}"
    try:
        with new.open("w", encoding="utf-8") as file:
            json.dump(marks, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        new.replace(directory / NAME)
    except OSError as error:
        raise Deferred(f"{directory / NAME} cannot be written: {error.strerror}") from error


def _read(directory: Path) -> dict[str, str]:
    path = directory / NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Deferred(f"{path} cannot be read: {error.strerror}") from error
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ConfigError([f"{path} is damaged; remove it if the repository is where the settings say"])
    return {str(key): str(value) for key, value in found.items()}


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)
