"""The same in two scripts: what a value says, and its form in another script, made into one.

MARC keeps the form in the script of the work in field 880, linked by $6 (MARC 21, appendix A); MODS pairs elements by
altRepGroup. Names and imprints become one value with its forms; titles, subjects and texts stand beside each other, and
the description's `parallels` tell which belong together.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from mdwatch.exporters.records.description import Date, Name, Parallel, Related, Text, Title, TitleKind

Part = tuple[str, object]

# Fields of the description of which one value has both forms.
_ONE: Final = frozenset({"names", "publishers", "places_published", "editions", "related"})
# Those that stand twice, once in each script.
_TWO: Final = frozenset({
    "titles", "subjects", "places", "periods", "genres", "notes", "abstracts", "contents", "responsibilities",
    "audiences", "provenances", "extents",
})  # fmt: skip


def united(main: Iterable[Part], other: Iterable[Part], lang: str = "") -> Iterator[Part]:
    """What the main form says, with what the other form says in place; `lang` is the other's, where it is known."""
    waiting: dict[str, list[Any]] = {}
    for part, value in _one_title(other):
        waiting.setdefault(part, []).append(value)
    held: list[Part] = []  # a subtitle stands right behind its title, and is in the other's title
    for part, value in main:
        forms = waiting.get(part)
        if isinstance(value, Title) and value.kind is TitleKind.SUBTITLE:
            yield part, value
            continue
        yield from held
        held = []
        if not forms:
            yield part, value
            continue
        first, *held = _together(part, value, forms.pop(0), lang)
        yield first
    yield from held
    for part, rest in waiting.items():
        if part in _TWO | _ONE:
            yield from ((part, _alternative(value, lang)) for value in rest)


def _together(part: str, value: Any, form: Any, lang: str) -> Iterator[Part]:
    text = _text(form)
    if text == _text(value):
        yield part, value
    elif isinstance(value, Name):
        bare = form.text.removesuffix(form.dates).rstrip(" ,،，") or text  # whose life it is stands in the other form
        yield part, value._replace(forms=(*value.forms, Text(bare, lang)))
    elif isinstance(value, Date):
        yield part, value if value.words else value._replace(words=text)
    else:
        yield part, value
        if part in _TWO:
            yield part, _alternative(form, lang)
        if part in _TWO | _ONE and text:
            yield "parallels", Parallel(part, _text(value), Text(text, lang))


def _alternative(value: Any, lang: str) -> Any:
    """A value in its language; a title that is no longer the one."""
    if "lang" in value._fields and (not value.lang or lang.startswith(f"{value.lang}-")):
        value = value._replace(lang=lang)
    if isinstance(value, Title) and value.kind is TitleKind.MAIN:
        return value._replace(kind=TitleKind.ALTERNATIVE)
    return value


def _text(value: Any) -> str:
    return value.title if isinstance(value, Related) else value.text


def _one_title(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts with a main title and its subtitle as one."""
    held: Title | None = None
    for part, value in parts:
        if isinstance(value, Title) and value.kind is TitleKind.SUBTITLE and held:
            held = held._replace(text=f"{held.text}: {value.text}")
            continue
        if held:
            yield "titles", held
            held = None
        if isinstance(value, Title) and value.kind is TitleKind.MAIN:
            held = value
        else:
            yield part, value
    if held:
        yield "titles", held
