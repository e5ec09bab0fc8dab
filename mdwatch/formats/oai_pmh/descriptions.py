"""The descriptions that Identify and ListSets carry, each in a schema of its own (OAI-PMH 2.0 guidelines)."""

from collections.abc import Iterable
from typing import Final

from mdwatch.formats.oai_pmh import identifiers
from mdwatch.formats.oai_pmh.characters import element, escaped

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_HOME: Final = "http://www.openarchives.org/OAI/2.0/"
_DUBLIN_CORE: Final = "http://purl.org/dc/elements/1.1/"


def oai_identifier(namespace: str, sample_pid: str) -> bytes:
    """That identifiers follow the oai-identifier scheme, with a sample."""
    return _document(
        "oai-identifier",
        f"{_HOME}oai-identifier",
        f"{_HOME}oai-identifier.xsd",
        element("scheme", identifiers.SCHEME)
        + element("repositoryIdentifier", namespace)
        + element("delimiter", identifiers.DELIMITER)
        + element("sampleIdentifier", identifiers.identifier(namespace, sample_pid)),
    )


def friends(base_urls: Iterable[str]) -> bytes:
    """Other repositories that a harvester may want to know."""
    inner = "".join(element("baseURL", url) for url in base_urls)
    return _document("friends", f"{_HOME}friends/", f"{_HOME}friends.xsd", inner)


def dublin_core(description: str) -> bytes:
    """A text about a set."""
    return (
        f'<oai_dc:dc xmlns:oai_dc="{_HOME}oai_dc/" xmlns:dc="{_DUBLIN_CORE}" xmlns:xsi="{XSI}"'
        f' xsi:schemaLocation="{_HOME}oai_dc/ {_HOME}oai_dc.xsd">'
        f"<dc:description>{escaped(description)}</dc:description></oai_dc:dc>"
    ).encode()


def _document(name: str, namespace: str, schema: str, inner: str) -> bytes:
    return (
        f'<{name} xmlns="{namespace}" xmlns:xsi="{XSI}" xsi:schemaLocation="{namespace} {schema}">{inner}</{name}>'
    ).encode()
