"""Licences: the proper URI and the SPDX identifier, for every licence that Creative Commons has made."""

from itertools import product

import pytest

from mdwatch.exporters.terms.licences import licence

CC = "https://creativecommons.org/"
TERMS = ("by", "by-nc", "by-nc-nd", "by-nc-sa", "by-nd", "by-sa")
VERSIONS = ("1.0", "2.0", "2.5", "3.0", "4.0")


@pytest.mark.parametrize(("terms", "version"), list(product(TERMS, VERSIONS)))
def test_creative_commons(terms: str, version: str) -> None:
    uri = f"{CC}licenses/{terms}/{version}/"
    spdx = f"CC-{terms.upper()}-{version}"
    assert licence(uri) == (uri, spdx)
    for page in (uri.removesuffix("/"), uri.replace("https", "http"), f"{uri}rdf", f"{uri}legalcode.fr", uri.upper()):
        assert licence(page) == (uri, spdx)
    assert licence(f"{uri}nz/") == (f"{uri}nz/", "")


@pytest.mark.parametrize(
    ("uri", "proper", "spdx"),
    [
        ("http://creativecommons.org/publicdomain/zero/1.0/", f"{CC}publicdomain/zero/1.0/", "CC0-1.0"),
        (f"{CC}publicdomain/mark/1.0/deed.de", f"{CC}publicdomain/mark/1.0/", "CC-PDM-1.0"),
        ("http://rightsstatements.org/vocab/InC/1.0/", "http://rightsstatements.org/vocab/InC/1.0/", ""),
        (f"{CC}licenses/by/9.0/", f"{CC}licenses/by/9.0/", ""),
        ("http://example.org/licenses/by/4.0/", "http://example.org/licenses/by/4.0/", ""),
        ("", "", ""),
    ],
)
def test_others(uri: str, proper: str, spdx: str) -> None:
    assert licence(uri) == (proper, spdx)
