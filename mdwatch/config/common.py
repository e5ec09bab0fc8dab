"""Kinds of settings that several tables have."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mdwatch.config.kinds import NumberKind, TextKind, absolute
from mdwatch.rules import cron_words

EVERYWHERE: Final = "*"
NAME_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
_NAME_WORDS: Final = 'must be a name of letters, digits, ".", "_" and "-" that begins with a letter or digit'
BASE_URL: Final = r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*"
WEB_ADDRESS: Final = (
    r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
    r"(?:[/?](?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
)
ARGUMENT_PATTERN: Final = r"[A-Za-z0-9_.!~*'():-]*"
ARGUMENT_WORDS: Final = 'must be as OAI-PMH has it: letters, digits and signs of "-_.!~*\'():"'
HOST_PATTERN: Final = r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\])"
_SOME_MOMENT: Final = datetime(2026, 1, 1, tzinfo=UTC)

name: Final = TextKind(pattern=NAME_PATTERN, words=_NAME_WORDS)
# Shorter, for what is kept of it is kept beside that of jobs, with a word before the name.
harvest_name: Final = TextKind(pattern=NAME_PATTERN, words=_NAME_WORDS, most=90)
email: Final = TextKind(
    pattern=r"[^\s@]+@[^\s@]+\.[^\s@]+", words='must be a mail address, such as "archive@example.org"'
)
seconds: Final = NumberKind(0, 86_400)


def _absolute(text: str) -> str:
    if text:
        absolute(Path(text))
    return text


def _store_path(text: str) -> str:
    _absolute(text)
    if "\0" in text:
        raise ValueError("must be a path without a null byte")
    return text


def _base_url(text: str) -> str:
    if text and not re.fullmatch(BASE_URL, text):
        raise ValueError("must be an http or https URL without a slash at its end, such as https://md.example.org")
    return text


# The path of a file, the root of an OCFL store, an address that others know mdwatch by; or nothing.
file_path: Final = TextKind(check=_absolute)
store_path: Final = TextKind(check=_store_path)
base_url: Final = TextKind(check=_base_url)


def cron(*words: str) -> TextKind:
    """A cron expression, a word for one, or one of these words."""
    expected = "".join(f'"{word}", ' for word in words) + 'a cron expression or a word such as "@daily"'

    def check(text: str) -> str:
        # With its reader, which only those need who set one.
        from cronsim import CronSim, CronSimError  # noqa: PLC0415

        if text not in words:
            try:
                # Any moment will do: only the expression is checked.
                CronSim(cron_words.expression(text), _SOME_MOMENT)
            except CronSimError as error:
                raise ValueError(f"must be {expected} ({error})") from None
        return text

    return TextKind(check=check)


def web_address(words: str) -> Callable[[str], str]:
    """A check that a text is the address of a page, or there is none; words for what is neither."""

    def check(text: str) -> str:
        if text and not re.fullmatch(WEB_ADDRESS, text):
            raise ValueError(words)
        return text

    return check
