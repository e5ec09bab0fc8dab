"""Names in an OCFL storage root. The folder of an object is told by the registered extension 0003 (hash, id n-tuple).

https://ocfl.github.io/extensions/0003-hash-and-id-n-tuple-storage-layout.html
"""

import json
import re
from hashlib import sha256, sha512
from typing import Final

from mdwatch.errors import Rejected
from mdwatch.formats import pids

LAYOUT: Final = "0003-hash-and-id-n-tuple-storage-layout"
STAGING: Final = "extensions/mdwatch-staging"
ROOT_DECLARATION: Final = "0=ocfl_1.1"
OBJECT_DECLARATION: Final = "0=ocfl_object_1.1"
INVENTORY: Final = "inventory.json"
SIDECAR: Final = "inventory.json.sha512"
CONTENT: Final = "content"

_PREFIX: Final = "urn:mdwatch:"
_TUPLE_SIZE: Final = 3
_TUPLES: Final = 3
_LONGEST: Final = 100  # characters of a folder's name
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]")


def root_files() -> dict[str, bytes]:
    """The files of an empty storage root by their paths; the declaration, which makes it one, is the last."""
    parameters = {
        "extensionName": LAYOUT,
        "digestAlgorithm": "sha256",
        "tupleSize": _TUPLE_SIZE,
        "numberOfTuples": _TUPLES,
    }
    told = {
        "extension": LAYOUT,
        "description": "Three folders of three characters of the SHA-256 of the object's id, then the id, encoded.",
    }
    return {
        f"extensions/{LAYOUT}/config.json": _json(parameters),
        "ocfl_layout.json": _json(told),
        ROOT_DECLARATION: b"ocfl_1.1\n",
    }


def _json(value: object) -> bytes:
    return json.dumps(value, indent=2).encode() + b"\n"


def object_id(pid: str) -> str:
    """The id of the object of an IE; a URI, as OCFL would have it."""
    return f"{_PREFIX}{pid}"


def pid_of(identifier: str) -> str:
    """The PID of the IE that an object is of; raises `Rejected` for an object that is no IE of mdwatch."""
    pid = identifier.removeprefix(_PREFIX)
    if pid == identifier or not pids.valid_pid(pid):
        raise Rejected(f"the object {identifier[:100]} is no IE of mdwatch")
    return pid


def folder_of(identifier: str) -> str:
    """The folder of an object, from the storage root."""
    digest = sha256(identifier.encode()).hexdigest()
    encoded = encode(identifier)
    if len(encoded) > _LONGEST:
        encoded = f"{encoded[:_LONGEST]}-{digest}"
    tuples = [digest[start : start + _TUPLE_SIZE] for start in range(0, _TUPLES * _TUPLE_SIZE, _TUPLE_SIZE)]
    return "/".join([*tuples, encoded])


def encode(text: str) -> str:
    """A text as part of a file name: letters, digits, `-`, `_` as they are, each other byte as `%` and two digits."""
    return "".join(c if _PLAIN.match(c) else "".join(f"%{byte:02x}" for byte in c.encode()) for c in text)


def digest_of(data: bytes) -> str:
    """The SHA-512 of a file, as inventories have it."""
    return sha512(data).hexdigest()
