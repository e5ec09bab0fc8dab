"""OAI sets."""

from dataclasses import dataclass
from typing import Annotated, Self

from mdwatch.model import OaiSet
from mdwatch.shapes.values import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class SetShape:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DataverseSetShape:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReportShape:
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
