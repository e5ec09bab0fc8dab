"""`mdwatch sheet`: records as a table, out and in again."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mdwatch.cli import completion, output
from mdwatch.cli.files import show_differences
from mdwatch.cli.lazy import WholeGroup
from mdwatch.cli.settings import config_option, looking_context, open_context
from mdwatch.errors import UsageError
from mdwatch.formats.printable import escape
from mdwatch.formats.table import TableKind
from mdwatch.handlers.sheets import apply as applying
from mdwatch.handlers.sheets import export as exporting
from mdwatch.handlers.sheets import replace as replacing
from mdwatch.handlers.sheets.planning import PlannedRow, RowEffect
from mdwatch.shapes.files import DifferenceShape, RecordDifferenceShape
from mdwatch.shapes.sheets import SheetRowShape, SheetShape

if TYPE_CHECKING:
    from mdwatch.runtime.context import Context

_FILE = click.Path(path_type=Path, dir_okay=False, readable=False)


@click.group(cls=WholeGroup)
def sheet() -> None:
    """Descriptive records as a sheet (CSV or XLSX): exported, edited in a spreadsheet program, applied by a job."""


@sheet.command()
@click.argument("file", type=_FILE)
@click.option("--set", "spec", shell_complete=completion.sets, help="The OAI set whose members it is to have.")
@click.option(
    "--pid",
    "pids",
    shell_complete=completion.pids,
    metavar="PID",
    multiple=True,
    help="An IE that it is to have; repeat it for more.",
)
@click.option("--fields", required=True, help="Fields with commas between, such as dc:title,dc:subject.")
@config_option
def export(file: Path, spec: str | None, pids: tuple[str, ...], fields: str) -> None:
    """Writes the sheet FILE: a row for each member of the set or IE named, a column for each value of the fields.

    It is an XLSX workbook where FILE ends in .xlsx, and CSV else.
    """
    if (spec is None) == (not pids):
        raise UsageError("say which IEs it is to have: either --set or --pid")
    with looking_context() as place:
        names = [name for name in fields.split(",") if name.strip()]
        made = exporting.export(place, names, spec=spec, pids=pids, kind=TableKind.of(file.name))
    try:
        with file.open("xb") as target, _removed_if_partial(file):
            target.write(made.data)
            target.flush()
    except FileExistsError:
        raise UsageError(f"{escape(str(file))} is there already; give another name, or remove it") from None
    except OSError as error:
        raise UsageError(f"{escape(str(file))} cannot be written: {error.strerror}") from None
    output.line(f"{file}: {_count(made.rows, 'IE')}")
    for pid, why in made.left_out:
        output.line(f"{pid} is left out: {why}")


@sheet.command()
@click.argument("file", type=_FILE)
@click.option(
    "--job", "job", shell_complete=completion.jobs, required=True, help="The job that is to apply the changes."
)
@click.option("--yes", is_flag=True, help="Write the updateMD files without asking.")
@click.option("--dry-run", is_flag=True, help="Show what it changes, and write nothing.")
@config_option
@output.json_option
def apply(file: Path, job: str, *, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Shows what the edited sheet FILE changes, asks, and puts updateMD files into the job's drop folder."""
    data = _bytes_of(file)
    _carry_out(lambda place: applying.plan(place, data, job), job, yes=yes, dry_run=dry_run, as_json=as_json)


@sheet.command()
@click.option("--set", "spec", shell_complete=completion.sets, help="The OAI set whose members are looked at.")
@click.option(
    "--pid",
    "pids",
    shell_complete=completion.pids,
    metavar="PID",
    multiple=True,
    help="An IE that is looked at; repeat it for more.",
)
@click.option("--fields", default="", help="With --table: fields with commas between, such as dc:title,dc:subject.")
@click.option("--table", type=_FILE, help="CSV or XLSX with the columns old,new; an empty new takes the value out.")
@click.option("--parts", is_flag=True, help="With --table: replace old wherever it stands, not as a whole value only.")
@click.option("--xslt", type=_FILE, help="An XSLT 1.0 stylesheet that each record goes through.")
@click.option(
    "--job", "job", shell_complete=completion.jobs, required=True, help="The job that is to apply the changes."
)
@click.option("--yes", is_flag=True, help="Write the updateMD files without asking.")
@click.option("--dry-run", is_flag=True, help="Show what it changes, and write nothing.")
@config_option
@output.json_option
def replace(
    spec: str | None,
    pids: tuple[str, ...],
    fields: str,
    table: Path | None,
    xslt: Path | None,
    job: str,
    *,
    parts: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Finds and replaces over a set by a table or a stylesheet; shows the changes, asks, and writes updateMD files."""
    if (spec is None) == (not pids):
        raise UsageError("say which IEs are looked at: either --set or --pid")
    if (table is None) == (xslt is None):
        raise UsageError("say what is to be done: either --table with --fields, or --xslt")

    def plan(place: "Context") -> list[PlannedRow]:
        if xslt is not None:
            return replacing.by_stylesheet(place, job, _bytes_of(xslt), str(xslt), spec=spec, pids=pids)
        names = [name for name in fields.split(",") if name.strip()]
        return replacing.by_table(place, job, _bytes_of(table), names, parts=parts, spec=spec, pids=pids)

    _carry_out(plan, job, yes=yes, dry_run=dry_run, as_json=as_json)


def _bytes_of(file: Path | None) -> bytes:
    try:
        return b"" if file is None else file.read_bytes()
    except OSError as error:
        raise UsageError(f"{escape(str(file))} cannot be read: {error.strerror}") from None


def _carry_out(
    plan: Callable[["Context"], list[PlannedRow]], job: str, *, yes: bool, dry_run: bool, as_json: bool
) -> None:
    """Shows what is planned, asks, writes the files, and ends the command."""
    if as_json and not yes and not dry_run:
        raise UsageError("with --json nothing is asked; add --yes or --dry-run")
    with looking_context() if dry_run else open_context() as place:
        rows = plan(place)
        if not as_json:
            _show_plan(rows)
        written: list[str] = []
        late: list[PlannedRow] = []
        if not dry_run and any(row.effect is RowEffect.CHANGED for row in rows):
            if not yes and not click.confirm(f"Write them into the drop folder of the job {job}?"):
                output.line("Nothing is written")
                sys.exit(1)
            written, late = applying.write(place, rows, job)
            if not as_json:
                for row in late:
                    _show(row)
                output.line(f"{_count(len(written), 'updateMD file')} written to {place.job(job).folder}")
    if as_json:
        output.print_json(_shape(job, rows, written, late))
    sys.exit(1 if late or any(row.effect is RowEffect.REFUSED for row in rows) else 0)


def _show_plan(rows: list[PlannedRow]) -> None:
    for row in rows:
        _show(row)
    of = {effect: sum(row.effect is effect for row in rows) for effect in RowEffect}
    output.line(
        f"{_count(of[RowEffect.CHANGED], 'row')} to update, {of[RowEffect.SAME]} the same, "
        f"{of[RowEffect.REFUSED]} refused"
    )


def _shape(job: str, rows: list[PlannedRow], written: list[str], late: list[PlannedRow]) -> SheetShape:
    """The rows as they ended: those refused late are told as refused."""
    refused = {row.line: row for row in late}
    ended = [refused.get(row.line, row) for row in rows]
    return SheetShape(
        job=job,
        rows=[
            SheetRowShape(
                line=row.line,
                pid=row.pid,
                effect=row.effect.name.lower(),
                reason=row.reason,
                records=[
                    RecordDifferenceShape(type=item.type, mid=item.mid, difference=DifferenceShape.of(item.difference))
                    for item in row.records
                ],
            )
            for row in ended
        ],
        written=written,
    )


def _show(row: PlannedRow) -> None:
    """What becomes of a row; of one that is the same there is nothing to show."""
    if row.effect is RowEffect.SAME:
        return
    place = f"line {row.line}, " if row.line else ""
    output.line(f"{place}{row.pid}: {row.effect.value}{': ' if row.reason else ''}{row.reason}")
    show_differences(row.records)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


@contextmanager
def _removed_if_partial(file: Path) -> Iterator[None]:
    """Removes a file that could not be written to its end: it would look like a sheet, and keep the next one out."""
    try:
        yield
    except BaseException:
        file.unlink(missing_ok=True)
        raise
