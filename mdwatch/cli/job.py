"""`mdwatch job`: the configured jobs, and running one. What runs jobs is not imported to list them."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import click

from mdwatch.cli import completion, output
from mdwatch.cli.lazy import WholeGroup
from mdwatch.cli.settings import config_option, looking_context, open_context
from mdwatch.formats.numbers import counted
from mdwatch.formats.printable import escape
from mdwatch.model import RunStatus

if TYPE_CHECKING:
    from mdwatch.config import Settings
    from mdwatch.handlers.updates.reports import Progress, Report


@click.group(cls=WholeGroup)
def job() -> None:
    """The Metadata Update Jobs."""


@job.command("list")
@config_option
@output.json_option
def list_jobs(*, as_json: bool) -> None:
    """Lists the configured jobs: user, schedule, folder, whether they are paused, and when they run next."""
    from mdwatch.handlers.jobs import facts as job_facts

    with looking_context() as place:
        settings = place.settings
        facts = job_facts.jobs(place)
    if as_json:
        output.print_json(
            {
                item.name: item.settings.plain() | {"paused": item.state.paused, "next_run": item.next_run}
                for item in facts
            }
        )
        return
    if not facts:
        output.line("There are no jobs; write a table [jobs.NAME]")
    for item in facts:
        job_settings = item.settings
        role = settings.users[job_settings.user].role.value
        parts = [f"{item.name}: user {job_settings.user} ({role})", f"schedule {job_settings.schedule}"]
        parts.append(f"folder {job_settings.folder}")
        parts += ["paused"] if item.state.paused else []
        parts += [f"next run {output.moment(item.next_run)}"] if item.next_run is not None else []
        output.line(", ".join(parts))


@job.command()
@click.argument("name", shell_complete=completion.jobs)
@config_option
@output.json_option
def run(name: str, *, as_json: bool) -> None:
    """Runs the job NAME once: takes every file that lies in its folder, in order. A running daemon is asked to."""
    with open_context(partial(_expect, name)) as place, _shown() as (progress, write):
        from mdwatch.handlers.jobs import request

        def waits(what: str, since: int | None) -> None:
            when = "" if since is None else f", since {output.moment(since)}"
            write(escape(f"{what}{when}"))

        report = request.run(place, name, progress, waits, tell=write)
        log_file = place.settings.logs.directory / f"{name}.log"
    if as_json:
        output.print_json(report)
    else:
        click.echo(f"{_summary(report)}\nJob log: {log_file}")
    sys.exit(0 if report.status in {RunStatus.SUCCESS, RunStatus.WARNINGS} else 1)


@job.command()
@click.argument("name", shell_complete=completion.jobs)
@config_option
def pause(name: str) -> None:
    """Lets no run of the job NAME begin until it is resumed."""
    from mdwatch.handlers.jobs import request

    with open_context() as place:
        click.echo(request.pause(place, name))


@job.command()
@click.argument("name", shell_complete=completion.jobs)
@config_option
def resume(name: str) -> None:
    """Lets the job NAME run again."""
    from mdwatch.handlers.jobs import request

    with open_context() as place:
        click.echo(request.resume(place, name))


@job.command()
@click.argument("name", shell_complete=completion.jobs)
@config_option
def cancel(name: str) -> None:
    """Ends the run of the job NAME: it takes no further file. A job that watches its folder is paused."""
    from mdwatch.handlers.jobs import cancel as job_cancel

    with open_context() as place:
        output.line(job_cancel.cancel(place, name))


@job.command()
@click.argument("name", shell_complete=completion.jobs)
@click.argument("run", type=click.IntRange(0))
@click.option("--dry-run", is_flag=True, help="Only tell what would come of it.")
@config_option
@output.json_option
def undo(name: str, run: int, *, dry_run: bool, as_json: bool) -> None:
    """Takes back what the run RUN of the job NAME did, but for IEs that somebody changed since.

    Each IE gets the records back that it had before the run, as a new version. Undoing again goes on where it was cut
    short, and else does nothing more.
    """
    from tqdm.std import tqdm

    from mdwatch.handlers.jobs import undo as job_undo

    with open_context() as place:
        if dry_run:
            done = job_undo.preview(place, run, name)
        else:
            with tqdm(unit=" IEs", disable=None, leave=False) as bar:

                def tell(seen: int, total: int) -> None:
                    bar.total = total
                    bar.update(seen - bar.n)

                done = job_undo.undo(place, run, name, tell=tell)
    if as_json:
        output.print_json(done)
    else:
        for item in done.left:
            output.line(f"IE {item.pid} {'would be' if dry_run else 'is'} left as it is: {item.reason}")
        verb = "would be taken back" if dry_run else "taken back"
        already = f", {done.already} before" if done.already else ""
        output.line(
            f"Run {run} of {name} changed {counted(done.total, 'IE')}: "
            f"{done.undone} {verb}{already}, {len(done.left)} left"
        )
    sys.exit(1 if done.left and not dry_run else 0)


def _expect(name: str, settings: "Settings") -> None:
    """Has what reads the job's files begin to start."""
    from mdwatch.handlers.updates import expecting

    if (wanted := settings.jobs.get(name)) is not None:
        expecting.expect(wanted.folder, settings.workers.processes)


@contextmanager
def _shown() -> Iterator[tuple["Progress | None", Callable[[str], None]]]:
    """How far the run is, in a bar where somebody looks, and how to write a line above that."""
    if not sys.stderr.isatty():
        # Without anybody who looks the bar need not even be imported.
        yield None, partial(click.echo, err=True)
        return
    import structlog
    from tqdm.std import tqdm

    with tqdm(unit=" files", leave=False) as bar:
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(_AboveBar()))  # type: ignore[arg-type]

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress, partial(tqdm.write, file=sys.stderr)


def _summary(report: "Report") -> str:
    """The run in one line."""
    if report.status is RunStatus.ABORTED and not report.counts:
        return f"Job {report.job} aborted: {report.reason}"
    reason = f", {report.reason}" if report.status is RunStatus.ABORTED else ""
    counts = ", ".join(f"{number} {code}" for code, number in sorted(report.counts.items())) or "no files"
    waiting = f"; {report.waiting} waiting" if report.waiting else ""
    return f"Job {report.job}: {report.status.value}{reason} ({counts}{waiting})"


class _AboveBar:
    """A stream that writes above the progress bar."""

    def write(self, text: str) -> None:
        from tqdm.std import tqdm

        tqdm.write(text, file=sys.stderr, end="")

    def flush(self) -> None:
        sys.stderr.flush()
