"""What is exported, and what the OAI-PMH provider says of itself."""

from typing import Annotated

from pydantic import Field, field_validator

from mdwatch.config.section import WEB_ADDRESS, Email, Name, Section, check_cron
from mdwatch.exporters import BUILT_IN
from mdwatch.exporters.terms.uris import is_web
from mdwatch.formats.oai_pmh import identifiers


class ExportSettings(Section):
    """`[export]`: the formats every published IE is kept exported in, and when what was missed is caught up."""

    formats: Annotated[tuple[Name, ...], Field(min_length=1)] = tuple(BUILT_IN)
    nightly: str = "0 2 * * *"
    seconds: Annotated[float, Field(ge=1, le=3_600)] = 60
    landing_page: str = ""

    @field_validator("landing_page")
    @classmethod
    def _check_landing_page(cls, text: str) -> str:
        if text and ("{pid}" not in text or not is_web(text.replace("{pid}", "IE1"))):
            raise ValueError(
                "must be an http or https URL with {pid} where the PID goes, such as https://example.org/object/{pid}"
            )
        return text

    @field_validator("formats")
    @classmethod
    def _check_formats(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"must not name a format twice ({name})")
        return names

    @field_validator("nightly")
    @classmethod
    def _check_nightly(cls, text: str) -> str:
        check_cron(text, 'a cron expression or a word such as "@daily"')
        return text


class OaiSettings(Section):
    """`[oai]`: what the OAI-PMH provider says of itself, and how much it puts on a page."""

    repository_name: Annotated[str, Field(min_length=1, max_length=500)] = "mdwatch"
    admin_emails: Annotated[tuple[Email, ...], Field(min_length=1)] = ("root@localhost.localdomain",)
    identifier_namespace: Annotated[str, Field(pattern=f"^{identifiers.NAMESPACE}$")] = "localhost.localdomain"
    friends: tuple[str, ...] = ()
    page_records: Annotated[int, Field(ge=1, le=1_000)] = 100

    @field_validator("friends")
    @classmethod
    def _check_friends(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        for url in urls:
            if not WEB_ADDRESS.fullmatch(url):
                raise ValueError(f"must hold http or https URLs only, such as https://other.example.org/oai ({url})")
        return urls
