"""A small world with IEs that are exported, without a daemon: batches are run where a test wants them to be."""

from pathlib import Path

from mdwatch.handlers.exports import batch as export_batch
from mdwatch.handlers.exports import group as export_group
from mdwatch.handlers.exports import request, slices
from mdwatch.handlers.exports.documents import DocumentMaker
from mdwatch.handlers.exports.group import ExportTerms
from mdwatch.model import Batch
from mdwatch.repository import batches as repository_batches
from mdwatch.repository.exports import due
from mdwatch.runtime import lease
from mdwatch.runtime.context import Context
from mdwatch.runtime.formats import load_exporters
from tests.worlds import World, ie

NAMESPACE = "archive.example.org"


def world_of(root: Path, *more_formats: str) -> World:
    """Published IEs IE1 to IE3, of which none is exported yet; IE4 is not published, IE5 harvested."""
    world = World(root)
    world.raw["export"] = {"formats": ["oai_dc", "native_json", *more_formats]}
    world.raw["oai"] = {"identifier_namespace": NAMESPACE}
    world.load(
        *(ie(f"IE{number}", f"Title {number}", published=True) for number in (1, 2, 3)),
        ie("IE4"),
        ie("IE5", published=True, harvested=True),
    )
    return world


def exported(root: Path, *more_formats: str) -> World:
    """The same, with the exports made."""
    world = world_of(root, *more_formats)
    with world.context() as context:
        assert request.carry_out(context, "all", "the test").status == "finished"
    return world


def run_open(context: Context, progress: export_batch.Progress = lambda _batch: None) -> Batch:
    """Runs the batch that is open, as the daemon would; `progress` sees how it comes on."""
    formats = load_exporters(context.settings.export.formats)
    with lease.holding(context, export_batch.LEASE) as hold:
        with context.repository.write() as connection:
            due.note_exporters(connection, formats.mark)
            batch = repository_batches.open_batch(connection)
        assert batch is not None
        return export_batch.run(context, formats, batch, hold, progress=progress)


def attend_due(context: Context) -> list[str]:
    """Exports what is due or to be tried again, as the daemon would between batches; the PIDs of the IEs."""
    formats = load_exporters(context.settings.export.formats)
    with context.repository.write() as connection:
        due.note_exporters(connection, formats.mark)
        ids = slices.due_or_failing(connection, 0, 100, context.clock.now())
    with DocumentMaker(formats, context.settings.export.seconds, 0, "error") as maker:
        groups = list(export_group.export(context, formats, maker, [ids] if ids else [], ExportTerms()))
    return [outcome.pid for group in groups for outcome in group.outcomes]
