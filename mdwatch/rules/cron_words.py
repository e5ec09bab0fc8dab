"""Words for schedules, as crontab(5) of Debian has them, and the expressions they stand for."""

from typing import Final

WORDS: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}


def expression(text: str) -> str:
    """The expression that a schedule means; one that is no word is an expression itself."""
    return WORDS.get(text.strip().lower(), text)
