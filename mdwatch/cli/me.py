"""Who runs this command."""

import getpass


def me() -> str:
    """The user who runs this command, for events, locks and batches."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
