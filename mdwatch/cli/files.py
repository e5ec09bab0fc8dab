"""`mdwatch check`, `explain`, `retry`, `dismiss`: what would happen to files, what happened, another try, or none."""

import sys
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

import click
from tqdm.std import tqdm

from mdwatch.cli import completion, output
from mdwatch.cli.settings import config_option, looking_context, open_context
from mdwatch.errors import UsageError
from mdwatch.formats.numbers import counted
from mdwatch.formats.printable import escape
from mdwatch.handlers.files import check as file_check
from mdwatch.handlers.files import errands, folder_check, public, trying
from mdwatch.handlers.files import explain as file_explain
from mdwatch.handlers.files.check import Forecast, RecordDifference
from mdwatch.handlers.files.explain import Explanation
from mdwatch.handlers.files.retry_verdict import Retried
from mdwatch.rules.codes import MEANINGS, Effect
from mdwatch.shapes.errands import ErrandShape
from mdwatch.shapes.files import ActShape

# What it is to say of a file that may not be read, a command knows better than a check of its arguments.
_FILES = click.Path(path_type=Path, readable=False)
_BAD = {Effect.ERROR, Effect.ABORT}


@click.command()
@click.argument("files", nargs=-1, type=_FILES)
@click.option(
    "--job",
    "job",
    shell_complete=completion.jobs,
    help="Judge them as this job would; without FILES, all that lie in its folder.",
)
@config_option
@output.json_option
def check(files: tuple[Path, ...], job: str | None, *, as_json: bool) -> None:
    """Tells what would happen to these updateMD FILES, and what they would change. Changes nothing."""
    if not files:
        _check_folder(job, as_json=as_json)
    unread: list[UsageError] = []
    with looking_context() as place:
        forecasts = trying.check(place, files, file_check.job_for(place, files, job), unread.append)
    for error in unread:
        click.echo(f"mdwatch: {error}", err=True)
    if as_json:
        output.print_json([public.forecast(item) for item in forecasts])
    else:
        for forecast in forecasts:
            _show_forecast(forecast)
    bad = any(MEANINGS[forecast.code].effect in _BAD for forecast in forecasts)
    sys.exit(2 if unread else 1 if bad else 0)


def _check_folder(job: str | None, *, as_json: bool) -> NoReturn:
    """All files of a job's folder, by what they would come to; ends the process."""
    if job is None:
        raise UsageError("name FILES to check, or with --job the job whose whole folder is to be checked")
    with looking_context() as place:
        found = folder_check.of_folder(place, job)
    if as_json:
        output.print_json(found)
    else:
        output.line(f"Job {job}: {counted(found.files, 'file')} in its folder; nothing was changed")
        for item in found.outcomes:
            output.line(f"{item.count} {item.code}" + (f": {item.effect}" if item.effect != item.code else ""))
            if item.remedy:
                output.line(f"  {item.remedy}")
            for example in item.examples:
                output.line(f"  {example.name}: {example.reason}")
            if item.count > len(item.examples):
                output.line(f"  and {item.count - len(item.examples)} more")
    sys.exit(1 if folder_check.is_bad(found) else 0)


def _show_forecast(forecast: Forecast) -> None:
    """One file: the verdict, then the differences field by field."""
    output.line(f"{forecast.path}: {forecast.code.value}: {MEANINGS[forecast.code].effect.value}")
    output.line(f"  {forecast.reason}. {forecast.remedy}")
    show_differences(forecast.records)


def show_differences(records: Iterable[RecordDifference]) -> None:
    """What files would change of records, field by field."""
    for record in records:
        changes = record.difference
        name = f"{record.type} record {record.mid}".rstrip()
        if not changes.removed and not changes.added:
            output.line(
                f"  {name}: {'other order, grouping or white space of fields' if changes.reordered else 'the same'}"
            )
            continue
        output.line(f"  {name}:")
        for field in changes.removed:
            output.line(f"  - {field.path}: {field.value}")
        for field in changes.added:
            output.line(f"  + {field.path}: {field.value}")


@click.command()
@click.argument("file", type=_FILES)
@click.option("--job", "job", shell_complete=completion.jobs, help="Look in this job only.")
@config_option
@output.json_option
def explain(file: Path, job: str | None, *, as_json: bool) -> None:
    """Tells why FILE (a name or a path) waits, or where it went and why."""
    with looking_context() as place:
        found = file_explain.explain(place, file, job)
    if as_json:
        output.print_json([public.explanation(item) for item in found])
    for item in () if as_json else found:
        _show_explanation(item)
    if not found:
        click.echo(f"mdwatch: no trace of {escape(file.name)}: no drop folder has it and no run has seen it", err=True)
        sys.exit(1)


def _show_explanation(item: Explanation) -> None:
    if item.here is not None:
        output.line(f"job {item.job}: {item.here}")
    for sentence in item.standing:
        output.line(f"job {item.job}: {sentence}")
    for entry, path in item.past:
        where = f"; it went to {path}" if path else "; it stayed in the drop folder"
        output.line(
            f"job {item.job}, run {entry.run_id}, {output.moment(entry.at)}: {entry.code}: {entry.reason}{where}"
        )
        act = item.acts.get(entry.id)
        if act is not None:
            output.line(f"  {_act(public.act(act))}")


def _act(act: ActShape) -> str:
    """What an operator did with an error file, as a line."""
    what = "tried again" if act.kind == "retry" else "dismissed"
    if act.new_name is None:
        what = f"to be {what}, which was not seen to be done yet, as asked for"
    anyway = ", although something later had changed its records" if act.anyway else ""
    place = "error/dismissed/" if act.kind == "dismissal" else ""
    where = f", as {place}{act.new_name}" if act.new_name else ""
    return f"{output.moment(act.at)}: {what} by {act.agent}{where}{anyway}"


class _News:
    """How far an errand has come, as a bar; what it waits for, as a line."""

    def __init__(self) -> None:
        self._bar = tqdm(unit=" files", disable=None, leave=False)
        self._said: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.close()

    def tell(self, errand: ErrandShape) -> None:
        """Shows how far it is."""
        self._bar.total = errand.total
        self._bar.update(errand.done - self._bar.n)
        if errand.reason is not None and errand.reason != self._said and not errand.refused:
            self._said = errand.reason
            tqdm.write(f"mdwatch: it is tried again by itself: {escape(errand.reason)}", file=sys.stderr)


def _told(text: str) -> None:
    tqdm.write(text, file=sys.stderr)


@click.command()
@click.argument("job", shell_complete=completion.jobs)
@click.argument("files", nargs=-1)
@click.option("--anyway", is_flag=True, help="Also where this undoes what came later; it is journalled who said so.")
@config_option
@output.json_option
def retry(job: str, files: tuple[str, ...], *, anyway: bool, as_json: bool) -> None:
    """Puts error files of JOB back into its drop folder: the FILES named, or all.

    A file is left in error/ where something later changed a record that it would replace.
    """
    with open_context() as place:
        with _News() as news:
            done = errands.do(place, errands.retry(job, files, anyway=anyway), news=news.tell, tell=_told)
        results = errands.retried(place, done)
    if as_json:
        output.print_json(results)
    for result in () if as_json else results:
        _show_retried(result, job)
    if not results and not as_json:
        click.echo("There are no error files.")
    sys.exit(1 if any(result.put_back_as is None for result in results) else 0)


def _show_retried(result: Retried, job: str) -> None:
    """One file: where it is now, or why it is left and what it would change."""
    if result.put_back_as is not None:
        warning = f". Beware: {result.warning}" if result.warning else ""
        output.line(f"{result.name}: put back as {result.put_back_as}{warning}")
        return
    output.line(f"{result.name}: left in error/: {result.reason}")
    show_differences(result.differences)
    if result.later is not None:
        output.line(
            f"  `mdwatch retry --anyway {job} {result.name}` applies it all the same, "
            f"`mdwatch dismiss {job} {result.name}` puts it aside"
        )


@click.command()
@click.argument("job", shell_complete=completion.jobs)
@click.argument("files", nargs=-1, required=True)
@config_option
@output.json_option
def dismiss(job: str, files: tuple[str, ...], *, as_json: bool) -> None:
    """Puts error files of JOB aside, into error/dismissed: the FILES named."""
    with open_context() as place:
        with _News() as news:
            done = errands.do(place, errands.dismissal(job, files), news=news.tell, tell=_told)
        results = errands.dismissed(place, done)
    if as_json:
        output.print_json(results)
    for result in () if as_json else results:
        if result.dismissed_as is None:
            output.line(f"{result.name}: left in error/: {result.reason}")
        else:
            output.line(f"{result.name}: put aside as error/dismissed/{result.dismissed_as}")
    sys.exit(1 if any(result.dismissed_as is None for result in results) else 0)
