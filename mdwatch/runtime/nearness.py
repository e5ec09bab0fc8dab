"""Whether a holder of leases is there, as far as can be seen from this process."""

from mdwatch.rules import holders
from mdwatch.runtime import identity, presence
from mdwatch.runtime.context import Context


def is_there(context: Context, holder: str, *, in_time: bool = True, shared: bool = False) -> bool:
    """Whether the holder of a lease is there, as far as can be told; by itself, whether it keeps it or not."""
    if not holder:
        return False
    there, process, born = identity.parts(holder)
    path = presence.path_beside(context.settings.repository.url)
    return holders.lives(
        holders.sight(there, identity.host()),
        process=identity.born(process) == born,
        in_time=in_time,
        shared=shared,
        present=False if path is None else presence.seen(path, holder),
    )
