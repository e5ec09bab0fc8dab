"""Whether a name is a person's or a body's, and its parts."""

import pytest

from mdwatch.exporters.records.description import Name, NameKind
from mdwatch.exporters.terms import agents
from mdwatch.exporters.terms.agents import Agent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Doe, Jane", Agent.PERSON),
        ("Smith, John, 1900-1950", Agent.PERSON),
        ("Hildegard, 1098-1179", Agent.PERSON),
        ("Church, Frederic Edwin", Agent.PERSON),
        ("Press, Bill", Agent.PERSON),
        ("Plato", Agent.UNKNOWN),
        ("VUW", Agent.UNKNOWN),
        ("University of Leeds", Agent.ORGANIZATION),
        ("Agencia Estatal, Madrid", Agent.ORGANIZATION),
        ("United States. Congress", Agent.ORGANIZATION),
        ("Universitätsbibliothek Graz", Agent.ORGANIZATION),
        ("Ice Ltd", Agent.ORGANIZATION),
        ("UNESCO, Paris", Agent.ORGANIZATION),
        ("", Agent.UNKNOWN),
    ],
)
def test_evidence(text: str, expected: Agent) -> None:
    assert agents.by_text(text) is expected


@pytest.mark.parametrize("kind", NameKind)
def test_what_is_stated_counts_first(kind: NameKind) -> None:
    expected = {
        NameKind.CORPORATE: Agent.ORGANIZATION,
        NameKind.CONFERENCE: Agent.ORGANIZATION,
    }
    assert agents.agent(Name("Doe, Jane", creator=True, kind=kind)) is expected.get(kind, Agent.PERSON)


@pytest.mark.parametrize(
    ("name", "text", "parts"),
    [
        (Name("Doe, Jane, 1950-", True, kind=NameKind.PERSONAL, dates="1950-"), "Doe, Jane", ("Doe", "Jane")),
        (Name("Doe, Jane, 1950-2001", True, kind=NameKind.PERSONAL), "Doe, Jane", ("Doe", "Jane")),
        (Name("Doe, Jane, Jr.", True, kind=NameKind.PERSONAL), "Doe, Jane, Jr.", ("", "")),
        (Name("Doe, Jane, b. 1950", True), "Doe, Jane", ("", "")),
        (Name("Jane Doe", True, kind=NameKind.PERSONAL, given="Jane", family="Doe"), "Jane Doe", ("Doe", "Jane")),
        (Name("1950-2001", True, kind=NameKind.PERSONAL, dates="1950-2001"), "1950-2001", ("", "")),
        (Name("Expo, Paris, 1900", True, kind=NameKind.CONFERENCE), "Expo, Paris, 1900", ("", "")),
    ],
)
def test_names_without_dates_of_life(name: Name, text: str, parts: tuple[str, str]) -> None:
    assert agents.without_life(name) == text
    assert agents.parted(name) == parts
