"""What a file asks for, set beside the IE as it stands: looked at once, for the verdict, its reason and its effect."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from mdwatch.model import IeState, InvalidUpdate, Metadata, RecordState, RecordType, UpdateMD
from mdwatch.rules import subtypes


class Evidence(NamedTuple):
    """What was found of the elements of a file, as far as it could be told."""

    unsupported: Metadata | None = None  # the first of a type or subtype that is not supported
    untargeted: Metadata | None = None  # the first whose record the IE does not have, or not in its subtype
    instead: RecordState | None = None  # what the IE has in its place
    changed: tuple[Metadata, ...] = ()  # those whose record differs from the stored one


NOTHING: Final = Evidence()


def find(
    update: UpdateMD | InvalidUpdate,
    ie: IeState | None,
    source_subtypes: Iterable[str],
    *,
    ignore_field_sequence: bool,
) -> Evidence:
    """What rules 2, 7 and 8 rest on."""
    if isinstance(update, InvalidUpdate):
        return NOTHING
    for item in update.metadata:
        if not subtypes.allowed(item.type, item.sub_type, source_subtypes):
            return Evidence(unsupported=item)
    if ie is None:
        return NOTHING
    targets = [_target(item, ie) for item in update.metadata]
    for item, stored in zip(update.metadata, targets, strict=True):
        if not _is_target(item, stored):
            return Evidence(untargeted=item, instead=stored)
    return Evidence(changed=_differing(update.metadata, targets, ignore_field_sequence=ignore_field_sequence))


def changed(update: UpdateMD, ie: IeState, *, ignore_field_sequence: bool) -> tuple[Metadata, ...]:
    """The `metadata` elements whose record differs from the stored one (rule 8)."""
    targets = [_target(item, ie) for item in update.metadata]
    return _differing(update.metadata, targets, ignore_field_sequence=ignore_field_sequence)


def _differing(
    items: Sequence[Metadata], targets: Sequence[RecordState | None], *, ignore_field_sequence: bool
) -> tuple[Metadata, ...]:
    return tuple(
        [
            item
            for item, stored in zip(items, targets, strict=True)
            if not _equal(stored, item, ignore_field_sequence=ignore_field_sequence)
        ]
    )


def _target(item: Metadata, ie: IeState) -> RecordState | None:
    """The stored record that a `metadata` element is to replace."""
    type_ = subtypes.record_type(item.type)
    return ie.records.get((type_, item.mid)) if type_ is not None else None


def _is_target(item: Metadata, stored: RecordState | None) -> bool:
    """Whether this is what the element is to replace; the descriptive record is made where it is missing (rule 7)."""
    if subtypes.record_type(item.type) is RecordType.DESCRIPTIVE:
        return True
    return stored is not None and subtypes.same(item.sub_type, stored.sub_type)


def _equal(stored: RecordState | None, item: Metadata, *, ignore_field_sequence: bool) -> bool:
    """Whether the record is the stored one (rule 8)."""
    if stored is None:
        return False
    if ignore_field_sequence:
        return stored.digests.unordered == item.digests.unordered
    return stored.digests.ordered == item.digests.ordered
