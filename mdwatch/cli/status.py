"""`mdwatch status`: how things stand. What tells of harvests is not imported where there are none."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from mdwatch.cli import output
from mdwatch.cli.settings import config_option, looking_context
from mdwatch.formats.numbers import counted
from mdwatch.handlers.jobs import status as job_status
from mdwatch.rules.codes import HOLDING
from mdwatch.shapes.harvests import HarvestShape
from mdwatch.shapes.jobs import JobStatusShape

if TYPE_CHECKING:
    from mdwatch.runtime.context import Context


@click.command()
@config_option
@output.json_option
def status(*, as_json: bool) -> None:
    """Tells how each job stands: its last run, what waits and why, what lies in error/, what is long ignored."""
    with looking_context() as place:
        seen = job_status.overview(place, _harvests(place))
    if as_json:
        output.print_json(seen)
        return
    output.line(f"daemon: {'running' if seen.daemon else 'not running'}")
    for job in seen.jobs:
        _show(job, daemon=seen.daemon)
    if seen.harvests:
        from mdwatch.cli import harvest_lines

        for harvest in seen.harvests:
            harvest_lines.show(harvest)
    total = sum(seen.institutions.values())
    parts = ", ".join(f"{code} {number}" for code, number in seen.institutions.items())
    output.line(f"repository: {counted(total, 'IE')}" + (f" ({parts})" if parts else ""))
    if seen.audit is not None:
        output.line(f"nightly audit: {seen.audit}; see `mdwatch audit`")
    if seen.undelivered:
        several = f"{seen.undelivered} messages" if seen.undelivered > 1 else "a message"
        output.line(
            f"notifications: {several} of the last seven days reached nobody; "
            "see `mdwatch notifications list --state given-up`"
        )
    exports = seen.exports
    failing = f", {exports.failing} with a format that fails; see `mdwatch export status`" if exports.failing else ""
    output.line(f"exports: {counted(exports.published, 'published IE')}, {exports.due} due{failing}")
    if seen.store is not None:
        failing = (
            f", {seen.store.failing} that cannot be kept; see `mdwatch store status`" if seen.store.failing else ""
        )
        output.line(f"store: {seen.store.path}, {counted(seen.store.due, 'IE')} to be kept yet{failing}")
    if exports.runner:
        output.line(f"  kept current by process {exports.runner}")
    if exports.batch is not None:
        output.line(f"  batch {exports.batch.id}: {exports.batch.processed} of {exports.batch.total} IEs")
    for item in exports.slices:
        who = f"by process {item.holder}" if item.holder else "by nobody at the moment"
        output.line(f"    IEs with keys {item.position + 1} to {item.upto}: {who}")


def _harvests(place: "Context") -> Sequence[HarvestShape]:
    if not place.settings.harvests:
        return ()
    from mdwatch.handlers.harvests import listing

    return listing.harvests(place)


def _show(job: JobStatusShape, *, daemon: bool) -> None:
    """One job, a line for each thing there is to say."""
    run = job.last_run
    output.line(f"job {job.name}:", f"last run {_run_text(job)}" if run else "never run")
    if job.keeper:
        output.line(f"  looked after by process {job.keeper}")
    state = job.state
    if state is not None and state.paused:
        output.line(f"  paused; `mdwatch job resume {job.name}` lets it run again")
    if job.next_run is not None:
        output.line(f"  next run {output.moment(job.next_run)}" + ("" if daemon else ", if a daemon runs then"))
    if daemon and state is not None and state.reason:
        output.line(f"  {state.state} since {output.moment(state.since)}: {state.reason}")
    if job.fault:
        output.line(f"  folder cannot be used: {job.fault}")
    else:
        settled = f", and {job.settled} settled" if job.settled else ""
        output.line(f"  {counted(job.files, 'file')} in {job.settings['folder']}, {job.errors} in error/{settled}")
    if job.interrupted:
        output.line(f"  interrupted: {job.interrupted}")
    if job.waiting:
        output.line(f"  {job.waiting} waiting, since {output.moment(job.waiting_since)}:")
        for file in job.waiting_files:
            output.line(f"    {file.name}: {file.reason}")
        if (job.files or 0) > job.waiting and any(file.code in HOLDING for file in job.waiting_files):
            output.line(f"    later files wait for what cannot be read yet, up to {job.settings['order_wait']:g} s")
        if job.waiting > len(job.waiting_files):
            output.line(f"    and {job.waiting - len(job.waiting_files)} more")
    for item in job.ignored:
        output.line(f"  ignored for long: {item.name}: {item.why}")


def _run_text(job: JobStatusShape) -> str:
    run = job.last_run
    assert run is not None  # noqa: S101
    counts = ", ".join(f"{number} {code}" for code, number in sorted(job.counts.items())) or "no files"
    state = run.status or "not ended"
    if run.status == "Aborted":
        counts = f"{run.reason}; {counts}" if job.counts else str(run.reason)
    return f"{output.moment(run.started_at)}: {state} ({counts})"
