"""What this room has found, in the public shapes."""

from pathlib import Path

from mdwatch.handlers.files.check import Forecast
from mdwatch.handlers.files.explain import Explanation
from mdwatch.repository.interventions import Intervention
from mdwatch.repository.journal import Entry
from mdwatch.shapes.files import (
    ActShape,
    DecidedFileShape,
    DifferenceShape,
    ExplanationShape,
    FileIdentityShape,
    ForecastShape,
    RecordDifferenceShape,
)


def explanation(found: Explanation) -> ExplanationShape:
    """What is known of a file name in one job."""
    return ExplanationShape(
        job=found.job,
        here=found.here,
        standing=found.standing,
        past=[_decided(entry, went_to, found.acts.get(entry.id)) for entry, went_to in found.past],
    )


def act(found: Intervention) -> ActShape:
    """What an operator did with an error file."""
    return ActShape(kind=found.kind, at=found.at, agent=found.agent, anyway=found.anyway, new_name=found.new_name)


def _decided(entry: Entry, went_to: Path | None, later: Intervention | None) -> DecidedFileShape:
    return DecidedFileShape(
        run_id=entry.run_id,
        job=entry.job,
        name=entry.name,
        identity=FileIdentityShape.of(entry.identity),
        digest=entry.digest.hex(),
        pid=entry.pid,
        code=entry.code,
        reason=entry.reason,
        at=entry.at,
        filed_as=entry.filed_as,
        carried_out=entry.carried_out,
        id=entry.id,
        went_to=str(went_to) if went_to else None,
        act=None if later is None else act(later),
    )


def forecast(found: Forecast) -> ForecastShape:
    """What would happen to a file."""
    return ForecastShape(
        path=str(found.path),
        job=found.job,
        pid=found.pid,
        code=found.code.value,
        reason=found.reason,
        remedy=found.remedy,
        records=[
            RecordDifferenceShape(type=record.type, mid=record.mid, difference=DifferenceShape.of(record.difference))
            for record in found.records
        ],
    )
