"""What a format is: a media type that a program reads, or the material that a thing is made of.

Records put both in one place (dc:format; MODS form, MARC 338). A media type is one by its form (RFC 6838), or by one of
the few names that people write for one.
"""

import re
from typing import Final

_MEDIA_TYPE: Final = re.compile(r"(?:application|audio|font|image|message|model|multipart|text|video)/[\w.+-]+(?:;.*)?")
_NAMES: Final = frozenset((
    "pdf", "pdf/a", "html", "xhtml", "xml", "json", "csv", "tsv", "txt", "plain text", "ascii", "rtf", "doc", "docx",
    "odt", "epub", "xls", "xlsx", "ods", "ppt", "pptx", "tiff", "tif", "jpeg", "jpg", "jpeg 2000", "jp2", "png", "gif",
    "bmp", "svg", "wav", "wave", "mp3", "flac", "aiff", "ogg", "mp4", "mpeg", "mpeg-4", "avi", "mov", "mkv",
    "quicktime", "zip", "tar", "gzip", "spss", "stata", "sas", "sav", "dta", "r data", "netcdf", "hdf5", "shapefile",
    "geotiff", "kml", "dwg", "marc", "tei", "latex", "tex", "postscript", "ps",
))  # fmt: skip


def is_media_type(text: str) -> bool:
    """Whether the text names what a file is encoded as."""
    plain = text.strip(" .").lower()
    return _MEDIA_TYPE.fullmatch(plain) is not None or plain in _NAMES
