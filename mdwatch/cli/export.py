"""`mdwatch export`: the exports of published IEs, and batches of them.

What runs a batch is imported while the worker processes of one start.
"""

import gc
import json
import sys
from typing import TYPE_CHECKING

import click

from mdwatch.cli import completion, output
from mdwatch.cli.lazy import WholeGroup
from mdwatch.cli.me import me
from mdwatch.cli.settings import config_option, looking_context, open_context
from mdwatch.errors import UsageError
from mdwatch.formats.numbers import counted
from mdwatch.handlers.exports import batch_words
from mdwatch.model import Batch, BatchKind

if TYPE_CHECKING:
    from mdwatch.runtime.context import Context


@click.group(cls=WholeGroup)
def export() -> None:
    """The exports of published IEs."""


@export.command("all")
@config_option
@output.json_option
def export_all(*, as_json: bool) -> None:
    """Exports whatever is due, and tries again what failed. A running daemon is asked to."""
    run_batch("all", as_json=as_json)


@export.command()
@click.option("--older-than", metavar="DATE", help="Only what was exported before: YYYY-MM-DD, or with THH:MM:SS.")
@config_option
@output.json_option
def redo(older_than: str | None, *, as_json: bool) -> None:
    """Exports every published IE anew, whether it is due or not."""
    run_batch("redo", as_json=as_json, older_than=output.milliseconds("--older-than", older_than))


def run_batch(kind: BatchKind, *, as_json: bool, older_than: int | None = None, set_spec: str | None = None) -> None:
    """Has a batch done under a progress bar, shows what came of it, and ends the process."""
    from mdwatch.handlers.exports import forking

    with open_context(forking.expect_redo if kind == "redo" else lambda _settings: None) as context:
        from mdwatch.handlers.exports import processes

        processes.expect(context, kind)
        from tqdm.std import tqdm

        from mdwatch.handlers.exports import request
        from mdwatch.shapes.batches import BatchReportShape

        # What is loaded by now stays to the end: Python need not look for garbage among it while the IEs pass.
        gc.freeze()
        with tqdm(unit=" IEs", disable=None, leave=False) as bar:

            def progress(batch: Batch) -> None:
                bar.total = batch.total
                bar.update(batch.processed - bar.n)

            ended = request.carry_out(
                context,
                kind,
                me(),
                older_than=older_than,
                set_spec=set_spec,
                progress=progress,
                tell=lambda text: tqdm.write(text, file=sys.stderr),
            )
        if as_json:
            output.print_json(BatchReportShape.of(ended))
        else:
            _show_batch(context, ended)
    sys.exit(0 if ended.status == "finished" and not ended.failed else 1)


def _show_batch(context: "Context", batch: Batch) -> None:
    counts = f"{batch.processed} of {batch.total} IEs, {batch.exported} exported, {batch.failed} failed"
    reason = f": {batch.reason}" if batch.reason else ""
    output.line(f"Batch {batch.id} {batch.status}{reason} ({counts}, {batch.unchanged} unchanged)")
    if batch.log:
        output.line(f"Log: {context.settings.logs.directory / batch.log}")


@export.command()
@config_option
def cancel() -> None:
    """Ends the batch that runs, after the IEs in hand; what is exported stays."""
    from mdwatch.handlers.exports import batch

    with open_context() as context:
        found = batch.cancel(context)
    if found is None:
        raise UsageError("no batch of exports waits or runs")
    click.echo(f"Batch {found.id} is asked to end")


@export.command()
@click.argument("pid", shell_complete=completion.pids)
@click.argument("format_", metavar="FORMAT", shell_complete=completion.formats)
@config_option
@output.json_option
def show(pid: str, format_: str, *, as_json: bool) -> None:
    """Shows the export of the IE PID in FORMAT; made now where it is published and not exported yet."""
    from mdwatch.handlers.exports import public, reading

    with looking_context() as context:
        found = reading.document(context, pid, format_)
        behind = reading.is_behind(context, found)
    if behind:
        click.echo(f"mdwatch: IE {pid} was changed since; `mdwatch export status` tells what is due", err=True)
    if as_json:
        output.print_json(public.document(found))
    else:
        sys.stdout.buffer.write((found.content or b"") + b"\n")


@export.command("formats")
@config_option
@output.json_option
def list_formats(*, as_json: bool) -> None:
    """Lists the formats there are exporters for, and whether IEs are kept exported in them."""
    from mdwatch.handlers.exports import reading

    with looking_context() as context:
        found = reading.formats(context)
    if as_json:
        shapes = [
            {
                "name": item.name,
                "displayName": item.exporter.display_name if item.exporter else None,
                "mediaType": item.exporter.media_type if item.exporter else None,
                "version": item.exporter.version if item.exporter else None,
                "harvestable": item.exporter is not None and item.exporter.harvestable,
                "kept": item.kept,
                "fault": item.fault or None,
            }
            for item in found
        ]
        click.echo(json.dumps(shapes, indent=2))
        return
    for item in found:
        kept = "kept" if item.kept else "not kept; name it in export.formats"
        if item.exporter is None:
            output.line(f"{item.name}: {item.fault} ({kept})")
            continue
        harvestable = ", harvestable" if item.exporter.harvestable else ""
        about = f"{item.exporter.display_name} ({item.exporter.media_type}), version {item.exporter.version}"
        output.line(f"{item.name}: {about}{harvestable}; {kept}")


@export.command("status")
@config_option
@output.json_option
def show_status(*, as_json: bool) -> None:
    """Tells how the exports stand: what is due, what fails and why, the batch that runs and the last ones."""
    from mdwatch.handlers.exports import public, reading

    with looking_context() as context:
        found = reading.standing(context)
    if as_json:
        output.print_json(public.standing_report(found))
    else:
        output.line(
            f"{counted(found.published, 'published IE')}: {found.due} due, {found.failing} with a format that fails"
        )
        for item in found.formats:
            failing = f", {item.failing} failing" if item.failing else ""
            output.line(
                f"  {item.format}: {counted(item.documents, 'document')}, "
                f"{counted(item.tombstones, 'tombstone')}{failing}"
            )
        for fault in found.failures:
            since = output.moment(fault.failure.since)
            tries = counted(fault.failure.tries, "try", "tries")
            tries = f"{tries} since {since}, next {output.moment(fault.failure.next_at)}"
            output.line(f"  IE {fault.pid}: {fault.format} failed ({tries}): {fault.failure.reason}")
        for batch in found.latest:
            _show_latest(batch)
    sys.exit(1 if found.failing else 0)


def _show_latest(batch: Batch) -> None:
    if batch.started_at is None:
        state = "waits"
    elif batch.ended_at is None:
        state = f"runs since {output.moment(batch.started_at)}"
    else:
        state = f"{batch.status} {output.moment(batch.ended_at)}"
    about = f"{batch.processed} of {batch.total} IEs, {batch.exported} exported, {batch.failed} failed"
    log = f"; log {batch.log}" if batch.log else ""
    output.line(f"batch {batch.id}, {batch_words.described(batch)}, by {batch.asked_by}: {state}: {about}{log}")
