"""The DNX events of an IE as they are kept: as JSON, which nobody need read who only passes them on."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Self, overload


class EventHistory(Sequence[Mapping[str, str]]):
    """DNX events as they are kept, each as the text of a JSON object, which is read only for those who look inside.

    An IE that is changed often has them by the thousand, and most of what is done with it does not look.
    """

    __slots__ = ("_texts",)

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = tuple(texts)

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[str, ...]]]:
        return type(self), (self._texts,)

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, place: int) -> Mapping[str, str]: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Mapping[str, str], ...]: ...
    def __getitem__(self, place: int | slice) -> Mapping[str, str] | tuple[Mapping[str, str], ...]:
        if isinstance(place, slice):
            return tuple(map(json.loads, self._texts[place]))
        event: Mapping[str, str] = json.loads(self._texts[place])
        return event

    def __iter__(self) -> Iterator[Mapping[str, str]]:
        return map(json.loads, self._texts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(self._texts)

    def __repr__(self) -> str:
        return repr(tuple(self))

    def as_json(self) -> str:
        """All of them as one JSON array."""
        return f"[{', '.join(self._texts)}]"
