"""A form with files, as browsers send it: multipart/form-data (RFC 7578), by python-multipart."""

from io import BytesIO
from typing import Any

import python_multipart
from python_multipart.exceptions import FormParserError

from mdwatch.web.serving.faults import Fault

MULTIPART = "multipart/form-data"


def parts(media_type: str, data: bytes) -> dict[str, bytes]:
    """What each field or file of the form holds, by its name; raises `Fault` for what is no such form."""
    found: dict[str, bytes] = {}

    def field(item: Any) -> None:
        found[_name(item.field_name)] = item.value or b""

    def file(item: Any) -> None:
        item.file_object.seek(0)
        found[_name(item.field_name)] = item.file_object.read()
        item.close()

    if media_type.partition(";")[0].strip().lower() != MULTIPART:
        raise Fault(415, f"send the file in a form of the type {MULTIPART}")
    try:
        python_multipart.parse_form({"Content-Type": media_type.encode()}, BytesIO(data), field, file)
    except FormParserError as error:
        raise Fault(400, f"the form that was sent is damaged: {error}") from None
    return found


def _name(name: bytes | None) -> str:
    return (name or b"").decode("utf-8", "replace")
