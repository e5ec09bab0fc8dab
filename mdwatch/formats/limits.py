"""The caps on one XML document, and on all the records that come in one file.

They are set so that a document within them costs a second and a hundred megabytes at most, whatever it holds. Where a
part of a document is repeated in what is made of it (the namespace of each element), it is the part that is capped.
"""

from typing import Final, NamedTuple

from mdwatch.errors import Rejected

# What libxml2 itself refuses beyond; a cap above it could not be kept.
DEEPEST: Final = 250
# Records in one file; an IE has a handful.
MOST_RECORDS: Final = 1_000

# Namespaces in scope of one element: whatever asks which there are pays for each.
MOST_IN_SCOPE: Final = 500


class Limits(NamedTuple):
    """Caps on one XML document; the settings `[limits]` fill them in."""

    bytes: int = 16 << 20
    depth: int = 100
    elements: int = 100_000  # and as many attributes
    attributes: int = 1_000  # of one element
    namespaces: int = 10_000  # declarations in the whole document
    # Characters of one: it stands once in the document, and is part of the name of each element that is in it.
    namespace_length: int = 1_000


# For what mdwatch holds: it passed the limits when it came in, so that only what libxml2 itself refuses is left.
ACCEPTED: Final = Limits(
    bytes=1 << 40, depth=DEEPEST, elements=1 << 40, attributes=1 << 40, namespaces=1 << 40, namespace_length=1 << 16
)


def check_attributes(tag: str, count: int, limits: Limits) -> None:
    """Refuses an element with more attributes than the cap; raises `Rejected`."""
    if count > limits.attributes:
        name = tag.rpartition("}")[2][:100]
        raise Rejected(
            f"the element <{name}> has more than {limits.attributes} attributes; "
            "make elements of them or raise limits.attributes"
        )


def too_deep(limits: Limits) -> Rejected:
    """The rejection of a document that nests deeper than the cap."""
    return Rejected(f"nested deeper than {limits.depth} elements; flatten it or raise limits.depth")
