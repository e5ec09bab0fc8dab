"""What part someone had in a work, in the terms of DataCite 4.5 and of schema.org.

The roles are MARC relators, by term and by code (id.loc.gov/vocabulary/relators), with a few that records use beside
them. DataCite's contributorType is chosen by its documented meaning: whoever conducts interviews is a DataCollector.
A schema.org property is given only where it is one of CreativeWork that holds a person or an organization.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from mdwatch.exporters.records import relators, role_words


class Part(NamedTuple):
    """The DataCite contributorType and the schema.org property of a part in a work."""

    contributor_type: str
    property: str


# (term, MARC code or nothing, contributorType, schema.org property)
TABLE: Final = (
    ("author", "aut", "Other", "author"),
    ("collector", "col", "DataCollector", "contributor"),
    ("compiler", "com", "DataCollector", "contributor"),
    ("contact person", "", "ContactPerson", "contributor"),
    ("metadata contact", "mdc", "ContactPerson", "contributor"),
    ("copyright holder", "cph", "RightsHolder", "copyrightHolder"),
    ("copyright claimant", "cpc", "RightsHolder", "copyrightHolder"),
    ("rights holder", "", "RightsHolder", "copyrightHolder"),
    ("curator", "cur", "DataCurator", "contributor"),
    ("conservator", "con", "DataCurator", "contributor"),
    ("data manager", "dtm", "DataManager", "contributor"),
    ("data collector", "", "DataCollector", "contributor"),
    ("data curator", "", "DataCurator", "contributor"),
    ("data contributor", "dtc", "DataCollector", "contributor"),
    ("degree supervisor", "dgs", "Supervisor", "contributor"),
    ("thesis advisor", "ths", "Supervisor", "contributor"),
    ("thesis supervisor", "", "Supervisor", "contributor"),
    ("supervisor", "", "Supervisor", "contributor"),
    ("advisor", "", "Supervisor", "contributor"),
    ("distributor", "dst", "Distributor", "contributor"),
    ("film distributor", "fds", "Distributor", "contributor"),
    ("publisher", "pbl", "Distributor", "publisher"),
    ("editor", "edt", "Editor", "editor"),
    ("editor of compilation", "edc", "Editor", "editor"),
    ("editor of moving image work", "edm", "Editor", "editor"),
    ("film editor", "flm", "Editor", "editor"),
    ("funder", "fnd", "Sponsor", "funder"),
    ("patron", "pat", "Sponsor", "sponsor"),
    ("sponsor", "spn", "Sponsor", "sponsor"),
    ("host institution", "his", "HostingInstitution", "contributor"),
    ("hosting institution", "", "HostingInstitution", "contributor"),
    ("repository", "rps", "HostingInstitution", "contributor"),
    ("interviewer", "ivr", "DataCollector", "contributor"),
    ("recordist", "rcd", "DataCollector", "contributor"),
    ("videographer", "vdg", "DataCollector", "contributor"),
    ("surveyor", "srv", "DataCollector", "contributor"),
    ("producer", "pro", "Producer", "producer"),
    ("film producer", "fmp", "Producer", "producer"),
    ("radio producer", "rpc", "Producer", "producer"),
    ("television producer", "tlp", "Producer", "producer"),
    ("production company", "prn", "Producer", "producer"),
    ("project director", "pdr", "ProjectLeader", "contributor"),
    ("principal investigator", "", "ProjectLeader", "contributor"),
    ("project leader", "", "ProjectLeader", "contributor"),
    ("project manager", "", "ProjectManager", "contributor"),
    ("project member", "", "ProjectMember", "contributor"),
    ("work package leader", "", "WorkPackageLeader", "contributor"),
    ("registration agency", "", "RegistrationAgency", "contributor"),
    ("registration authority", "", "RegistrationAuthority", "contributor"),
    ("related person", "", "RelatedPerson", "contributor"),
    ("researcher", "res", "Researcher", "contributor"),
    ("research team head", "rth", "ProjectLeader", "contributor"),
    ("research team member", "rtm", "ProjectMember", "contributor"),
    ("research group", "", "ResearchGroup", "contributor"),
    ("translator", "trl", "Other", "translator"),
    ("illustrator", "ill", "Other", "contributor"),
    ("manufacturer", "mfr", "Other", "contributor"),
    ("printer", "prt", "Other", "contributor"),
    ("dedicatee", "dte", "RelatedPerson", "contributor"),
    ("honoree", "hnr", "RelatedPerson", "contributor"),
)
OTHERWISE: Final = Part("Other", "contributor")

_PARTS: Final = {name: Part(*parts) for term, code, *parts in TABLE for name in (term, code) if name}


def part(roles: Iterable[str]) -> Part:
    """The part that the roles tell of: that of the first role in the table that says more than that there is one."""
    known = [_PARTS[role] for role in map(_known, roles) if role in _PARTS]
    return next((part for part in known if part.contributor_type != OTHERWISE.contributor_type), (*known, OTHERWISE)[0])


def is_rights_holder(role: str) -> bool:
    """Whether the role is that of holding rights."""
    known = _PARTS.get(_known(role))
    return known is not None and known.contributor_type == "RightsHolder"


def word(role: str) -> str:
    """The role in words, as far as it is known; else as given, without the stop that ends it on a catalogue card."""
    return relators.TERMS.get(_normal(role)) or relators.without_code(role.strip(" .,:"))


def _known(role: str) -> str:
    """The role as the table has it, whatever language it is told in."""
    return role_words.code(role) or _normal(role)


def _normal(role: str) -> str:
    """The role as the table has it; a relator may come as its URI."""
    role = relators.without_code(role.strip().strip(".,:").lower())
    return role.rsplit("/", 1)[-1] if role.startswith(("http://", "https://")) else role
