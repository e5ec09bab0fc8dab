"""Who runs this command."""

import os
import pwd

from mdwatch.formats.printable import escape


def me() -> str:
    """The user who runs this command, for events, locks, batches and the audit trail; under sudo, who called it.

    Never empty. Both names are the caller's word, so that the trail keeps beside them what the kernel says.
    """
    called_by = os.environ.get("SUDO_USER", "").strip()
    if called_by:
        return escape(called_by)
    # As `getpass` has it, which brings the control of terminals along.
    names = map(os.environ.get, ("LOGNAME", "USER", "LNAME", "USERNAME"))
    try:
        return escape(next(filter(None, names), None) or pwd.getpwuid(os.getuid()).pw_name) or f"uid {os.getuid()}"
    except KeyError:
        return f"uid {os.getuid()}"
