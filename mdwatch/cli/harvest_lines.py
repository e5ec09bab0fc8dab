"""How a harvest stands, in lines for people; apart from its commands, for `status` shows it and is to start quickly."""

from mdwatch.cli import output
from mdwatch.shapes.harvests import HarvestRunShape, HarvestShape


def show(item: HarvestShape) -> None:
    """One harvest, a line for each thing there is to say."""
    last = "never harvested to its end" if item.last is None else f"up to {output.moment(item.last)}"
    under_way = ", a list is under way" if item.under_way else ""
    pending = f", {item.pending} files are still to be written" if item.pending else ""
    output.line(f"harvest {item.name}: {item.base_url} for the job {item.job}, {last}{under_way}{pending}")
    if item.paused:
        output.line(f"  paused; `mdwatch harvest resume {item.name}` lets it run again")
    if item.reason:
        output.line(f"  {item.state} since {output.moment(item.since)}: {item.reason}")
    for run_ in (item.open_run, item.last_run):
        if run_ is not None:
            output.line(f"  run {run_.id}: {told(run_)}")
    if item.next_run is not None:
        output.line(f"  next run {output.moment(item.next_run)}")


def told(item: HarvestRunShape) -> str:
    """What a run came to so far."""
    state = item.status or ("not ended" if item.started_at is not None else "asked for")
    counts = f"{item.written} written, {item.same} same, {item.deleted} deleted, {item.left_out} left out"
    why = f": {item.reason}" if item.reason else ""
    return f"{output.moment(item.started_at or item.asked_at)}: {state} ({counts}){why}"
