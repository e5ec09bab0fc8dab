"""Documents of JSON-LD, at once and in parts."""

import json
from typing import Any

import pytest

from mdwatch.exporters.schema_org import json_ld
from mdwatch.exporters.schema_org.json_ld import Thing, alone, document, number, thing

PLACE = thing("@type", "Place", "name", "Ulm & </script>", "geo", thing("latitude", number("48.4"), "empty", ""))
PAIRS: list[tuple[str, Any]] = [
    ("name", "Map"),
    ("url", ""),
    ("keywords", "Alps"),
    ("name", "Karte 目録"),
    ("name", "Map"),
    ("free", False),
    ("spatial", PLACE),
    ("spatial", Thing(("name", alone(("a", "b"))))),
    ("year", 1914),
    ("none", None),
]


@pytest.mark.parametrize("at_once", [100, 8, 7, 1])
def test_a_document_is_the_same_at_once_and_in_parts(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(json_ld, "_AT_ONCE", at_once)
    written = document(PAIRS)
    assert b"<" not in written
    assert written.startswith(b'{"name": ["Map", "Karte ')
    assert list(json.loads(written).items()) == [
        ("name", ["Map", "Karte 目録"]),
        ("keywords", "Alps"),
        ("free", False),
        (
            "spatial",
            [
                {"@type": "Place", "name": "Ulm & </script>", "geo": {"latitude": 48.4}},
                {"name": ["a", "b"]},
            ],
        ),
        ("year", 1914),
    ]
    monkeypatch.setattr(json_ld, "_AT_ONCE", 1_000)
    assert document(PAIRS) == written


def test_a_document_of_nothing_is_one() -> None:
    assert document([("name", "")]) == b"{}"
