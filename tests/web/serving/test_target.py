"""Requests in their several forms, and tokens as Dataverse's clients send them."""

from typing import Any

import pytest

from mdwatch.web.serving import target
from mdwatch.web.serving.faults import Fault


def settled(path: str, query: str = "", **headers: str) -> dict[str, Any]:
    raw = path.encode()
    scope: dict[str, Any] = {
        "path": path.replace("%20", " "),
        "raw_path": raw,
        "query_string": query.encode(),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    target.settle(scope)
    return scope


@pytest.mark.parametrize(
    ("sent", "path", "host"),
    [
        ("/a", "/a", "here"),
        ("http://there/a%20b", "/a b", "there"),
        ("HTTPS://there:8650/a//b", "/a//b", "there:8650"),
        ("http://there", "/", "there"),
        ("http://there/", "/", "there"),
        ("http://user@there/x", "/x", "user@there"),
        ("ftp://there/a", "ftp://there/a", "here"),
        ("http:/there/a", "http:/there/a", "here"),
    ],
)
def test_the_absolute_form_names_the_host(sent: str, path: str, host: str) -> None:
    scope = settled(sent, accept="x", host="here")
    assert (scope["path"], dict(scope["headers"])[b"host"].decode()) == (path, host)
    assert len(scope["headers"]) == 2


def test_an_absolute_form_without_a_host_is_refused() -> None:
    with pytest.raises(Fault, match="names no host"):
        settled("http:///a", host="here")


def test_the_versioned_api_is_the_api() -> None:
    assert settled("/api/v1/jobs")["path"] == "/api/jobs"
    assert settled("http://x/api/v1/jobs")["path"] == "/api/jobs"
    assert settled("/api/v1")["path"] == "/api/v1"
    assert settled("/api/v12/jobs")["path"] == "/api/v12/jobs"
    assert settled("/api/v1/v1/jobs")["path"] == "/api/v1/jobs"


def tokens(scope: dict[str, Any]) -> list[str]:
    return [value.decode() for name, value in scope["headers"] if name == b"authorization"]


def test_keys_stand_for_the_token_and_are_seen_no_more() -> None:
    scope = settled("/api/jobs", "a=1&key=k1&%6Bey=k%202&unblock-key=k3&b=", x_dataverse_key="k4", accept="x")
    assert scope["query_string"] == b"a=1&b="
    assert tokens(scope) == ["Bearer k4", "Bearer k1", "Bearer k 2", "Bearer k3"]
    assert dict(scope["headers"]).keys() == {b"accept", b"authorization"}
    # What was sent as it should be comes first.
    assert tokens(settled("/api/jobs", "key=b", authorization="Bearer a")) == ["Bearer a", "Bearer b"]
    assert tokens(settled("/api/jobs", "key=&unblock-key", x_dataverse_unblock_key="u")) == ["Bearer u"]


def test_pages_take_no_keys() -> None:
    scope = settled("/jobs/dc", "key=k1", x_dataverse_key="k2")
    assert (scope["query_string"], tokens(scope)) == (b"key=k1", [])
