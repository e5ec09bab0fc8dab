r"""Which IEs belong to an OAI set: the language of its definition, and its reading.

A definition is one condition, or several joined by `and`, all of which hold for a member:

    institution = INS01 and dc:subject ~ maps | atlases and subtype != marc

A condition is a field, an operator, and a value or several to choose from. A value that holds `=`, `~`, `|`, a double
quote or the word `and` is put into double quotes, within which `\"` and `\\` stand for a quote and a backslash.
A field that an IE has several times is found if one of them is; with `!` before the operator none of them may be, so
that an IE without the field belongs. Case and white space do not matter.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache
from typing import Final, NamedTuple, NoReturn

from mdwatch.errors import UsageError
from mdwatch.rules.folding import fold, has_words

LONGEST: Final = 1_000_000  # characters of a definition: some 80,000 PIDs
LONGEST_VALUE: Final = 1_000  # characters

_ELEMENTS: Final = (
    "contributor", "coverage", "creator", "date", "description", "format", "identifier", "language", "publisher",
    "relation", "rights", "source", "subject", "title", "type",
)  # fmt: skip
_TERMS: Final = (
    "abstract", "accessRights", "accrualMethod", "accrualPeriodicity", "accrualPolicy", "alternative", "audience",
    "available", "bibliographicCitation", "conformsTo", "created", "dateAccepted", "dateCopyrighted", "dateSubmitted",
    "educationLevel", "extent", "hasFormat", "hasPart", "hasVersion", "instructionalMethod", "isFormatOf", "isPartOf",
    "isReferencedBy", "isReplacedBy", "isRequiredBy", "isVersionOf", "issued", "license", "mediator", "medium",
    "modified", "provenance", "references", "replaces", "requires", "rightsHolder", "spatial", "tableOfContents",
    "temporal", "valid",
)  # fmt: skip

_PID: Final = "pid"
_INSTITUTION: Final = "institution"
_SUBTYPE: Final = "subtype"
# Every field that can be asked for. An element takes in the terms that refine it; the same name as a term does not.
FIELDS: Final = (
    _PID,
    _INSTITUTION,
    _SUBTYPE,
    *(f"dc:{name}" for name in _ELEMENTS),
    *(f"dcterms:{name}" for name in sorted((*_ELEMENTS, *_TERMS))),
)
# Elements may be named without the `dc:`, as people speak of them.
_BY_FOLDED_NAME: Final = {name: f"dc:{name}" for name in _ELEMENTS} | {name.lower(): name for name in FIELDS}


# Each set asks for the same few texts of an IE.
_folded: Final = lru_cache(maxsize=512)(fold)


class Operator(Enum):
    """How a value is looked for in a field: it is the whole of it, its beginning, or some of its words."""

    WHOLE = "="
    PREFIX = "^="
    WORD = "~"


class DescribedIe(NamedTuple):
    """What definitions ask of an IE: subtypes of its records in lower case, and its fields by their names in FIELDS."""

    pid: str
    institution: str
    subtypes: frozenset[str]
    fields: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Condition:
    """One condition; `values` as they are shown, white space collapsed."""

    field: str
    operator: Operator
    negated: bool
    values: tuple[str, ...]

    def __str__(self) -> str:
        operator = f"{'!' if self.negated else ''}{self.operator.value}"
        return f"{self.field} {operator} {' | '.join(map(_written, self.values))}"

    def holds(self, described: DescribedIe) -> bool:
        """Whether it holds for an IE."""
        return any(self._finds(_folded(text)) for text in _texts(self.field, described)) is not self.negated

    @cached_property
    def _finds(self) -> Callable[[str], bool]:
        """The test of one folded text."""
        values = tuple(map(fold, self.values))
        match self.operator:
            case Operator.WHOLE:
                return frozenset(values).__contains__
            case Operator.PREFIX:
                return lambda text: text.startswith(values)
            case Operator.WORD:
                return lambda text: any(has_words(text, value) for value in values)

    def __getstate__(self) -> dict[str, object]:
        """What travels to another process: not the test, which cannot."""
        return {name: value for name, value in self.__dict__.items() if name != "_finds"}


@dataclass(frozen=True)
class Definition:
    """Conditions that all hold for the members of a set. Its text is the normal form, which `parse` reads again."""

    conditions: tuple[Condition, ...]

    def __str__(self) -> str:
        return " and ".join(map(str, self.conditions))


def matches(definition: Definition, described: DescribedIe) -> bool:
    """Whether an IE belongs to the set."""
    return all(condition.holds(described) for condition in definition.conditions)


def pids(definition: Definition) -> frozenset[str] | None:
    """The PIDs of which members can only be, or None where the definition does not list them."""
    listed = [
        frozenset(value.upper() for value in condition.values)
        for condition in definition.conditions
        if (condition.field, condition.operator, condition.negated) == (_PID, Operator.WHOLE, False)
    ]
    return frozenset.intersection(*listed) if listed else None


def _texts(field: str, described: DescribedIe) -> Iterable[str]:
    match field:
        case "pid":
            return (described.pid,)
        case "institution":
            return (described.institution,)
        case "subtype":
            return described.subtypes
        case _:
            return described.fields.get(field, ())


# --- reading

_SPACE: Final = re.compile(r"\s*")
_NAME: Final = re.compile(r'[^\s=~^!|"]*')
_OPERATOR: Final = re.compile(r"(!?)(\^=|=|~)")
_AND: Final = re.compile(r"(?<!\S)and(?!\S)", re.IGNORECASE)
_BARE: Final = re.compile(r'(?:(?!(?<!\S)and(?!\S))[^|"=~])*', re.IGNORECASE)
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\["\\])*+)"')
_ESCAPE: Final = re.compile(r'\\(["\\])')
_PID_SHAPE: Final = re.compile(r"IE[0-9]{1,38}", re.IGNORECASE | re.ASCII)
_QUOTE_IT: Final = 'put a value that holds =, ~, |, " or the word "and" into double quotes'


@lru_cache(maxsize=256)
def parse(definition: str) -> Definition:
    """The definition that is written so, kept for a while; raises `UsageError` with the place and the remedy."""
    if len(definition) > LONGEST:
        raise UsageError(f"the definition is longer than {LONGEST} characters; make several sets of it")
    return Definition(tuple(_Reader(definition).conditions()))


class _Reader:
    """A definition, and how far it is read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def conditions(self) -> Iterator[Condition]:
        """The conditions, one after the other to the end."""
        yield self._condition()
        while self._at < len(self._text):
            self._take(_AND)
            yield self._condition()

    def _condition(self) -> Condition:
        field = self._field()
        self._skip()
        found = self._take(_OPERATOR)
        if found is None:
            self._refuse(f"after the field comes one of the operators = ^= ~ != !^= !~; {_QUOTE_IT}")
        values = dict.fromkeys(self._values(field, Operator(found[2])))
        return Condition(field, Operator(found[2]), bool(found[1]), tuple(values))

    def _field(self) -> str:
        self._skip()
        start = self._at
        found = self._take(_NAME)
        name = found[0] if found else ""
        if not name:
            self._refuse('a condition begins with a field, such as in: dc:title ~ "annual report"')
        if name.lower() not in _BY_FOLDED_NAME:
            self._at = start
            self._refuse(f"there is no such field; {_QUOTE_IT}; the fields are {', '.join(FIELDS)}")
        return _BY_FOLDED_NAME[name.lower()]

    def _values(self, field: str, operator: Operator) -> Iterator[str]:
        """Values to the next `and` or the end."""
        while True:
            self._skip()
            yield self._value(field, operator)
            self._skip()
            if self._text.startswith("|", self._at):
                self._at += 1
            elif self._at == len(self._text) or _AND.match(self._text, self._at):
                return
            else:
                self._refuse(f"a value is followed by |, by the word and, or by nothing; {_QUOTE_IT}")

    def _value(self, field: str, operator: Operator) -> str:
        start = self._at
        if self._text.startswith('"', start):
            found = self._take(_QUOTED)
            if found is None:
                self._refuse('the quoted value has no end; within it write \\" for a quote and \\\\ for a backslash')
            value = _ESCAPE.sub(r"\1", found[1])
        else:
            found = self._take(_BARE)
            value = found[0] if found else ""
        value = " ".join(value.split())
        fault = _fault(value, field, operator)
        if fault:
            self._at = start
            self._refuse(fault)
        return value

    def _skip(self) -> None:
        self._take(_SPACE)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
        return found

    def _refuse(self, why: str) -> NoReturn:
        rest = self._text[self._at : self._at + 41]
        place = f"{rest[:40]!r}{'...' if len(rest) > 40 else ''}" if rest else "its end"
        raise UsageError(f"the definition cannot be read from character {self._at + 1} on ({place}): {why}")


def _fault(value: str, field: str, operator: Operator) -> str:
    """What is wrong with a value, or empty."""
    if not value:
        return f"a value is missing; {_QUOTE_IT}"
    if len(value) > LONGEST_VALUE:
        return f"the value is longer than {LONGEST_VALUE} characters; ask for its beginning with ^="
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
        return "the value holds a character that no record can hold; leave it out"
    if field == _PID and operator is Operator.WHOLE and not _PID_SHAPE.fullmatch(value):
        return "this is no PID; a PID is IE and digits, such as IE1234"
    if operator is Operator.WORD and not any(character.isalnum() for character in value):
        return "there is no word in the value; ask for it with = or ^="
    return ""


def _written(value: str) -> str:
    """The value as a definition has it."""
    if _BARE.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
