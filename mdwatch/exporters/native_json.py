"""Native JSON: an IE in the shape that `mdwatch ie load` takes, so that export and load are a round trip.

The shape is that of `mdwatch.formats.native`; `native.schema.json` beside this module documents it as a JSON Schema.
"""

from typing import Final

from mdwatch.exporters.interface import Exporter
from mdwatch.formats import native
from mdwatch.model import IntellectualEntity


def export(ie: IntellectualEntity) -> bytes:
    """The IE on one line of UTF-8, without a line feed."""
    return native.write(ie).encode()


EXPORTER: Final = Exporter(
    name="native_json",
    display_name="mdwatch JSON",
    media_type="application/json",
    version="1",
    export=export,
)
