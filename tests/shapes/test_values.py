"""How a shape becomes JSON."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

import pytest

from mdwatch.shapes.values import plain


class Colour(Enum):
    RED = "red"


class Pair(NamedTuple):
    left: int
    right: Colour


@dataclass(frozen=True)
class Thing:
    name: str
    pair: Pair


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (1, 1),
        (True, True),
        ("text", "text"),
        (Colour.RED, "red"),
        (date(2026, 1, 31), "2026-01-31"),
        (b"\x00\xff", "00ff"),
        ({Colour.RED: (1, b"a")}, {"red": [1, "61"]}),
        ([1, (2, [3])], [1, [2, [3]]]),
        (Pair(1, Colour.RED), {"left": 1, "right": "red"}),
        (Thing("a", Pair(1, Colour.RED)), {"name": "a", "pair": {"left": 1, "right": "red"}}),
    ],
)
def test_values(value: Any, expected: Any) -> None:
    assert plain(value) == expected


def test_fields_keep_their_order() -> None:
    assert list(plain(Thing("a", Pair(1, Colour.RED)))) == ["name", "pair"]
