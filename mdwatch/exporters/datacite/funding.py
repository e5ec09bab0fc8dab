"""Who gave money for the work, in DataCite 4.5: fundingReference."""

from collections.abc import Iterator
from typing import Final

from mdwatch.exporters.datacite import table
from mdwatch.exporters.records import grants
from mdwatch.exporters.records.description import Description, Grant
from mdwatch.exporters.terms import contributor_types
from mdwatch.exporters.terms.uris import is_uri
from mdwatch.exporters.xml_text import element, wrap


def references(said: Description) -> Iterator[str]:
    """A reference for each grant, and for each funder of whom no grant is told."""
    told = {grant.funder for grant in said.grants}
    yield from map(_reference, said.grants)
    for name in said.names:
        if name.text not in told and any(contributor_types.part([role]).property == "funder" for role in name.roles):
            told.add(name.text)
            yield _reference(Grant(name.text, funder_uri=name.uri))


def _reference(grant: Grant) -> str:
    registered = grant.funder_uri or grants.funder_identifier(grant.funder)
    address = {"awardURI": grant.uri} if is_uri(grant.uri) else {}
    program = grants.program(grant)
    parts = [
        element("funderName", grant.funder or table.UNAVAILABLE),
        element("funderIdentifier", registered, _registry(registered)) if registered else "",
        element("awardNumber", grant.number, address) if grant.number else "",
        element("awardTitle", grant.title or program) if grant.title or program else "",
    ]  # fmt: skip
    return wrap("fundingReference", "".join(parts))


# Registries of funders by how their addresses begin, without http(s)://, in the words of DataCite.
_REGISTRIES: Final = (
    ("doi.org/10.13039/", "Crossref Funder ID", grants.FUNDER_REGISTRY),
    ("dx.doi.org/10.13039/", "Crossref Funder ID", grants.FUNDER_REGISTRY),
    ("ror.org/", "ROR", "https://ror.org/"),
    ("isni.org/", "ISNI", "https://isni.org/"),
)


def _registry(address: str) -> dict[str, str]:
    """The registry that an address of a funder is in."""
    bare = address.removeprefix("https://").removeprefix("http://").removeprefix("www.")
    known = ((kind, scheme) for start, kind, scheme in _REGISTRIES if bare.startswith(start))
    kind, scheme = next(known, ("Other", ""))
    return {"funderIdentifierType": kind, "schemeURI": scheme}
