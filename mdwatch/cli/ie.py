"""`mdwatch ie`: the Intellectual Entities of the repository."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click
from tqdm.std import tqdm

from mdwatch.cli import completion, output, trail
from mdwatch.cli.lazy import WholeGroup
from mdwatch.cli.me import me
from mdwatch.cli.settings import config_option, looking_context, open_context
from mdwatch.errors import Deferred
from mdwatch.formats import mets, native
from mdwatch.formats.numbers import counted
from mdwatch.formats.printable import escape
from mdwatch.handlers.ies import change as ie_change
from mdwatch.handlers.ies import load as ie_load
from mdwatch.handlers.ies import load_sources, public
from mdwatch.handlers.ies.load import Loaded, Result
from mdwatch.handlers.trail import listing
from mdwatch.model import IntellectualEntity, RecordType, Stage
from mdwatch.rules.acts import Act
from mdwatch.runtime.context import Context

_ACTS: Final = 1_000  # that the history of an IE shows at most
_MAKE_VERSIONS: Final = {Act.IE_LOAD.value, Act.IE_REVERT.value}  # and so are told of already


@click.group(cls=WholeGroup)
def ie() -> None:
    """The Intellectual Entities of the repository."""


@ie.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
@config_option
@output.json_option
def load(paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Loads IEs from PATHS: Rosetta METS files, native JSON (one IE a line), or folders of these."""
    results: list[Result] = []
    counts: Counter[str] = Counter()
    with open_context() as context:
        try:
            for result in _load_all(context, load_sources.sources(paths)):
                counts[result.loaded.value] += 1
                if result.loaded is Loaded.REJECTED:
                    message = f"{escape(result.source)}: not loaded: {escape(result.reason)}"
                    tqdm.write(message, file=sys.stderr)
                for notice in result.notices:
                    tqdm.write(f"{escape(result.source)}: IE {result.pid}: {notice}", file=sys.stderr)
                if as_json:
                    results.append(result)
        except Deferred:
            loaded = sum(counts.values()) - counts[Loaded.REJECTED.value]
            click.echo(
                f"mdwatch: {loaded} IEs were loaded before; load again, which leaves these as they are", err=True
            )
            raise
    if as_json:
        output.print_json({"counts": counts, "ies": results})
    else:
        parts = ", ".join(f"{counts[item.value]} {item.value}" for item in Loaded)
        click.echo(f"{counted(sum(counts.values()), 'IE')}: {parts}")
    sys.exit(1 if counts[Loaded.REJECTED.value] else 0)


def _load_all(context: Context, files: Sequence[Path]) -> Iterator[Result]:
    """The IEs of all files, counted in a progress bar: one file may hold one IE or a million."""
    with tqdm(unit=" IEs", disable=None, leave=False) as bar:
        for number, file in enumerate(files, 1):
            bar.set_description(f"file {number} of {len(files)}")
            for result in _load_one(context, file):
                bar.update()
                yield result


def _load_one(context: Context, file: Path) -> Iterator[Result]:
    """The IEs of one file; one that cannot be read is rejected as a whole."""
    try:
        yield from ie_load.load(context, file, me())
    except OSError as error:
        yield Result(str(file), None, Loaded.REJECTED, f"cannot be read: {error.strerror or error}")


@ie.command()
@click.argument("pid", shell_complete=completion.pids)
@click.option("--format", "format_", type=click.Choice(["text", "json", "mets"]), default="text", show_default=True)
@config_option
@output.json_option
def show(pid: str, format_: str, *, as_json: bool) -> None:
    """Shows the IE PID: for people, as native JSON (the shape of `ie load`), or as METS in the Rosetta profile."""
    with looking_context() as context:
        entity = ie_change.show(context, pid)
        version = ie_change.history(context, pid)[-1].version
    if as_json or format_ == "json":
        click.echo(native.write(entity))
    elif format_ == "mets":
        click.echo(mets.write(entity), nl=False)
    else:
        _show_text(entity, version)


def _show_text(entity: IntellectualEntity, version: int) -> None:
    facts = (
        ("institution", entity.institution),
        ("stage", entity.stage.value),
        ("status", entity.status.value),
        ("locked by", entity.locked_by or "nobody"),
        ("published", "yes" if entity.published else "no"),
        ("harvested", "yes" if entity.harvested else "no"),
        ("version", version),
        ("modified", f"{entity.characteristics.get('modificationDate', '-')}"),
        ("modified by", f"{entity.characteristics.get('modifiedBy', '-')}"),
        ("events", len(entity.events)),
    )
    output.line(f"IE {entity.pid}")
    for name, value in facts:
        output.line(f"  {name + ':':13} {value}")
    for record in entity.records:
        kind = "descriptive dc" if record.type is RecordType.DESCRIPTIVE else f"source {record.sub_type} {record.mid}"
        output.line(f"  record:       {kind}")
        for text in record.content.splitlines():
            output.line(f"    {text}")


@ie.command()
@click.argument("pid", shell_complete=completion.pids)
@config_option
@output.json_option
def history(pid: str, *, as_json: bool) -> None:
    """Lists every version of the IE PID, and between them what else was done with it by hand."""
    with looking_context() as context:
        versions = ie_change.history(context, pid)
        acts = listing.acts(context, subject=pid, limit=_ACTS)
    if as_json:
        output.print_json([public.version_report(item) for item in versions])
        return
    lines = [
        (act.at, f"{output.moment(act.at)}: {trail.told(act)}")
        for act in acts
        if act.kind == "ie" and act.act not in _MAKE_VERSIONS
    ]
    for item in versions:
        names = ", ".join("dc" if type_ is RecordType.DESCRIPTIVE else mid for type_, mid in item.records)
        origin = f" from {item.file}" if item.file else ""
        job = f" in job {item.job}" if item.job else ""
        who = f"{item.cause} by {item.agent}{job}{origin}"
        lines.append((item.at, f"version {item.version}, {output.moment(item.at)}: {who}: {names or 'no record'}"))
    for _, line in sorted(lines, key=lambda pair: pair[0]):
        output.line(line)


@ie.command()
@click.argument("pid", shell_complete=completion.pids)
@click.option("--to", "version", type=int, required=True, help="The version whose records are wanted again.")
@config_option
def revert(pid: str, version: int) -> None:
    """Makes the records of an earlier version of the IE PID current again, as a new version."""
    with open_context() as context:
        done = ie_change.revert(context, pid, version, me())
    if done.version is None:
        click.echo(f"IE {pid} has the records of version {version} already; nothing was changed")
    else:
        click.echo(f"IE {pid} has the records of version {version} again, as version {done.version}")


@ie.command()
@click.argument("pid", shell_complete=completion.pids)
@click.option("--by", "holder", help="Who holds the lock; else you.")
@config_option
def lock(pid: str, holder: str | None) -> None:
    """Locks the IE PID, so that no update changes it."""
    _act(ie_change.lock, pid, holder or me())


@ie.command()
@click.argument("pid", shell_complete=completion.pids)
@config_option
def unlock(pid: str) -> None:
    """Releases the lock of the IE PID."""
    _act(ie_change.unlock, pid)


@ie.command()
@click.argument("pid", shell_complete=completion.pids)
@click.argument("stage", type=click.Choice([item.value for item in Stage]))
@config_option
def stage(pid: str, stage: str) -> None:
    """Moves the IE PID to the STAGE: into SIP processing, or into the permanent repository."""
    _act(ie_change.set_stage, pid, Stage(stage))


@ie.command()
@click.argument("pid", shell_complete=completion.pids)
@config_option
def publish(pid: str) -> None:
    """Publishes the IE PID."""
    _act(ie_change.publish, pid)


@ie.command()
@click.argument("pid", shell_complete=completion.pids)
@config_option
def unpublish(pid: str) -> None:
    """Takes the IE PID back from publication."""
    _act(ie_change.unpublish, pid)


@ie.command()
@click.argument("pid", shell_complete=completion.pids)
@config_option
def delete(pid: str) -> None:
    """Marks the IE PID as deleted; its records and history stay."""
    _act(ie_change.delete, pid)


@ie.command()
@click.argument("pid", shell_complete=completion.pids)
@config_option
def undelete(pid: str) -> None:
    """Takes back that the IE PID was deleted: it is as it was, and exported anew if it is published."""
    _act(ie_change.undelete, pid)


def _act(change: Callable[..., str], *arguments: Any) -> None:
    """Carries out one change and says what came of it."""
    with open_context() as context:
        output.line(change(context, *arguments))
