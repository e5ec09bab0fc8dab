"""What one IE comes to in its formats, made in this process; an exporter that raises fails alone, with its reason."""

from hashlib import blake2b
from typing import Final, NamedTuple, Self

import structlog
from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters.interface import Exporter
from mdwatch.formats import xml
from mdwatch.formats.xml import Limits
from mdwatch.model import IntellectualEntity, Record
from mdwatch.runtime import passing_on
from mdwatch.runtime.formats import Formats

log = structlog.get_logger()

DIGEST_BYTES: Final = 16
# A document is judged by what an XML library can take, not by the caps on what others send.
_DOCUMENT: Final = Limits(bytes=1 << 30, elements=1 << 30, attributes=1 << 20, namespaces=1 << 30, depth=xml.DEEPEST)


# Orders go to worker processes.
passing_on.by_value(IntellectualEntity)
passing_on.by_value(Record)


class Order(NamedTuple):
    """One IE and the formats it is wanted in."""

    entity: IntellectualEntity
    formats: tuple[str, ...]


class Made(NamedTuple):
    """What came of an order: documents by format, why there is none by format, and the digests of the documents."""

    documents: dict[str, bytes]
    faults: dict[str, str]
    digests: dict[str, bytes]

    @classmethod
    def nothing(cls) -> Self:
        """Nothing yet."""
        return cls({}, {}, {})

    def add(self, other: "Made") -> None:
        """Adds what came of another order for the same IE."""
        self.documents.update(other.documents)
        self.faults.update(other.faults)
        self.digests.update(other.digests)


def make(formats: Formats, order: Order, told: set[tuple[str, type[Exception]]]) -> Made:
    """Makes the documents of one IE, in this process, in those of the formats that there are.

    `told` holds the formats and kinds of faults whose traceback is in the service log already: one of each will do.
    """
    made = Made.nothing()
    for name in order.formats:
        exporter = formats.exporters.get(name)
        if exporter is None:
            continue
        try:
            document = exporter.export(order.entity)
            if name in formats.foreign:
                _check(exporter, document)
            # A class of another package's that is nearly bytes stays in this process.
            made.documents[name] = content = bytes(document)
            made.digests[name] = blake2b(content, digest_size=DIGEST_BYTES).digest()
        except Exception as error:
            made.faults[name] = _reason(error)
            if (name, type(error)) not in told:
                told.add((name, type(error)))
                # What was refused is told by its reason; anything else by where it came from.
                trace = None if isinstance(error, Rejected) else error
                log.error("exporter_fault", format=name, pid=order.entity.pid, reason=made.faults[name], exc_info=trace)
    return made


def _check(exporter: Exporter, document: object) -> None:
    """Refuses what is not a document of the format; ours are held to it by their tests."""
    if not isinstance(document, bytes):
        raise Rejected(f"the exporter returned {type(document).__name__}, not bytes")
    if exporter.is_xml:
        root = xml.parse(document, _DOCUMENT)
        namespace = etree.QName(root).namespace or ""
        if exporter.namespace and namespace != exporter.namespace:
            raise Rejected(f"the document is in the namespace {namespace!r:.100}, not {exporter.namespace!r}")


def _reason(error: Exception) -> str:
    """Why a document could not be made, on one line."""
    words = " ".join(str(error).split())[:500]
    if isinstance(error, Rejected):
        return f"invalid document: {words}"
    return f"the exporter failed: {words}" if words else "the exporter failed; see the service log"
