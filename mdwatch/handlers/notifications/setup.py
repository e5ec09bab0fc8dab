"""Whether notifications can be sent as the settings have it, as far as a look at the files of secrets tells."""

from mdwatch.config import Settings
from mdwatch.errors import ConfigError
from mdwatch.handlers.notifications import mail, webhook


def faults(settings: Settings) -> list[str]:
    """What is wrong with the secrets."""
    found: list[str] = []
    try:
        if any(table.mail for table in settings.notifications.values()):
            mail.password(settings.mail)
    except ConfigError as error:
        found += error.faults
    for name, table in settings.notifications.items():
        try:
            if table.webhook:
                webhook.secret(name, table)
        except ConfigError as error:
            found += error.faults
    return found
