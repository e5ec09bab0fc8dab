"""What an exporter is: one IE into one document of one format.

Third parties add theirs through the entry-point group `mdwatch.exporters`; the name of the entry point is that of the
format, its object an `Exporter` or something callable without arguments that makes one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mdwatch.model import IntellectualEntity

GROUP: Final = "mdwatch.exporters"
XML: Final = "application/xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """One export format.

    `name` names it everywhere, and is its OAI-PMH metadataPrefix; `version` is raised whenever the same IE may come out
    as another document, so that what older versions made is due again. `export` is pure: of one IE it always makes the
    same bytes; what it raises is the reason why the IE has no document. `namespace`, `schema` (a URL) and
    `schema_version` are those of an XML format, else empty. Only `harvestable` XML formats are shown to harvesters.
    Without `reads_events` it makes the same of an IE whose events are left out: there may be thousands, and where no
    format wants them they are not read.
    """

    name: str
    display_name: str
    media_type: str
    version: str
    export: Callable[[IntellectualEntity], bytes]
    harvestable: bool = False
    namespace: str = ""
    schema: str = ""
    schema_version: str = ""
    reads_events: bool = True

    @property
    def is_xml(self) -> bool:
        """Whether its documents are XML."""
        return self.media_type.split(";")[0].strip().endswith(("/xml", "+xml"))
