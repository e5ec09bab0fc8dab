"""Who has what of the open batch of exports: the leases of its slices, and the processes that hold them."""

from sqlalchemy import Connection

from mdwatch.model import BatchSlice
from mdwatch.repository import batch_slices
from mdwatch.runtime import identity, lease_holders, lease_names
from mdwatch.runtime.context import Context


def prefix(batch: int) -> str:
    """How the leases of the slices of a batch begin."""
    return f"slice of batch {batch} number "


def name(item: BatchSlice) -> str:
    """The lease of a slice."""
    return f"{prefix(item.batch)}{item.id}"


def runner(connection: Connection, context: Context) -> str | None:
    """The process that keeps exports current and runs batches, in words; None where none does."""
    found = lease_holders.living(connection, context, lease_names.EXPORTS).get(lease_names.EXPORTS)
    return None if found is None else identity.shown(found)


def slices(connection: Connection, context: Context, batch: int) -> list[tuple[BatchSlice, str | None]]:
    """The slices in hand, with the processes that have them; None for what nobody has at the moment."""
    items = batch_slices.in_hand(connection, batch)
    if not context.repository.shared:
        alone = runner(connection, context)
        return [(item, alone) for item in items]
    living = lease_holders.living(connection, context, prefix(batch))
    return [(item, identity.shown(living[name(item)]) if name(item) in living else None) for item in items]
