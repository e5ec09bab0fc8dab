"""Titles, names, subjects and rights as DDI elements; `ddi_table` says which go where."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mdwatch.exporters.ddi.writer import Content, Node
from mdwatch.exporters.records.description import (
    Name,
    Rights,
    Subject,
    Text,
    Title,
    TitleKind,
    with_forms,
)
from mdwatch.exporters.remembered import of_texts
from mdwatch.exporters.terms.authorities import VOCABULARIES
from mdwatch.exporters.terms.contributor_types import is_rights_holder, word

# Who did something that DDI has an element for; terms and codes of MARC relators, in lower case.
ROLES: Final = {
    "producer": ("producer", "pro", "production company", "prn", "publisher", "pbl"),
    "fundAg": ("funder", "fnd", "funding agency", "sponsor", "spn"),
    "distrbtr": ("distributor", "dst"),
    "depositr": ("depositor", "dpt"),
    "dataCollector": ("data collector", "datacollector"),
}
_ELEMENT_OF: Final = {role: element for element, roles in ROLES.items() for role in roles}
_ROLES_KEPT: Final = 1_000  # of which is remembered which element they have

_ORCID: Final = re.compile(r"https?://orcid\.org/", re.IGNORECASE)


def plain(texts: Iterable[Text], **attributes: str) -> Iterator[Content]:
    """Texts as they are, each with its language."""
    if attributes:
        return (Node(text, {**attributes, "xml:lang": lang}) for text, lang in texts)
    return (Node(text, {"xml:lang": lang}) if lang else text for text, lang in texts)


def first_title(titles: Sequence[Title]) -> Title | None:
    """The title of the work: its first main one, else the first of any kind."""
    for title in titles:
        if title.kind is TitleKind.MAIN:
            return title
    return titles[0] if titles else None


def titled(title: Title) -> Content:
    """A title with its language."""
    return Node(title.text, {"xml:lang": title.lang}) if title.lang else title.text


def other_titles(titles: Sequence[Title], *kinds: TitleKind) -> Iterator[Content]:
    """The titles of these kinds but for the one that `first_title` is."""
    first = first_title(titles)
    return (titled(title) for title in titles if title.kind in kinds and title is not first)


def creators(names: Iterable[Name]) -> Iterator[Content]:
    """`AuthEnty`: everyone who made the work, whatever their roles, which it has no attribute for."""
    return (
        _name(name, affiliation=_joined(name.affiliations)) if name.affiliations else _name(name)
        for name in names
        if name.creator
    )


def in_role(names: Iterable[Name], element: str, *, role: bool) -> Iterator[Content]:
    """Everyone with a role that this element is there for; `role` tells whether it has an attribute for the role."""
    for name in names:
        roles = [given for given in name.roles if element_of(given) == element]
        if roles:
            said = {"role": _joined(roles)} if role else {}
            # The one element of them without @affiliation is fundAg.
            yield _name(name, **said, **({} if element == "fundAg" else {"affiliation": _joined(name.affiliations)}))


def contributors(names: Iterable[Name]) -> Iterator[Content]:
    """`othId`: everyone who did not make the work, but for roles that have an element of their own."""
    for name in names:
        roles = [role for role in name.roles if not element_of(role) and not is_rights_holder(role)]
        if not name.creator and (roles or not name.roles):
            affiliation = _joined(name.affiliations)
            yield _name(name, type=name.kind.value, role=_joined(map(_word, roles)), affiliation=affiliation)


def _word(role: str) -> str:
    """A role in words where the record has a code or an address; the words of a record stay as they are."""
    is_coded = role.startswith(("http://", "https://")) or (len(role) == 3 and role.islower())
    return word(role) if is_coded else role


def rights_holders(names: Iterable[Name]) -> Iterator[Content]:
    """`copyright`: everyone whose role is that of holding rights."""
    return (_name(name) for name in names if not name.creator and any(map(is_rights_holder, name.roles)))


@of_texts(_ROLES_KEPT, "")
def element_of(role: str) -> str:
    """The element of DDI that is there for those in this role; empty where there is none.

    Roles are compared by the code that ends their address, in lower case, without the stops of catalogue cards.
    """
    plain_role = role.strip(" .,;:()[]").lower()
    if plain_role.startswith(("http://", "https://")):
        plain_role = plain_role.rpartition("/")[2]
    return _ELEMENT_OF.get(plain_role, "")


def _name(name: Name, **attributes: str) -> Content:
    """A name with a link to its authority record, where CESSDA's catalogue reads it; it adds nothing to the text."""
    text = with_forms(name.text, name.forms) if name.forms else name.text
    if not name.uri:
        return Node(text, attributes) if attributes else text
    title = "ORCID" if _ORCID.match(name.uri) else ""
    return Node(text, attributes, (("ExtLink", Node("", {"URI": name.uri, "role": "pid", "title": title})),))


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(texts)


def subjects(of: Iterable[Subject]) -> Iterator[Content]:
    """`keyword` and `topcClas`: the term with its vocabulary, and its own address, else that of the vocabulary."""
    for subject in of:
        if not (subject.scheme or subject.uri or subject.lang):
            yield subject.text
            continue
        vocabulary = VOCABULARIES.get(subject.scheme)
        uri = subject.uri or (vocabulary.uri if vocabulary else "")
        yield Node(subject.text, {"vocab": subject.scheme, "vocabURI": uri, "xml:lang": subject.lang})


def statements(of: Iterable[Rights]) -> Iterator[Content]:
    """Rights in words, then the link to their text; its address is spelt out unless the words do so."""
    for rights in of:
        lang = {"xml:lang": rights.lang}
        if not rights.uri:
            yield Node(rights.text, lang) if rights.lang else rights.text
            continue
        spelt = "" if rights.uri in rights.text else rights.uri
        # A space between them, for readers who take the text only.
        words = f"{rights.text} " if rights.text and spelt else rights.text
        yield Node(words, lang if rights.lang else {}, (("ExtLink", Node(spelt, {"URI": rights.uri})),))
