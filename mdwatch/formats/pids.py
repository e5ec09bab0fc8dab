"""PIDs of IEs: how they are written. Apart from the formats that carry them, for it is asked where no XML is read."""

import re

_PID = re.compile(r"IE[0-9]{1,30}", re.ASCII)


def valid_pid(text: str) -> bool:
    """Whether the text is a PID of an IE: `IE` and digits."""
    return _PID.fullmatch(text) is not None
