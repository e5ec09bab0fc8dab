"""Whether the database that the settings name can be worked with, asked before anybody does. Changes nothing."""

from mdwatch.config import Settings
from mdwatch.errors import ConfigError, Deferred
from mdwatch.repository import engine
from mdwatch.rules.folding import on_one_line
from mdwatch.runtime import first_use


def faults(settings: Settings) -> list[str]:
    """Why nothing would begin to work with it."""
    try:
        _look(settings)
    except ConfigError as error:
        return error.faults
    except Deferred:
        pass
    return []


def notes(settings: Settings) -> list[str]:
    """What is no fault of the settings: it is brought up to date first, or is waited for."""
    try:
        found = _look(settings)
    except ConfigError:
        return []
    except Deferred as error:
        # A driver tells in several lines.
        return [f"repository.url: {on_one_line(str(error))}; the service waits until it can work with it"]
    return [f"repository.url: {found}"] if found else []


def _look(settings: Settings) -> str:
    url = settings.repository.url
    return engine.look(url, settings.repository.busy_seconds, known=first_use.since(settings.logs.directory, url))
