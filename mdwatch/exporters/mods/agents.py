"""Names in a MODS record that is made anew."""

from collections.abc import Iterator
from typing import Final

from mdwatch.exporters.mods.groups import Groups, told
from mdwatch.exporters.records.description import Name
from mdwatch.exporters.terms import authorities, contributor_types
from mdwatch.exporters.xml_text import element, uri, wrap

_RELATORS: Final = "http://id.loc.gov/vocabulary/relators/"


def elements(name: Name, groups: Groups) -> Iterator[str]:
    """A name, each of its forms an element in one group; one that created the work says so, whatever its roles."""
    if name[2:] == _NOTHING_MORE:
        yield wrap("name", element("namePart", name.text) + (_CREATOR if name.creator else ""))
        return
    roles = name.roles or (("creator",) if name.creator else ())
    is_orcid = name.uri.startswith("https://orcid.org/")
    terms = "".join(wrap("role", term) for term in map(_role, roles))
    addresses = dict(name.affiliation_uris)
    known = [
        *(element("affiliation", text, {"valueURI": uri(addresses.get(text, ""))}) for text in name.affiliations),
        element("nameIdentifier", name.uri, {"type": "orcid"}) if is_orcid else "",
        *map(_identifier, name.other_uris[is_orcid:]),
    ]
    values = {
        "type": name.kind.value,
        "valueURI": uri(name.other_uris[0] if name.other_uris else "") if is_orcid else uri(name.uri),
        "altRepGroup": groups.new() if name.forms else "",
    }
    yield wrap("name", "".join([*_name_parts(name), terms, *known]), values)
    for form in name.forms:
        content = told("namePart", form) + terms
        yield wrap("name", content, {"type": name.kind.value, "altRepGroup": values["altRepGroup"]})


def _identifier(uri_: str) -> str:
    """Another identifier, whose type is the file that it is of."""
    return element("nameIdentifier", uri_, {"type": authorities.of_name(uri_).name.lower()})


_NOTHING_MORE: Final = Name("", creator=False)[2:]


def _name_parts(name: Name) -> Iterator[str]:
    """The name, and its dates of life apart from it."""
    bare = name.text.removesuffix(name.dates).rstrip(" ,") if name.dates else name.text
    if bare and bare != name.text:
        yield element("namePart", bare)
        yield element("namePart", name.dates, {"type": "date"})
    else:
        yield element("namePart", name.text)


def _role(role: str) -> str:
    """A role by its term, its code or its address."""
    if role.startswith(_RELATORS):
        code = role.removeprefix(_RELATORS)
        return element("roleTerm", code, {"type": "code", "authority": "marcrelator", "valueURI": uri(role)})
    is_code = len(role) == 3 and role.islower()
    is_relator = is_code and contributor_types.word(role) != role
    return element("roleTerm", role, {
        "type": "code" if is_code else "text", "authority": "marcrelator" if is_relator else "",
    })  # fmt: skip


_CREATOR: Final = wrap("role", _role("creator"))
