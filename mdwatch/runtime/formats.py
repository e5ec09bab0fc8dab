"""The export formats at hand: those that come with mdwatch, and those that installed packages bring."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from hashlib import blake2b
from importlib import import_module, metadata
from typing import TYPE_CHECKING

from mdwatch.errors import ConfigError
from mdwatch.exporters import BUILT_IN
from mdwatch.exporters.interface import GROUP, Exporter
from mdwatch.runtime.site import Site

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


@dataclass(frozen=True)
class Formats:
    """The formats that IEs are exported in, by name; `foreign` are those that other packages brought.

    `site` is what their documents tell besides: other settings make other documents of the same IE.
    """

    exporters: Mapping[str, Exporter]
    foreign: frozenset[str]
    site: Site = Site()  # noqa: RUF009 - frozen.

    @cached_property
    def versions(self) -> dict[str, str]:
        """The versions of the exporters by format, as stamps have them: with the mark of the site."""
        mark = self.site.mark
        return {name: exporter.version + mark for name, exporter in self.exporters.items()}

    @cached_property
    def mark(self) -> int:
        """A number that is another one for other formats, or other versions of them."""
        text = "\n".join(f"{name}={version}" for name, version in sorted(self.versions.items()))
        return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def load_exporters(names: Iterable[str], site: Site | None = None) -> Formats:
    """The exporters of these formats, for this site; raises `ConfigError` with every name that has none.

    A package may bring a format under the name of a built-in one, which it then replaces.
    """
    formats, faults = as_far_as_there(names)
    if faults:
        raise ConfigError([f"export.formats: {fault}" for fault in faults.values()])
    return formats if site is None else replace(formats, site=site)


def as_far_as_there(names: Iterable[str], *, any_brought: bool = True) -> tuple[Formats, dict[str, str]]:
    """The exporters of those of these formats that have one, and by name of the others why they have none.

    Where none of them is `any_brought` by another package, none is looked for, which takes a while.
    """
    brought = _brought() if any_brought else {}
    exporters: dict[str, Exporter] = {}
    faults: dict[str, str] = {}
    for name in names:
        try:
            exporters[name] = _load(name, brought)
        except _Unusable as error:
            faults[name] = str(error)
    return Formats(exporters, frozenset(brought) & exporters.keys()), faults


def known() -> Iterator[tuple[str, Exporter | str]]:
    """Every format that could be exported, by name; in place of an exporter that cannot be used, why."""
    brought = _brought()
    for name in sorted({*BUILT_IN, *brought}):
        try:
            yield name, _load(name, brought)
        except _Unusable as error:
            yield name, str(error)


class _Unusable(Exception):
    """Why a format cannot be exported."""


def _brought() -> "dict[str, list[EntryPoint]]":
    """What installed packages bring, by the name of the format."""
    found: dict[str, list[EntryPoint]] = {}
    for point in metadata.entry_points(group=GROUP):
        found.setdefault(point.name, []).append(point)
    return found


def _load(name: str, brought: "Mapping[str, list[EntryPoint]]") -> Exporter:
    if name in brought:
        point, *others = brought[name]
        if others:
            values = ", ".join(item.value for item in brought[name])
            raise _Unusable(f"more than one package brings an exporter {name} ({values}); uninstall all but one")
        return _foreign(point)
    if name in BUILT_IN:
        exporter = import_module(f"mdwatch.exporters.{BUILT_IN[name]}").EXPORTER
        assert isinstance(exporter, Exporter)  # noqa: S101
        return exporter
    there = ", ".join(sorted({*BUILT_IN, *brought}))
    raise _Unusable(f"there is no exporter {name}; those there are: {there}")


def _foreign(point: "EntryPoint") -> Exporter:
    """The exporter of another package; whatever it raises while it is loaded is its fault, and told as such."""
    try:
        found = point.load()
        exporter = found if isinstance(found, Exporter) else found()
    except (Exception, SystemExit) as error:
        raise _Unusable(f"the exporter {point.name} ({point.value}) cannot be loaded: {error!r:.300}") from error
    if not isinstance(exporter, Exporter) or exporter.name != point.name:
        raise _Unusable(f"{point.value} is no mdwatch.exporters.interface.Exporter named {point.name}")
    # What is compared with what is kept has to come back from there as it was.
    texts = {field.name: getattr(exporter, field.name) for field in fields(exporter) if field.type in {str, "str"}}
    wrong = [f"{name}={value!r:.50}" for name, value in texts.items() if not isinstance(value, str)]
    if wrong or not exporter.version or not callable(exporter.export):
        what = ", ".join(wrong) or "it needs a version, and an export that can be called"
        raise _Unusable(f"the exporter {point.name} ({point.value}) is not as it should be: {what}")
    return exporter
