"""Identifiers: built and read back, and nothing else taken for one."""

import re

import pytest

from mdwatch.formats.oai_pmh import identifiers

NAMESPACE = "archive.example.org"


@pytest.mark.parametrize("pid", ["IE1", "IE0", "IE123456789012345678901234567890"])
def test_round_trip(pid: str) -> None:
    text = identifiers.identifier(NAMESPACE, pid)
    assert text == f"oai:archive.example.org:{pid}"
    assert identifiers.pid(text, NAMESPACE) == pid


@pytest.mark.parametrize(
    "text",
    [
        "",
        "IE1",
        "oai:archive.example.org",
        "oai:archive.example.org:",
        "oai:archive.example.org:IE",
        "oai:archive.example.org:ie1",
        "oai:archive.example.org:IE1 ",
        "oai:archive.example.org:IE1\n",
        "oai:archive.example.org:IE١",
        "oai:archive.example.org:IE1:IE2",
        "oai:archive.example.org:oai:archive.example.org:IE1",
        "oai:archive.example.org:IE%31",
        "oai:archive.example.org:IE" + "1" * 10_000,
        "oai:archive-example.org:IE1",
        "oai:ARCHIVE.example.org:IE1",
        "OAI:archive.example.org:IE1",
        "oai:archive.example.com:IE1",
        "oai:archiveXexample.org:IE1",
        "oai:archive.example.org:IE1\x00",
        "oai:archive.example.org:IE\ud800",
        "'; DROP TABLE ie; --",
    ],
)
def test_what_is_no_identifier_names_nothing(text: str) -> None:
    assert identifiers.pid(text, NAMESPACE) is None


@pytest.mark.parametrize("text", ["example.org", "archive.example.org", "a.b", "a-b.c9.d"])
def test_domain_names_are_namespaces(text: str) -> None:
    assert re.fullmatch(identifiers.NAMESPACE, text)


@pytest.mark.parametrize(
    "text", ["", "localhost", ".org", "example.", "a..b", "9a.org", "a.9b", "-a.b", "a_b.c", "a:b.c", "ä.org", "a.b\n"]
)
def test_anything_else_is_no_namespace(text: str) -> None:
    assert not re.fullmatch(identifiers.NAMESPACE, text)
