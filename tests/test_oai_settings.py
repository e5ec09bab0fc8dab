"""`[oai]`: only what every answer can hold and stay valid."""

from typing import Any

import pytest

from mdwatch import config
from mdwatch.errors import ConfigError


def oai(**values: Any) -> config.OaiSettings:
    return config.check({"oai": values}, "test").oai


def test_everything_at_once() -> None:
    settings = oai(
        repository_name="Ö & <Co>",
        admin_emails=["oai@example.org", "deputy+oai@mail.example.org"],
        identifier_namespace="archive-1.example.org",
        friends=["https://other.example.org/oai", "http://[2001:db8::1]:8080/o%20ai?a=b&c=d", "https://example.org"],
        page_records=1_000,
    )
    assert len(settings.friends) == 3


@pytest.mark.parametrize(
    ("setting", "value", "where"),
    [
        ("repository_name", "", "oai.repository_name"),
        ("admin_emails", [], "oai.admin_emails"),
        ("admin_emails", ["nobody"], "oai.admin_emails[0]"),
        ("admin_emails", ["a b@example.org"], "oai.admin_emails[0]"),
        ("identifier_namespace", "localhost", "oai.identifier_namespace"),
        ("identifier_namespace", "example.1org", "oai.identifier_namespace"),
        ("identifier_namespace", "example.org\n", "oai.identifier_namespace"),
        ("friends", ["other.example.org/oai"], "oai.friends"),
        ("friends", ["https://other.example.org/o ai"], "oai.friends"),
        ("friends", ["https://other.example.org/100%"], "oai.friends"),
        ("friends", ["javascript:alert(1)"], "oai.friends"),
        ("page_records", 0, "oai.page_records"),
        ("page_records", 1_001, "oai.page_records"),
    ],
)
def test_what_no_harvester_could_read_is_a_fault(setting: str, value: Any, where: str) -> None:
    with pytest.raises(ConfigError) as caught:
        oai(**{setting: value})
    assert caught.value.faults[0].split(": ")[1] == where
