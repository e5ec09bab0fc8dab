"""What a table of the settings is: kinds of settings by their names, each with its default."""

from collections.abc import Mapping
from enum import Enum
from functools import partial
from pathlib import PurePath
from typing import Any, ClassVar, Final, NamedTuple, NoReturn, Self, TypeVar

from mdwatch.config.kinds import NumberKind, SettingFault, SettingKind, SettingRefused, checked, refusal
from mdwatch.config_faults import unknown

T = TypeVar("T")
S = TypeVar("S", bound="Section")
NONE: Final[Any] = object()  # the default of what has none


class Setting(NamedTuple):
    """One setting; its default is what `SettingKind.take` would give."""

    kind: SettingKind[Any]
    default: Any = NONE


def setting(kind: SettingKind[T], default: T = NONE) -> T:
    """Declares one in the class of its table; the tables that were read have the value in its place."""
    declared: Any = Setting(kind, default)
    value: T = declared
    return value


class Section:
    """A table of the file: nothing unknown in it, nothing changed after it was read."""

    SETTINGS: ClassVar[Mapping[str, Setting]] = {}

    def __init_subclass__(cls) -> None:
        cls.SETTINGS = {name: item for name, item in vars(cls).items() if isinstance(item, Setting)}

    def __init__(self, /, **given: Any) -> None:
        """Raises `SettingRefused`, with everything that is wrong."""
        values: dict[str, Any] = {}
        faults: list[SettingFault] = []
        for name, (kind, default) in self.SETTINGS.items():
            if name in given:
                try:
                    value = kind.take(given[name])
                    values[name] = checked(partial(self.beside, name, values), value, value)
                except SettingRefused as error:
                    faults += error.within(name)
            elif default is NONE:
                faults.append(SettingFault((name,), "missing; it has no default"))
            else:
                values[name] = default
        faults += [
            SettingFault((name,), unknown(name, list(self.SETTINGS))) for name in given if name not in self.SETTINGS
        ]
        if faults:
            raise SettingRefused(faults)
        self.__dict__.update(values)
        checked(type(self).together, self, given)

    def beside(self, name: str, before: Mapping[str, Any], value: Any) -> Any:  # noqa: ARG002
        """The value of a setting beside those that stand before it; raises `ValueError`."""
        return value

    def together(self) -> Self:
        """The table itself; raises `ValueError` where settings do not go together, each of which is right."""
        return self

    def replaced(self, **values: Any) -> Self:
        """The same table but for these values, which are taken as they are."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__ | values)
        return other

    def plain(self) -> dict[str, Any]:
        """The settings as JSON has them."""
        return {
            name: float(self.__dict__[name]) if isinstance(kind, NumberKind) else _plain(self.__dict__[name])
            for name, (kind, _) in self.SETTINGS.items()
        }

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name} does not change after it was read")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{name} does not go after it was read")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({values})"


class SectionKind(SettingKind[S]):
    """A table with these settings."""

    def __init__(self, section: type[S]) -> None:
        self.section = section

    def take(self, given: object) -> S:
        """The table; raises `SettingRefused`."""
        if isinstance(given, self.section):
            return given
        if not isinstance(given, Mapping):
            raise refusal("must be a table", given)
        return self.section(**given)


def _plain(value: Any) -> Any:
    if isinstance(value, Section):
        return value.plain()
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, PurePath):
        return str(value)
    return value.value if isinstance(value, Enum) else value
