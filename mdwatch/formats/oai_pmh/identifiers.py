"""The oai-identifier scheme, `oai:NAMESPACE:PID` (OAI-PMH 2.0 guidelines, "OAI Identifier Format").

The PIDs of IEs need no percent-encoding. Upper and lower case count: an identifier is known in one spelling only.
"""

from typing import Final

from mdwatch.formats.pids import valid_pid

SCHEME: Final = "oai"
DELIMITER: Final = ":"

# A domain name whose labels begin with a letter, as the schema of oai-identifier has it.
_LABEL: Final = "[A-Za-z][A-Za-z0-9-]*"
# What a namespace identifier matches, such as `archive.example.org`.
NAMESPACE: Final = rf"{_LABEL}(?:\.{_LABEL})+"


def identifier(namespace: str, pid: str) -> str:
    """The identifier of an IE."""
    return f"{SCHEME}{DELIMITER}{namespace}{DELIMITER}{pid}"


def pid(text: str, namespace: str) -> str | None:
    """The PID of the IE that an identifier names; None where it cannot name one of this namespace."""
    prefix = identifier(namespace, "")
    rest = text.removeprefix(prefix)
    return rest if text.startswith(prefix) and valid_pid(rest) else None
