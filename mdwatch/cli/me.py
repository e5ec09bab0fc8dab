"""Who runs this command."""

import getpass
import os

from mdwatch.formats.printable import escape


def me() -> str:
    """The user who runs this command, for events, locks, batches and the audit trail; under sudo, who called it.

    Never empty. Both names are the caller's word, so that the trail keeps beside them what the kernel says.
    """
    called_by = os.environ.get("SUDO_USER", "").strip()
    if called_by:
        return escape(called_by)
    try:
        return escape(getpass.getuser()) or f"uid {os.getuid()}"
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
