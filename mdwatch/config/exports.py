"""What is exported, and what the OAI-PMH provider says of itself."""

import re

from mdwatch.config import common
from mdwatch.config.kinds import ListKind, NumberKind, TextKind, WholeKind
from mdwatch.config.section import Section, setting
from mdwatch.exporters import BUILT_IN
from mdwatch.exporters.terms.uris import is_web
from mdwatch.formats.oai_pmh import identifiers


def _landing_page(text: str) -> str:
    if text and ("{pid}" not in text or not is_web(text.replace("{pid}", "IE1"))):
        raise ValueError(
            "must be an http or https URL with {pid} where the PID goes, such as https://example.org/object/{pid}"
        )
    return text


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"must not name a format twice ({name})")
    return names


def _addresses(urls: tuple[str, ...]) -> tuple[str, ...]:
    for url in urls:
        if not re.fullmatch(common.WEB_ADDRESS, url):
            raise ValueError(f"must hold http or https URLs only, such as https://other.example.org/oai ({url})")
    return urls


class ExportSettings(Section):
    """`[export]`: the formats every published IE is kept exported in, and when what was missed is caught up."""

    formats = setting(ListKind(common.name, least=1, check=_each_once), tuple(BUILT_IN))
    nightly = setting(common.cron(), "0 2 * * *")
    seconds = setting(NumberKind(1, 3_600), 60)
    landing_page = setting(TextKind(check=_landing_page), "")


class OaiSettings(Section):
    """`[oai]`: what the OAI-PMH provider says of itself, and how much it puts on a page."""

    repository_name = setting(TextKind(least=1, most=500), "mdwatch")
    admin_emails = setting(ListKind(common.email, least=1), ("root@localhost.localdomain",))
    identifier_namespace = setting(
        TextKind(pattern=identifiers.NAMESPACE, words='must be a domain name, such as "md.example.org"'),
        "localhost.localdomain",
    )
    friends = setting(ListKind(TextKind(), check=_addresses), ())
    page_records = setting(WholeKind(1, 1_000), 100)
