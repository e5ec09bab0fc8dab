"""What a table of the settings is, and what single settings of several tables have to be."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, get_origin

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from mdwatch.formats.oai_pmh import identifiers
from mdwatch.rules import cron_words

EVERYWHERE = "*"
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
BASE_URL = re.compile(r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*")
WEB_ADDRESS = re.compile(
    r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:[/?](?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
)
_SOME_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def absolute(path: Path) -> Path:
    """The path; raises `ValueError` unless it begins at the root."""
    if not path.is_absolute():
        raise ValueError("must be an absolute path")
    return path


def store_path(text: str) -> str:
    """The root of an OCFL store, or nothing; raises `ValueError`."""
    if text:
        absolute(Path(text))
        if "\0" in text:
            raise ValueError("must be a path without a null byte")
    return text


def check_cron(text: str, expected: str) -> None:
    """Raises `ValueError`, which names what was expected, unless it is a cron expression or a word for one."""
    try:
        # Any moment will do: only the expression is checked.
        CronSim(cron_words.expression(text), _SOME_MOMENT)
    except CronSimError as error:
        raise ValueError(f"must be {expected} ({error})") from None


AbsolutePath = Annotated[Path, AfterValidator(absolute)]
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
# Shorter, for what is kept of it is kept beside that of jobs, with a word before the name.
HarvestName = Annotated[str, Field(pattern=NAME_PATTERN, max_length=90)]
HOST_PATTERN = r"^(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\])$"
ARGUMENT_PATTERN = r"^[A-Za-z0-9_.!~*'():-]*$"
_HEADER_PATTERN = r"^[A-Za-z0-9-]{1,100}$"
_EMAIL_PATTERN = r"^[^\s@]+@[^\s@]+\.[^\s@]+$"
PATTERNS = {
    NAME_PATTERN: 'must be a name of letters, digits, ".", "_" and "-" that begins with a letter or digit',
    HOST_PATTERN: 'must be the name of a host without a port, such as "md.example.org"',
    ARGUMENT_PATTERN: 'must be as OAI-PMH has it: letters, digits and signs of "-_.!~*\'():"',
    _HEADER_PATTERN: 'must be the name of a header: letters, digits and "-"',
    _EMAIL_PATTERN: 'must be a mail address, such as "archive@example.org"',
    f"^{identifiers.NAMESPACE}$": 'must be a domain name, such as "md.example.org"',
}
HeaderName = Annotated[str, Field(pattern=_HEADER_PATTERN)]
HostName = Annotated[str, Field(pattern=HOST_PATTERN)]
Email = Annotated[str, Field(pattern=_EMAIL_PATTERN)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]


class Section(BaseModel):
    """A table of the file: nothing unknown in it, nothing changed after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _take_one_as_a_list(cls, raw: Any) -> Any:
        """A text where a list is meant is a list of one."""
        if not isinstance(raw, Mapping):
            return raw
        lists = {name for name, field in cls.model_fields.items() if get_origin(field.annotation) is tuple}
        return {name: [v] if name in lists and isinstance(v, str) else v for name, v in raw.items()}
