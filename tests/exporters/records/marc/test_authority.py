"""What $0 and $1 name."""

import pytest

from mdwatch.exporters.records.marc import authority


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://id.loc.gov/authorities/names/n1", "http://id.loc.gov/authorities/names/n1"),
        ("(uri) http://id.loc.gov/authorities/names/n1", "http://id.loc.gov/authorities/names/n1"),
        ("(uri)http://id.loc.gov/authorities/names/n1", "http://id.loc.gov/authorities/names/n1"),
        ("(DE-588)118540238", "https://d-nb.info/gnd/118540238"),
        ("(DE-588)4045312-9", "https://d-nb.info/gnd/4045312-9"),
        ("(DLC)n  79021164", "http://id.loc.gov/authorities/names/n79021164"),
        ("(DLC)sh 85123613", "http://id.loc.gov/authorities/subjects/sh85123613"),
        ("(DLC)7", ""),
        ("(orcid)0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        ("(OCoLC)fst00966684", "http://id.worldcat.org/fast/966684"),
        ("(OCoLC)123", ""),
        ("(FAST) fst00966684", "http://id.worldcat.org/fast/966684"),
        ("(viaf)102333412", "http://viaf.org/viaf/102333412"),
        ("(Uk)00000", ""),
        ("118540238", ""),
        ("https://viaf.org/viaf/search?query=local.names+all+x", ""),
        ("https://id.loc.gov/search/?q=x", ""),
        ("http://a b", ""),
        ("", ""),
    ],
)
def test_uri(text: str, expected: str) -> None:
    assert authority.uri(text) == expected
