"""How a run ends ("Rosetta Update Metadata Job", job statuses)."""

from collections.abc import Mapping

from mdwatch.model import RunStatus
from mdwatch.rules.codes import MEANINGS, Code, Effect


def cancelled(by: str) -> str:
    """Why a run was aborted that somebody cancelled."""
    return f"cancelled by {by}"


def run_status(counts: Mapping[Code, int]) -> RunStatus:
    """Any error makes an Error, else any no-change a Complete with warnings; skips alone leave Success."""
    effects = {MEANINGS[code].effect for code, count in counts.items() if count}
    if Effect.ERROR in effects:
        return RunStatus.ERROR
    return RunStatus.WARNINGS if Effect.WARNING in effects else RunStatus.SUCCESS
