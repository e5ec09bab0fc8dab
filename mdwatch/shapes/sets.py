"""OAI sets."""

from typing import Annotated, NamedTuple, Self

from mdwatch.model import OaiSet
from mdwatch.shapes.values import Moment


class SetShape(NamedTuple):
    """A set as the API tells of it, with how many published IEs belong to it."""

    spec: str
    name: str
    description: str
    definition: str
    changed_at: Moment
    filled: bool
    members: int

    @classmethod
    def of(cls, oai_set: OaiSet, members: int) -> Self:
        """The shape of a set with so many members."""
        return cls(
            spec=oai_set.spec,
            name=oai_set.name,
            description=oai_set.description,
            definition=oai_set.definition,
            changed_at=oai_set.changed_at,
            filled=oai_set.filled,
            members=members,
        )


class DataverseSetShape(NamedTuple):
    """A set in Dataverse's words."""

    name: str
    spec: str
    description: str
    definition: str
    version: Annotated[int, "Another, greater number after each change of the definition."]

    @classmethod
    def of(cls, oai_set: OaiSet) -> Self:
        """The shape of a set."""
        return cls(
            name=oai_set.name,
            spec=oai_set.spec,
            description=oai_set.description,
            definition=oai_set.definition,
            version=oai_set.changed_at,
        )


class SetReportShape(NamedTuple):
    """A set as commands tell of it."""

    spec: str
    name: str
    description: str
    where: str
    changed: Moment
    filled: bool
    members: int

    @classmethod
    def of(cls, oai_set: OaiSet, members: int) -> Self:
        """The shape of a set with so many members."""
        return cls(
            spec=oai_set.spec,
            name=oai_set.name,
            description=oai_set.description,
            where=oai_set.definition,
            changed=oai_set.changed_at,
            filled=oai_set.filled,
            members=members,
        )
