"""Which IE a harvested record is about."""

import pytest

from mdwatch.rules import matching
from mdwatch.rules.matching import Matched


@pytest.mark.parametrize(
    ("identifier", "pattern", "pid"),
    [
        ("oai:a.org:IE1", "", "IE1"),
        ("oai:a.org:b/IE1", "", "IE1"),
        ("IE1", "", "IE1"),
        ("oai:a.org:", "", None),
        ("", "", None),
        ("oai:a.org:IE1-2", "oai:a.org:(IE[0-9]+)-[0-9]", "IE1"),
        ("x oai:a.org:IE1-2", "oai:a.org:(IE[0-9]+)-[0-9]", None),
        ("oai:a.org:IE1\n", "oai:a.org:(IE[0-9]+)", None),
        ("b", "(a)?b", None),
    ],
)
def test_the_pid_in_an_identifier(identifier: str, pattern: str, pid: str | None) -> None:
    assert matching.pid_in(identifier, pattern) == pid


@pytest.mark.parametrize(
    ("value", "pattern", "part"),
    [
        ("a:1", "", "a:1"),
        ("a:1", "a:(.*)", "1"),
        ("b:1", "a:(.*)", None),
        ("xa:1", "a:(.*)", None),
        ("a", "(b)?a", None),
    ],
)
def test_the_part_of_an_identifier(value: str, pattern: str, part: str | None) -> None:
    assert matching.part(value, pattern) == part


def test_exactly_one_ie_matches() -> None:
    assert matching.one(["IE1", "IE1"], "x") == Matched("IE1")
    assert matching.one([], "x") == Matched("", "no IE by x")
    assert matching.one({"IE2", "IE1"}, "x") == Matched("", "2 IEs by x: IE1, IE2")
    assert matching.one({f"IE{n}" for n in range(9)}, "x").reason == "9 IEs by x: IE0, IE1, IE2, IE3, IE4 and more"
