"""Licences by the names that people write."""

import pytest

from mdwatch.exporters.records.licence_names import NAMED, named
from mdwatch.exporters.terms.licences import licence

CC = "https://creativecommons.org/licenses/"


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        *((name, uri) for _, uri, names in NAMED for name in names.split(", ")),
        ("CC BY 4.0", f"{CC}by/4.0/"),
        ("cc-by", f"{CC}by/4.0/"),
        ("CC-BY-NC-SA 3.0.", f"{CC}by-nc-sa/3.0/"),
        ("CC BY-NC-ND 4.0 International", f"{CC}by-nc-nd/4.0/"),
        ("Creative Commons Attribution 4.0 International License", f"{CC}by/4.0/"),
        ("Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 (CC BY-NC-ND 4.0)", f"{CC}by-nc-nd/4.0/"),
        ("Apache License, Version 2.0", "https://www.apache.org/licenses/LICENSE-2.0"),
        ("Version 2.0", ""),
        ("Creative Commons Attribution-ShareAlike 2.5", f"{CC}by-sa/2.5/"),
        ("Creative Commons Namensnennung 4.0", f"{CC}by/4.0/"),
        ("CC NC 4.0", ""),
        ("CC BY-SA-ND 4.0", ""),
        ("CC BY 4.0 except for the pictures", ""),
        ("Creative Commons", ""),
        ("In copyright", ""),
        ("cc " * 1000, ""),
    ],
)  # fmt: skip
def test_a_name_stands_for_its_licence(text: str, uri: str) -> None:
    assert named(text) == uri
    assert not uri or licence(uri).spdx
