"""Who is told of what happened, and by what server."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from mdwatch.config.section import HOST_PATTERN, WEB_ADDRESS, Email, Section, absolute
from mdwatch.rules.notifying import Digest, Event


class MailSettings(Section):
    """`[mail]`: the server that notifications are sent through."""

    host: Annotated[str, Field(max_length=255)] = ""
    port: Annotated[int, Field(ge=0, le=65_535)] = 0
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: str = ""
    sender: Email = "mdwatch@localhost.localdomain"
    seconds: Annotated[float, Field(ge=0.1, le=30)] = 10

    @field_validator("host")
    @classmethod
    def _check_host(cls, text: str) -> str:
        if text and not re.fullmatch(HOST_PATTERN, text):
            raise ValueError('must be the name of a host without a port, such as "mail.example.org"')
        return text

    @field_validator("password_file")
    @classmethod
    def _check_password_file(cls, text: str) -> str:
        if text:
            absolute(Path(text))
        return text

    @property
    def server_port(self) -> int:
        """The port, or the one that is usual for the way the connection is secured (RFC 8314, RFC 6409)."""
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]


class NotificationSettings(Section):
    """`[notifications.NAME]`: who is told of what, how and when."""

    events: Annotated[tuple[Event, ...], Field(min_length=1)] = (
        "error",
        "abort",
        "trouble",
        "healed",
        "export",
        "audit",
    )
    jobs: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    mail: tuple[Email, ...] = ()
    webhook: str = ""
    secret_file: str = ""
    digest: Digest = "none"

    @field_validator("secret_file")
    @classmethod
    def _check_secret_file(cls, text: str) -> str:
        if text:
            absolute(Path(text))
        return text

    @field_validator("webhook")
    @classmethod
    def _check_webhook(cls, url: str) -> str:
        if url and not WEB_ADDRESS.fullmatch(url):
            raise ValueError("must be an http or https URL, such as https://hooks.example.org/mdwatch")
        return url

    @field_validator("mail")
    @classmethod
    def _check_mail(cls, recipients: tuple[str, ...]) -> tuple[str, ...]:
        for text in recipients:
            if not text.isprintable() or set(text) & set('<>()[]\\,;:"'):
                raise ValueError(f"must hold bare addresses only, such as curators@example.org ({text})")
        return tuple(dict.fromkeys(recipients))
