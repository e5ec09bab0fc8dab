"""The audit trail."""

from collections.abc import Mapping
from typing import NamedTuple

from mdwatch.shapes.values import Moment


class TrailShape(NamedTuple):
    """One act: who did it, by which way (cli, api, page, daemon) and from where, to what, and what came of it.

    `kind` says what the subject is: ie, job, file, set, batch, exports or settings. `outcome` is done, nothing (it was
    so already), refused, or begun, for what was not seen to be finished. `details` depend on the act.
    """

    id: int
    at: Moment
    who: str
    way: str
    origin: str
    act: str
    label: str
    kind: str
    subject: str
    job: str | None
    outcome: str
    details: Mapping[str, object]
