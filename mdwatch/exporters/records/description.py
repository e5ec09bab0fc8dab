"""What an IE's records say of it, whatever form they say it in: the middle of every crosswalk.

Readers (`dublin_core`, `mods`, `marc`) fill it in from a record; writers (`ddi`, `datacite`, `schema_org`, ...) put it
into a format. Texts are as the record has them, white space collapsed, never empty, with no character that XML cannot
hold. A field that a record does not have is an empty tuple; the order is that of the record.
"""

from enum import Enum
from typing import NamedTuple


class Text(NamedTuple):
    """A text with its language (a BCP 47 tag as given, or empty)."""

    text: str
    lang: str = ""


class _Term(Enum):
    """Terms that are told apart by what they are: Python would hash each by its name, in Python."""

    __hash__ = object.__hash__


class TitleKind(_Term):
    """What a title is to the work."""

    MAIN = "main"
    SUBTITLE = "subtitle"
    ALTERNATIVE = "alternative"
    TRANSLATED = "translated"
    UNIFORM = "uniform"
    ABBREVIATED = "abbreviated"


class Title(NamedTuple):
    """A title of the work itself."""

    text: str
    kind: TitleKind = TitleKind.MAIN
    lang: str = ""


class NameKind(_Term):
    """What bears a name."""

    PERSONAL = "personal"
    CORPORATE = "corporate"
    CONFERENCE = "conference"
    FAMILY = "family"
    UNKNOWN = ""


class Name(NamedTuple):
    """Someone who had a part in the work.

    `roles` are terms as given, such as `Interviewer` or `aut`; `creator` tells whether they made it, all others
    contributed. `given` and `family` where the record tells them apart. `uri` is the name's authority record or ORCID,
    `other_uris` are those of other files. `dates` are those of life, as they end the text; `forms` the same name in
    other scripts, never another bearer. `affiliation_uris` are the addresses of affiliations in a registry, as pairs.
    """

    text: str
    creator: bool
    roles: tuple[str, ...] = ()
    kind: NameKind = NameKind.UNKNOWN
    uri: str = ""
    affiliations: tuple[str, ...] = ()
    given: str = ""
    family: str = ""
    dates: str = ""
    forms: tuple[Text, ...] = ()
    other_uris: tuple[str, ...] = ()
    affiliation_uris: tuple[tuple[str, str], ...] = ()


class DateKind(_Term):
    """What happened on a date; the terms of DCMI, and those of MODS that DCMI lacks."""

    PLAIN = "date"
    CREATED = "created"
    ISSUED = "issued"
    CAPTURED = "captured"
    MODIFIED = "modified"
    COPYRIGHTED = "dateCopyrighted"
    SUBMITTED = "dateSubmitted"
    ACCEPTED = "dateAccepted"
    AVAILABLE = "available"
    VALID = "valid"
    COLLECTED = "collected"
    EMBARGO_END = "embargoEnd"
    OTHER = "other"


class Date(NamedTuple):
    """A date as the record writes it. `end` is the end of a span that `text` begins, else empty.

    `qualifier` is MODS's word for one that is not certain: `approximate`, `questionable` or `inferred`. `words` is what
    the record writes for people beside a coded `text`. `event` names what happened, for dates of the kind OTHER.
    """

    text: str
    kind: DateKind = DateKind.PLAIN
    end: str = ""
    qualifier: str = ""
    words: str = ""
    event: str = ""


class SubjectKind(_Term):
    """What a subject is."""

    TOPIC = "topic"
    NAME = "name"
    TITLE = "title"
    OCCUPATION = "occupation"
    GENRE = "genre"
    CLASSIFICATION = "classification"


class Subject(NamedTuple):
    """What the work is about; `scheme` names the vocabulary (`lcsh`, `ddc`), `uri` the term in it.

    `parts` are the parts of a heading where it has several, each with its element in MODS (`topic`, `geographic`).
    """

    text: str
    kind: SubjectKind = SubjectKind.TOPIC
    scheme: str = ""
    uri: str = ""
    lang: str = ""
    parts: tuple[tuple[str, str], ...] = ()


class PlaceKind(_Term):
    """How a place is told."""

    NAME = "name"
    COUNTRY = "country"
    BOX = "box"
    POINT = "point"


class Place(NamedTuple):
    """A place that the work is about; coordinates as given."""

    text: str
    kind: PlaceKind = PlaceKind.NAME
    scheme: str = ""
    uri: str = ""


class Identifier(NamedTuple):
    """A name of the work; `type` is in lower case (`doi`, `hdl`, `uri`, `isbn`, `local`), or empty if not known."""

    text: str
    type: str = ""


class PartOfHost(NamedTuple):
    """Where in its host a work stands, as far as the record tells that by parts."""

    volume: str = ""
    issue: str = ""
    first_page: str = ""
    last_page: str = ""
    year: str = ""


class Related(NamedTuple):
    """Another work. `relation` is the DCMI term (`isPartOf`, `isReferencedBy`, ...), or `relation`, or `source`.

    At least one of `title` and `identifiers` is there; `part` says where in the host it stands (volume, pages), and
    `place` the same by parts. `stated` is DataCite's own word for the relation, where the record has one.
    """

    relation: str
    title: str = ""
    identifiers: tuple[Identifier, ...] = ()
    part: str = ""
    series: bool = False
    place: PartOfHost = PartOfHost()
    stated: str = ""


class RightsKind(_Term):
    """What a statement of rights speaks of."""

    PLAIN = "rights"
    LICENSE = "license"
    ACCESS = "accessRights"
    HOLDER = "rightsHolder"


class Rights(NamedTuple):
    """A statement of rights, its licence by `uri` where it has one; `text` may then be empty."""

    text: str
    kind: RightsKind = RightsKind.PLAIN
    uri: str = ""
    lang: str = ""


class Parallel(NamedTuple):
    """A value's form in another script: `part` names the field of the description that has the value `text`."""

    part: str
    text: str
    form: Text


class NoteType(NamedTuple):
    """What a note is of, in MODS's word (`bibliography`, `awards`), by the text of the note."""

    text: str
    type: str


class Grant(NamedTuple):
    """Money that the work was made with: who gave it, the number of the grant, its address, what it is called.

    `funder_uri` is the address of the funder in a registry.
    """

    funder: str
    number: str = ""
    uri: str = ""
    title: str = ""
    funder_uri: str = ""


class Description(NamedTuple):
    """All of it. `genres` are forms of the work (`interview`), `types` kinds of resource (`moving image`)."""

    titles: tuple[Title, ...] = ()
    names: tuple[Name, ...] = ()
    publishers: tuple[Text, ...] = ()
    places_published: tuple[Text, ...] = ()
    editions: tuple[Text, ...] = ()
    dates: tuple[Date, ...] = ()
    languages: tuple[Text, ...] = ()
    types: tuple[Text, ...] = ()
    genres: tuple[Text, ...] = ()
    formats: tuple[Text, ...] = ()
    extents: tuple[Text, ...] = ()
    abstracts: tuple[Text, ...] = ()
    contents: tuple[Text, ...] = ()  # tables of contents
    notes: tuple[Text, ...] = ()
    audiences: tuple[Text, ...] = ()
    provenances: tuple[Text, ...] = ()
    subjects: tuple[Subject, ...] = ()
    places: tuple[Place, ...] = ()
    periods: tuple[Text, ...] = ()  # times that the work is about
    identifiers: tuple[Identifier, ...] = ()
    related: tuple[Related, ...] = ()
    rights: tuple[Rights, ...] = ()
    grants: tuple[Grant, ...] = ()
    locations: tuple[Text, ...] = ()  # who keeps the thing itself
    scales: tuple[Text, ...] = ()  # of maps
    projections: tuple[Text, ...] = ()
    shelf_marks: tuple[Text, ...] = ()  # where it stands there
    previews: tuple[Text, ...] = ()  # addresses of small pictures of it
    responsibilities: tuple[Text, ...] = ()  # statements of responsibility
    frequencies: tuple[Text, ...] = ()  # how often a serial comes out
    genre_terms: tuple[Subject, ...] = ()  # those of the genres that are terms of a vocabulary
    note_types: tuple[NoteType, ...] = ()  # of those notes that have one
    parallels: tuple[Parallel, ...] = ()  # forms in other scripts

    def forms(self, part: str) -> dict[str, tuple[Text, ...]]:
        """The forms in other scripts of the values of a part, by the text of the value."""
        found: dict[str, list[Text]] = {}
        for parallel in self.parallels:
            if parallel.part == part:
                found.setdefault(parallel.text, []).append(parallel.form)
        return {text: tuple(forms) for text, forms in found.items()}

    def in_all_scripts(self, part: str) -> tuple[Text, ...]:
        """The texts of a part, each with its forms in other scripts: one value, whatever the scripts."""
        texts: tuple[Text, ...] = getattr(self, part)
        if not self.parallels:
            return texts
        forms = self.forms(part)
        return tuple(text._replace(text=with_forms(text.text, forms.get(text.text, ()))) for text in texts)

    def works(self) -> tuple[Related, ...]:
        """The related works, each title with its forms in other scripts."""
        forms = self.forms("related") if self.parallels else {}
        if not forms:
            return self.related
        return tuple(work._replace(title=with_forms(work.title, forms.get(work.title, ()))) for work in self.related)


def with_forms(text: str, forms: tuple[Text, ...]) -> str:
    """A text with its forms in other scripts, `Shan shui ji (山水集)`: one value, whatever the scripts."""
    return f"{text} ({'; '.join(form.text for form in forms)})" if forms else text
