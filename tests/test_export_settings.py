"""`[export] landing_page` and `[institutions.CODE]`: only what every export can hold."""

from typing import Any

import pytest

from mdwatch import config
from mdwatch.errors import ConfigError


@pytest.mark.parametrize(
    "page", ["", "https://example.org/object/{pid}", "http://h:8080/a?id={pid}#top", "https://example.org/{pid}/{pid}"]
)
def test_a_landing_page_is_a_template(page: str) -> None:
    assert config.check({"export": {"landing_page": page}}, "test").export.landing_page == page


@pytest.mark.parametrize(
    "page",
    ["https://example.org/object/", "example.org/{pid}", "https://example.org/{id}/{pid}", "https://a b/{pid}",
     "javascript:{pid}"],
)  # fmt: skip
def test_what_is_none_is_refused(page: str) -> None:
    with pytest.raises(ConfigError, match=r"export\.landing_page: must be an http or https URL with {pid}"):
        config.check({"export": {"landing_page": page}}, "test")


@pytest.mark.parametrize("raw", [{"name": " "}, {"name": ""}, {"name": "a\nb"}, {}, {"title": "A"}])
def test_an_institution_has_a_name(raw: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"institutions\.INS01"):
        config.check({"institutions": {"INS01": raw}}, "test")


def test_a_name_stands_as_it_is() -> None:
    settings = config.check({"institutions": {"INS01": {"name": "Bibliothèque & Co"}}}, "test")
    assert settings.institutions["INS01"].name == "Bibliothèque & Co"
