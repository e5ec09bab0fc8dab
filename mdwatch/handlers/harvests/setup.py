"""Whether harvests can do their work as they are set up: what the settings cannot tell by themselves."""

import os
from pathlib import Path

from mdwatch.config import HarvestSettings, Settings
from mdwatch.errors import UsageError
from mdwatch.rules import subtypes
from mdwatch.runtime.transforming import Transformation, read


def faults(settings: Settings) -> list[str]:
    """Stylesheets that cannot be read, each with its path in the settings."""
    found = []
    for name, harvest in settings.harvests.items():
        path = Path(harvest.xslt)
        if harvest.xslt and not path.is_file():
            found.append(f"harvests.{name}.xslt: {path} does not exist or is not a file")
        elif harvest.xslt and not os.access(path, os.R_OK):
            found.append(f"harvests.{name}.xslt: {path} cannot be read; give mdwatch's user the right to")
    return found


def stylesheet_faults(settings: Settings) -> list[str]:
    """Stylesheets that can be read and not be used. Starts a process for each."""
    found = []
    for name, harvest in settings.harvests.items():
        if harvest.xslt and os.access(harvest.xslt, os.R_OK) and Path(harvest.xslt).is_file():
            try:
                Transformation(read(Path(harvest.xslt)), harvest.xslt, settings.limits.limits()).close()
            except UsageError as error:
                found.append(f"harvests.{name}.xslt: {error}")
    return found


def notes(settings: Settings) -> list[str]:
    """What is no fault, and yet hardly what was meant: harvests whose files would all be refused by their job."""
    return [
        f"harvests.{name}: the job {harvest.job} refuses all of its files: {why}"
        for name, harvest in settings.harvests.items()
        if (why := _why_refused(harvest, settings)) is not None
    ]


def _why_refused(harvest: HarvestSettings, settings: Settings) -> str | None:
    if subtypes.allowed(harvest.type, harvest.sub_type, settings.source.subtypes):
        return None
    known = "[source] subtypes has those that are" if harvest.type == "source" else "only dc is"
    return f"a {harvest.type} record of the subtype {harvest.sub_type} is not updated; {known}"
