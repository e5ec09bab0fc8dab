"""`mdwatch demo`: the main job on sample data, and a playground to go on with."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from mdwatch import demo as mdwatch_demo
from mdwatch import logs
from mdwatch.cli import output
from mdwatch.demo import JOB, VIEWER_JOB, Playground
from mdwatch.logs import last_line


@click.command()
@click.argument("folder", default="mdwatch-demo", type=click.Path(path_type=Path, readable=False))
def demo(folder: Path) -> None:
    """Makes a repository, drop folders and sample files in FOLDER, runs jobs and exports, shows what came of them."""
    # What goes wrong here is part of the show, and told by the job logs.
    logs.configure_service_log("critical")
    playground = mdwatch_demo.demonstrate(folder)
    for job in (VIEWER_JOB, JOB):
        log_file = playground.folder / "logs" / f"{job}.log"
        output.line(f"== {log_file}")
        click.echo(log_file.read_text(encoding="utf-8"))
    export_log = playground.folder / "logs" / str(playground.exports.log)
    output.line(f"== {export_log}")
    click.echo(export_log.read_text(encoding="utf-8"))
    output.line(f"== {playground.folder}")
    for row in _tree(playground.folder):
        output.line(row)
    click.echo("\n== Where to look next")
    for row in _next(playground):
        output.line(row)
    status = last_line(0, playground.main.status, playground.main.reason).split("   ")[-1].strip()
    click.echo(f"\nResult of job {JOB}: {status}")


def _tree(folder: Path, indent: str = "") -> Iterator[str]:
    """The files below a folder, folders last, as a tree."""
    for entry in sorted(folder.iterdir(), key=lambda entry: (entry.is_dir(), entry.name)):
        yield f"{indent}{entry.name}{'/' if entry.is_dir() else ''}"
        if entry.is_dir():
            yield from _tree(entry, indent + "    ")


def _next(playground: Playground) -> Iterator[str]:
    """Commands to try on the playground."""
    drop = playground.folder / "drop" / JOB
    if shutil.which("mdwatch") is None:
        yield f"export PATH={Path(sys.argv[0]).absolute().parent}:$PATH"
    yield f"export MDWATCH_CONFIG={playground.settings}"
    yield f"cat {drop}/error/updateMD-IE1003-locked.xml.reason.txt"
    yield "mdwatch status"
    yield "mdwatch run  # the daemon; then see http://127.0.0.1:8650/ in a browser"
    yield "mdwatch explain updateMD-IE1004-in-sip.xml"
    yield "mdwatch ie history IE1001; mdwatch ie show IE1001 --format mets"
    yield "mdwatch ie revert IE1001 --to 1"
    yield "mdwatch export show IE1001 oai_dc; mdwatch export show IE1001 ddi; mdwatch export status"
    yield 'mdwatch set create plans --where "dc:title ~ plan"; mdwatch set list'
    yield f"mdwatch ie unlock IE1003; mdwatch retry {JOB} updateMD-IE1003-locked.xml; mdwatch job run {JOB}"
    yield f"mdwatch ie stage IE1004 permanent; mdwatch job run {JOB}; tail {playground.folder}/logs/{JOB}.log"
