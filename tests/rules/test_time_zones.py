"""What TZ may say."""

import pytest

from mdwatch.rules import time_zones


@pytest.mark.parametrize(
    "text",
    [
        "",
        "UTC",
        "UTC0",
        "CET-1CEST",
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "IST-2IDT,M3.4.4/26,M10.5.0",
        "EST5EDT4,J60/02:00:00,J300/2",
        "<+0330>-3:30",
        "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1",
        "NZST-12NZDT,M9.5.0,M4.1.0/3",
    ],
)
def test_rules_are_known(text: str) -> None:
    assert time_zones.is_rule(text)


@pytest.mark.parametrize(
    "text",
    ["Europe/Berlin", "CET-1CEST,M13.5.0,M10.5.0", "CE-1", "CET", "-1", "CET-1CEST,M3.5.0", "CET-1 CEST", "/x"],
)
def test_other_texts_are_no_rules(text: str) -> None:
    assert not time_zones.is_rule(text)


def test_a_name_is_looked_for_in_the_directory_and_a_path_is_itself() -> None:
    assert time_zones.zone_file("Europe/Berlin", "/zones") == "/zones/Europe/Berlin"
    assert time_zones.zone_file("/etc/localtime", "/zones") == "/etc/localtime"
