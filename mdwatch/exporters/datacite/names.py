"""Names in DataCite 4.5: who created the work, and who else had a part in it.

A name is `Family, Given` as the schema's documentation asks, without dates of life; one that has a form in another
script is one name with both.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from mdwatch.exporters.datacite import table
from mdwatch.exporters.records.description import Description, Name, NameKind, RightsKind, with_forms
from mdwatch.exporters.terms import agents, authorities, contributor_types, language_codes
from mdwatch.exporters.xml_text import element, wrap

_ORGANIZATIONS: Final = (NameKind.CORPORATE, NameKind.CONFERENCE)
_PEOPLE: Final = (NameKind.PERSONAL, NameKind.FAMILY)
_UNKNOWN_CREATOR: Final = wrap("creator", element("creatorName", table.UNAVAILABLE))


def creators(names: Iterable[Name]) -> Iterator[str]:
    """Those who created the work, or DataCite's word for nobody known."""
    is_known = False
    for name in names:
        if name.creator:
            is_known = True
            yield wrap("creator", _name(name, "creatorName"))
    if not is_known:
        yield _UNKNOWN_CREATOR


def contributors(said: Description) -> Iterator[str]:
    """Who had a part in the work without creating it; publishers but the first, and holders of rights."""
    for name in said.names:
        if not name.creator:
            part = contributor_types.part(name.roles).contributor_type
            yield wrap("contributor", _name(name, "contributorName"), {"contributorType": part})
    for text, tag in said.publishers[1:]:
        name_ = element("contributorName", text, {"xml:lang": language_codes.tag(tag)})
        yield wrap("contributor", name_, {"contributorType": "Distributor"})
    for rights in said.rights:
        if rights.kind is RightsKind.HOLDER and rights.text:
            yield wrap("contributor", element("contributorName", rights.text), {"contributorType": "RightsHolder"})


def _name(name: Name, tag: str) -> str:
    """A name with all that is known of who bears it."""
    organization = name.kind in _ORGANIZATIONS
    kind = "Organizational" if organization else "Personal" if name.kind in _PEOPLE else ""
    parts = [element(tag, with_forms(agents.without_life(name), name.forms), {"nameType": kind})]
    if not organization:
        family, given = agents.parted(name)
        parts += [element("givenName", given)] if given else []
        parts += [element("familyName", family)] if family else []
    for uri in (name.uri, *name.other_uris) if name.uri else ():
        authority = authorities.of_name(uri)
        scheme = {"nameIdentifierScheme": authority.name, "schemeURI": authority.uri}
        parts.append(element("nameIdentifier", uri, scheme))
    addresses = dict(name.affiliation_uris)
    parts += [_affiliation(affiliation, addresses.get(affiliation, "")) for affiliation in name.affiliations]
    return "".join(parts)


def _affiliation(text: str, uri: str) -> str:
    """An affiliation, with its address in a registry that the scheme names."""
    authority = authorities.of_name(uri)
    if not uri or not authority.uri:
        return element("affiliation", text)
    return element("affiliation", text, {
        "affiliationIdentifier": uri, "affiliationIdentifierScheme": authority.name, "schemeURI": authority.uri,
    })  # fmt: skip
