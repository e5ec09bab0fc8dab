"""What answers are made of. All texts are any texts; they are made fit for XML when the answer is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, NamedTuple, TypeVar

Item = TypeVar("Item")


class Header(NamedTuple):
    """The header of a record: `sets` are the setSpecs of every set the item is in (section 2.5)."""

    identifier: str
    datestamp_ms: int
    sets: Sequence[str] = ()
    deleted: bool = False


class OaiRecord(NamedTuple):
    """A record in one format.

    `metadata` is a document without XML declaration for which `embedding.embeddable` is true; it is written byte for
    byte. A deleted record has none. A record that is neither deleted nor has metadata cannot be told in the protocol.
    """

    header: Header
    metadata: bytes | None = None


class MetadataFormat(NamedTuple):
    """A format: its metadataPrefix, the URL of its schema, its XML namespace."""

    prefix: str
    schema: str
    namespace: str


class Set(NamedTuple):
    """A set; `description` is told to harvesters as Dublin Core where it is not empty."""

    set_spec: str
    name: str
    description: str = ""


class Page(NamedTuple, Generic[Item]):
    """One answer's share of a list.

    `token` is None on the last page. `cursor` counts the items of the list before this page, 0 on the first one;
    `complete_size` those of the whole list, None or 0 where that is not known. `expires_ms` is when the token stops
    being good, if it ever does. The schema knows no empty list: while more follows, a page must have an item.
    """

    items: Sequence[Item]
    token: str | None = None
    cursor: int = 0
    complete_size: int | None = None
    expires_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryIdentity:
    """What Identify tells (section 4.2).

    `earliest_ms` is a lower limit of all datestamps. `compressions` are the content codings there are beside identity.
    `namespace` is the namespace identifier of the oai identifiers, `sample_pid` a PID to show one with; `friends` are
    base URLs of other repositories. `descriptions` are further documents, as embeddable as metadata.
    """

    repository_name: str
    admin_emails: Sequence[str]
    earliest_ms: int
    namespace: str
    compressions: Sequence[str] = ()
    friends: Sequence[str] = ()
    descriptions: Sequence[bytes] = ()
    sample_pid: str = "IE1"


PROTOCOL_VERSION: Final = "2.0"
DELETED_RECORD: Final = "persistent"
