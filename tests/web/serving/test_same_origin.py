"""Which requests are taken to come from a page of another site."""

import pytest

from mdwatch.web.serving.same_origin import host_name, why_foreign

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"
HERE = "md.example.org:8650"


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        # Programs that say nothing.
        ({}, False),
        ({"user-agent": "curl/8.5.0"}, False),
        # Browsers of today.
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "anything else"}, True),
        ({"sec-fetch-site": "cross-site", "origin": f"http://{HERE}"}, True),
        # Browsers over plain http, which say less.
        ({"origin": f"http://{HERE}"}, False),
        ({"origin": f"http://{HERE.upper()}"}, False),
        ({"origin": f"https://{HERE}"}, True),
        ({"referer": f"https://{HERE}/"}, True),
        ({"origin": f"ws://{HERE}"}, True),
        ({"origin": "http://md.example.org"}, True),
        ({"origin": "http://md.example.org:8651"}, True),
        ({"origin": f"http://evil.example/{HERE}"}, True),
        ({"origin": f"http://{HERE}@evil.example"}, True),
        ({"origin": "null"}, True),
        ({"origin": ""}, True),
        ({"origin": "http://[::1"}, True),
        ({"origin": "http://evil.example", "referer": f"http://{HERE}/"}, True),
        ({"referer": f"http://{HERE}/jobs/dc"}, False),
        ({"referer": "https://evil.example/"}, True),
        # A browser that hides where it comes from: an image with no-referrer looks like this.
        ({"user-agent": BROWSER}, True),
        ({"user-agent": BROWSER, "referer": f"http://{HERE}/"}, False),
        # Through the proxy that base_url names.
        ({"origin": "https://proxy.example.org"}, False),
        ({"origin": "https://proxy.example.org:443"}, False),
        ({"origin": "http://proxy.example.org"}, True),
        ({"origin": "https://proxy.example.org:444"}, True),
        ({"origin": "https://proxy.example.org:99999"}, True),
    ],
)
def test_where_a_request_comes_from(headers: dict[str, str], refused: bool) -> None:
    why = why_foreign({"host": HERE, **headers}, "https://proxy.example.org/mdwatch", "http")
    assert (why is not None) == refused


@pytest.mark.parametrize(
    ("origin", "refused"),
    [
        ("https://operators.example.org", False),
        ("http://operators.example.org", False),  # asked by http, from a page of http
        ("https://operators.example.org:444", True),
        ("https://other.example.org", True),
        ("https://md.example.org", True),
    ],
)
def test_a_page_of_https_by_a_name_that_the_settings_know_comes_through_their_proxy(origin: str, refused: bool) -> None:
    headers = {"host": "operators.example.org", "origin": origin}
    known = ("other.example.org", "Operators.example.org")
    assert (why_foreign(headers, "https://md.example.net", "http", known) is not None) == refused
    # By a name that it merely goes by, as localhost, nobody is known to speak TLS.
    assert (why_foreign(headers, "https://md.example.net", "http") is None) == origin.startswith("http:")


def test_without_a_host_no_origin_is_ours() -> None:
    assert why_foreign({"origin": "http://localhost"}, "", "http") is not None
    assert why_foreign({"origin": "null"}, "", "http") is not None


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost", "localhost"),
        ("LOCALHOST.:8650", "localhost"),
        ("127.0.0.1:8650", "127.0.0.1"),
        ("[::1]:8650", "[::1]"),
        ("", None),
        ("a b", None),
        ("localhost:8650:1", None),
        ("localhost/evil.example", None),
        ("user@localhost", None),
        ("::1", None),
        ("localhost\n", None),
    ],
)
def test_the_name_in_a_host_header(host: str, name: str | None) -> None:
    assert host_name(host) == name


def test_a_port_that_goes_without_saying_need_not_be_said() -> None:
    assert why_foreign({"host": "md.example.org", "origin": "http://md.example.org:80"}, "", "http") is None
    assert why_foreign({"host": "md.example.org:443", "origin": "https://md.example.org"}, "", "https") is None
