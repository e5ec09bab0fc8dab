"""Who is told of what happened, and by what server."""

import re
from typing import Literal, get_args

from mdwatch.config import common
from mdwatch.config.kinds import ChoiceKind, ListKind, NumberKind, TextKind, WholeKind
from mdwatch.config.section import Section, setting
from mdwatch.rules.notifying import EVENTS, Digest, Event


def _host(text: str) -> str:
    if text and not re.fullmatch(common.HOST_PATTERN, text):
        raise ValueError('must be the name of a host without a port, such as "mail.example.org"')
    return text


def _bare(recipients: tuple[str, ...]) -> tuple[str, ...]:
    for text in recipients:
        if not text.isprintable() or set(text) & set('<>()[]\\,;:"'):
            raise ValueError(f"must hold bare addresses only, such as curators@example.org ({text})")
    return tuple(dict.fromkeys(recipients))


class MailSettings(Section):
    """`[mail]`: the server that notifications are sent through."""

    host = setting(TextKind(most=255, check=_host), "")
    port = setting(WholeKind(0, 65_535), 0)
    security: Literal["starttls", "tls", "none"] = setting(ChoiceKind("starttls", "tls", "none"), "starttls")
    user = setting(TextKind(), "")
    password_file = setting(common.file_path, "")
    sender = setting(common.email, "mdwatch@localhost.localdomain")
    seconds = setting(NumberKind(0.1, 30), 10)

    @property
    def server_port(self) -> int:
        """The port, or the one that is usual for the way the connection is secured (RFC 8314, RFC 6409)."""
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]


class NotificationSettings(Section):
    """`[notifications.NAME]`: who is told of what, how and when."""

    events: tuple[Event, ...] = setting(
        ListKind(ChoiceKind(*EVENTS), least=1), ("error", "abort", "trouble", "healed", "export", "audit")
    )
    jobs = setting(ListKind(TextKind()), ())
    institutions = setting(ListKind(TextKind()), ())
    mail = setting(ListKind(common.email, check=_bare), ())
    webhook = setting(
        TextKind(
            check=common.web_address("must be an http or https URL, such as https://hooks.example.org/mdwatch"),
        ),
        "",
    )
    secret_file = setting(common.file_path, "")
    digest: Digest = setting(ChoiceKind(*get_args(Digest)), "none")
