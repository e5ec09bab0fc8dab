"""The inventory of an OCFL object: for each version which file says what, and where each content lies.

A content that an object has already is never written again: a version that leaves a file as it was names its digest.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from mdwatch.errors import Rejected
from mdwatch.formats.ocfl import places
from mdwatch.formats.ocfl.places import CONTENT

TYPE: Final = "https://ocfl.io/1.1/spec/#inventory"
_ALGORITHM: Final = "sha512"


class VersionNote(NamedTuple):
    """What is told of a version: when (ISO 8601 with a zone), why, and by whom, with an address that is a URI."""

    created: str
    message: str
    user: str
    address: str


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """One version: what is told of it, and the digests of its files by their logical paths."""

    note: VersionNote
    state: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Inventory:
    """An object: its versions, oldest first, and the place of each content below the object by its digest."""

    id: str
    versions: tuple[ObjectVersion, ...]
    manifest: Mapping[str, str]

    @property
    def head(self) -> int:
        """The number of the newest version."""
        return len(self.versions)


def with_version(
    inventory: Inventory | None, identifier: str, note: VersionNote, files: Mapping[str, bytes]
) -> tuple[Inventory, dict[str, bytes]]:
    """The inventory with one more version that holds these files, and the contents to write, by their places."""
    before = inventory or Inventory(identifier, (), {})
    manifest = dict(before.manifest)
    state = {}
    contents = {}
    for path, data in sorted(files.items()):
        digest = places.digest_of(data)
        state[path] = digest
        if digest not in manifest:
            place = f"v{before.head + 1}/{CONTENT}/{path}"
            manifest[digest] = place
            contents[place] = data
    version = ObjectVersion(note, state)
    return Inventory(before.id, (*before.versions, version), manifest), contents


def write(inventory: Inventory) -> bytes:
    """The inventory as a file."""
    shape = {
        "id": inventory.id,
        "type": TYPE,
        "digestAlgorithm": _ALGORITHM,
        "head": f"v{inventory.head}",
        "contentDirectory": CONTENT,
        "manifest": {digest: [place] for digest, place in inventory.manifest.items()},
        "versions": {f"v{number}": _version(version) for number, version in enumerate(inventory.versions, start=1)},
    }
    return json.dumps(shape, indent=1, ensure_ascii=False).encode() + b"\n"


def _version(version: ObjectVersion) -> dict[str, Any]:
    state: dict[str, list[str]] = {}
    for path, digest in version.state.items():
        state.setdefault(digest, []).append(path)
    note = version.note
    return {
        "created": note.created,
        "message": note.message,
        "user": {"name": note.user, "address": note.address},
        "state": state,
    }


def sidecar(data: bytes) -> bytes:
    """The file beside an inventory that has its digest."""
    return f"{places.digest_of(data)} {places.INVENTORY}\n".encode()


def read(data: bytes, beside: bytes) -> Inventory:
    """An inventory that its sidecar vouches for; raises `Rejected` where it is damaged or none that mdwatch knows."""
    if beside.split()[:1] != [places.digest_of(data).encode()]:
        raise Rejected(f"{places.INVENTORY} is not what {places.SIDECAR} says")
    try:
        shape = json.loads(data)
        if shape["digestAlgorithm"] != _ALGORITHM:
            raise Rejected(f"its digests are {shape['digestAlgorithm']}; mdwatch writes {_ALGORITHM}")
        head = int(shape["head"].removeprefix("v"))
        versions = tuple(_read_version(shape["versions"][f"v{number}"]) for number in range(1, head + 1))
        manifest = {digest.lower(): found[0] for digest, found in shape["manifest"].items()}
        found = Inventory(shape["id"], versions, manifest)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise Rejected(f"{places.INVENTORY} is none of OCFL 1.1") from None
    missing = {digest for version in found.versions for digest in version.state.values()} - manifest.keys()
    if missing or any(_leads_out(place) for place in manifest.values()):
        raise Rejected(f"{places.INVENTORY} names contents that it does not have")
    return found


def _read_version(shape: Any) -> ObjectVersion:
    user = shape.get("user", {})
    note = VersionNote(
        str(shape["created"]), str(shape.get("message", "")), str(user.get("name", "")), str(user.get("address", ""))
    )
    state = {path: digest.lower() for digest, paths in shape["state"].items() for path in paths}
    return ObjectVersion(note, state)


def _leads_out(place: str) -> bool:
    """Whether a place is not below the object."""
    return place.startswith("/") or any(part in {"", ".", ".."} for part in place.split("/"))
