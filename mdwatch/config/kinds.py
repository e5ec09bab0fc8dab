"""Kinds of settings: what each takes of what stands in the file, and in what words it refuses the rest.

A number or truth in quotation marks is taken as one, for files have them so; nothing else is read into a value.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Final, Generic, NamedTuple, TypeVar

from mdwatch.config_faults import choices, found

T = TypeVar("T")
E = TypeVar("E", bound=Enum)

_WHOLE: Final = re.compile(r"[+-]?[0-9]+(?:_[0-9]+)*(?:\.0+)?")
_LONGEST: Final = 4_300  # digits of a number in quotation marks that are looked at
_LARGEST: Final = float(1 << 63)  # beyond it numbers with a point are hardly exact
_TRUTH: Final = dict.fromkeys(("1", "on", "t", "true", "y", "yes"), True) | dict.fromkeys(
    ("0", "off", "f", "false", "n", "no"), False
)


class SettingFault(NamedTuple):
    """What is wrong at a place within the value that was given, in words."""

    place: tuple[str | int, ...]
    told: str


class SettingRefused(Exception):
    """A value that is none of its kind, with all that is wrong with it."""

    def __init__(self, faults: Sequence[SettingFault]) -> None:
        super().__init__("; ".join(fault.told for fault in faults))
        self.faults = faults

    def within(self, *place: str | int) -> list[SettingFault]:
        """The same faults, told by what the value is part of."""
        return [SettingFault(place + fault.place, fault.told) for fault in self.faults]


def refusal(words: str, value: object) -> SettingRefused:
    """What is expected, and what was found."""
    return SettingRefused([SettingFault((), f"{words} (got {found(value)})")])


def checked(check: Callable[[T], T] | None, value: T, given: object) -> T:
    """The value as a check leaves it, whose `ValueError` becomes a fault of what was given."""
    if check is None:
        return value
    try:
        return check(value)
    except ValueError as error:
        words = str(error)
        raise refusal(words[:1].lower() + words[1:], given) from None


class SettingKind(Generic[T]):
    """One kind."""

    def take(self, given: object) -> T:
        """The value; raises `SettingRefused`."""
        raise NotImplementedError


class TextKind(SettingKind[str]):
    """Text of so many letters, in whole as an expression has it, for which there are words."""

    def __init__(
        self,
        *,
        least: int = 0,
        most: int | None = None,
        pattern: str | None = None,
        words: str = "",
        check: Callable[[str], str] | None = None,
    ) -> None:
        self._least, self._most = least, most
        self._pattern, self._words = pattern, words
        self._check = check

    def take(self, given: object) -> str:
        """The text; raises `SettingRefused`."""
        if not isinstance(given, str):
            raise refusal("must be text in quotation marks", given)
        if self._most is not None and len(given) > self._most:
            raise refusal(f"must have at most {self._most:g} letters", given)
        if len(given) < self._least:
            raise refusal(f"must have at least {self._least:g} letters", given)
        if self._pattern is not None and not re.fullmatch(self._pattern, given):
            raise refusal(self._words, given)
        return checked(self._check, given, given)


class PathKind(SettingKind[Path]):
    """A path from the root."""

    def take(self, given: object) -> Path:
        """The path; raises `SettingRefused`."""
        if not isinstance(given, str | Path):
            raise refusal("must be a path in quotation marks", given)
        return checked(absolute, Path(given), given)


class TruthKind(SettingKind[bool]):
    """True or false."""

    def take(self, given: object) -> bool:
        """Which it is; raises `SettingRefused`."""
        value = _TRUTH.get(given.lower()) if isinstance(given, str) else given
        if isinstance(value, int | float) and value in {0, 1}:
            return bool(value)
        raise refusal("must be true or false", given)


class NumberKind(SettingKind[float]):
    """A number within bounds."""

    def __init__(self, least: float | None = None, most: float | None = None, *, above: float | None = None) -> None:
        self.least, self.most, self.above = least, most, above

    def take(self, given: object) -> float:
        """The number; raises `SettingRefused`."""
        try:
            in_digits = isinstance(given, int | float) or (isinstance(given, str) and given.isascii())
            value = float(given) if in_digits else None  # type: ignore[arg-type]
        except (ValueError, OverflowError):
            value = None
        if value is None:
            raise refusal("must be a number", given)
        _refuse_beyond(self, value, given)
        return value


class WholeKind(SettingKind[int]):
    """A whole number within bounds."""

    above: Final = None

    def __init__(self, least: int | None = None, most: int | None = None) -> None:
        self.least, self.most = least, most

    def take(self, given: object) -> int:
        """The number; raises `SettingRefused`."""
        value = self._read(given)
        _refuse_beyond(self, value, given)
        return value

    @staticmethod
    def _read(given: object) -> int:
        if isinstance(given, float) and not math.isfinite(given):
            raise refusal("must be a number", given)
        if isinstance(given, int) or (isinstance(given, float) and given.is_integer() and abs(given) < _LARGEST):
            return int(given)
        if (isinstance(given, str) and len(given) > _LONGEST) or (isinstance(given, float) and given.is_integer()):
            raise refusal("must be a whole number that is not so large", given)
        if isinstance(given, str) and _WHOLE.fullmatch(given.strip()):
            return int(given.strip().partition(".")[0])
        raise refusal("must be a whole number", given)


def _refuse_beyond(kind: NumberKind | WholeKind, value: float, given: object) -> None:
    if kind.most is not None and not value <= kind.most:
        raise refusal(f"must be at most {float(kind.most):g}", given)
    if kind.least is not None and not value >= kind.least:
        raise refusal(f"must be at least {float(kind.least):g}", given)
    if kind.above is not None and not value > kind.above:
        raise refusal(f"must be more than {float(kind.above):g}", given)


class ChoiceKind(SettingKind[Any]):
    """One of several words."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def take(self, given: object) -> str:
        """The word; raises `SettingRefused`."""
        if isinstance(given, str) and given in self.words:
            return given
        raise refusal(choices(self.words, given), given)


class MemberKind(SettingKind[E]):
    """One of what an enumeration lists, by its value."""

    def __init__(self, members: type[E]) -> None:
        self.members = members
        self.words = tuple(str(member.value) for member in members)

    def take(self, given: object) -> E:
        """The member; raises `SettingRefused`."""
        if isinstance(given, self.members):
            return given
        if isinstance(given, str) and given in self.words:
            return self.members(given)
        raise refusal(choices(self.words, given), given)


class ListKind(SettingKind[tuple[T, ...]]):
    """A list; a text where a list is meant is a list of one."""

    def __init__(
        self, kind: SettingKind[T], *, least: int = 0, check: Callable[[tuple[T, ...]], tuple[T, ...]] | None = None
    ) -> None:
        self.kind = kind
        self._least = least
        self._check = check

    def take(self, given: object) -> tuple[T, ...]:
        """The entries; raises `SettingRefused`, with the faults of each."""
        given = [given] if isinstance(given, str) else given
        if not isinstance(given, list | tuple):
            raise refusal('must be a list, such as ["one", "two"]', given)
        values, faults = [], []
        for number, item in enumerate(given):
            try:
                values.append(self.kind.take(item))
            except SettingRefused as error:
                faults += error.within(number)
        if faults:
            raise SettingRefused(faults)
        if len(values) < self._least:
            raise refusal(f"must have at least {self._least:g} entries", given)
        return checked(self._check, tuple(values), given)


class EitherKind(SettingKind[Any]):
    """Whatever is of one of these kinds; words for what is of none."""

    def __init__(self, *kinds: SettingKind[Any], words: str, check: Callable[[Any], Any] | None = None) -> None:
        self.kinds = kinds
        self._words = words
        self._check = check

    def take(self, given: object) -> Any:
        """What the first kind that takes it makes of it; raises `SettingRefused`."""
        for kind in self.kinds:
            try:
                value = kind.take(given)
            except SettingRefused:
                continue
            return checked(self._check, value, given)
        raise refusal(self._words, given)


class NamedKind(SettingKind[Mapping[str, T]]):
    """A table whose keys are names that whoever writes it gives."""

    def __init__(self, kind: SettingKind[T], name: SettingKind[str] | None = None) -> None:
        self.kind = kind
        self._name = name if name is not None else TextKind()

    def take(self, given: object) -> Mapping[str, T]:
        """What is there, by its name; raises `SettingRefused`, with the faults of each name and of what has it."""
        if not isinstance(given, Mapping):
            raise refusal("must be a table", given)
        values: dict[str, T] = {}
        faults: list[SettingFault] = []
        for name, item in given.items():
            try:
                self._name.take(name)
            except SettingRefused as error:
                faults += error.within(name)
            try:
                values[name] = self.kind.take(item)
            except SettingRefused as error:
                faults += error.within(name)
        if faults:
            raise SettingRefused(faults)
        return values


def absolute(path: Path) -> Path:
    """The path; raises `ValueError` unless it begins at the root."""
    if not path.is_absolute():
        raise ValueError("must be an absolute path")
    return path
