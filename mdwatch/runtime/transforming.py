"""Records go through a stylesheet, in a process that has limits of memory and time."""

from pathlib import Path
from typing import Final

from lxml import etree

from mdwatch.errors import Rejected, UsageError
from mdwatch.formats import xslt
from mdwatch.formats.limits import Limits
from mdwatch.formats.printable import escape
from mdwatch.runtime.confinement import Confinement, Died

_SECONDS: Final = 20  # for one record
# So many records in a row that the stylesheet does not come to an end with: it will not with the others either.
_DEATHS: Final = 3
_begun: dict[str, etree.XSLT] = {}
_fault: list[str] = []


def _begin(stylesheet: bytes, limits: Limits) -> None:
    """In the process: the stylesheet is made ready, or it is kept why that cannot be."""
    try:
        _begun["stylesheet"] = xslt.compiled(stylesheet, limits)
    except Rejected as rejected:
        _fault.append(rejected.reason)


def _why_none(_: object) -> str:
    """In the process: why the stylesheet cannot be used; empty where it can."""
    return "".join(_fault)


def _transform(content: str) -> tuple[bool, str]:
    """In the process: whether it could be transformed, and what came of it, or why not."""
    try:
        return True, xslt.transform(_begun["stylesheet"], content)
    except Rejected as rejected:
        return False, rejected.reason


def read(path: Path) -> bytes:
    """A stylesheet from a file; raises `UsageError` where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"the stylesheet {escape(str(path))} cannot be read: {error.strerror}") from None


class Transformation:
    """A stylesheet in its process, which is to be closed. Raises `UsageError` for a stylesheet that cannot be used.

    It is not even looked at outside of that process: whoever uploads one may have made it to do harm.
    """

    def __init__(self, stylesheet: bytes, name: str, limits: Limits) -> None:
        self._confinement = Confinement(_begin, (stylesheet, limits), seconds=_SECONDS)
        self._deaths = 0
        try:
            why = self._confinement.call(_why_none, None)
        except Died as died:
            why = str(died)
        if why:
            self.close()
            raise UsageError(f"the stylesheet {escape(name)} cannot be used: {why}")

    def apply(self, content: str) -> str:
        """What the stylesheet makes of a record; raises `Rejected`, and `UsageError` where it never comes to an end."""
        try:
            known, made = self._confinement.call(_transform, content)
            self._deaths = 0
        except Died as died:
            self._deaths += 1
            if self._deaths >= _DEATHS:
                raise UsageError(
                    f"the stylesheet cannot transform {self._deaths} records in a row: {died}; mend it"
                ) from None
            raise Rejected(f"the stylesheet cannot transform it: {died}") from None
        if not known:
            raise Rejected(made)
        return made

    def close(self) -> None:
        """Ends the process."""
        self._confinement.close()
