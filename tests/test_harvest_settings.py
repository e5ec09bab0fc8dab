"""Faults in `[harvests.NAME]`, all told at once and in words."""

from typing import Any

import pytest

from mdwatch import config
from mdwatch.errors import ConfigError

GOOD = {"base_url": "https://a.example.org/oai", "job": "dc"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"base_url": "ftp://a.example.org/"}, "harvests.there.base_url: must be an http or https URL"),
        ({"base_url": "file:///etc/passwd"}, "harvests.there.base_url: must be an http or https URL"),
        ({"job": "other"}, 'harvests.there.job: there is no [jobs.other] (got "other")'),
        ({"set": "a&b"}, "harvests.there.set: must be as OAI-PMH has it"),
        ({"prefix": ""}, "harvests.there.prefix: must have at least 1 letters"),
        ({"match": "title"}, 'harvests.there.match: must be "pid", "oai", "dc:identifier" or "dcterms:identifier"'),
        ({"schedule": "watch"}, 'harvests.there.schedule: must be "manual", a cron expression'),
        ({"pattern": "("}, "harvests.there.pattern: must be a regular expression"),
        ({"pattern": "IE1"}, "harvests.there.pattern: must have one group"),
        ({"match": "oai", "identifier_prefix": "a"}, "harvests.there: must have no identifier_prefix"),
        ({"identifier_prefix": "a"}, "harvests.there: must have no identifier_prefix"),
        ({"xslt": "a.xsl"}, "harvests.there.xslt: must be an absolute path"),
        ({"type": "source"}, "harvests.there: must have a mid"),
        ({"mid": "M1"}, "harvests.there: must have no mid"),
    ],
)
def test_a_fault_is_told(given: dict[str, Any], words: str) -> None:
    raw = {
        "users": {"u": {"institution": "INS01", "role": "editor-full"}},
        "jobs": {"dc": {"user": "u", "folder": "/drop"}},
        "harvests": {"there": GOOD},
    }
    assert config.check(raw, "f").harvests["there"].pages == 10_000
    with pytest.raises(ConfigError) as raised:
        config.check({**raw, "harvests": {"there": {**GOOD, **given}}}, "f")
    clash = {"jobs": {**raw["jobs"], "harvest_there": {"user": "u", "folder": "/other"}}}
    with pytest.raises(ConfigError, match="its log would be that of the job harvest_there"):
        config.check({**raw, **clash}, "f")
    assert [fault.startswith(f"f: {words}") for fault in raised.value.faults] == [True], raised.value.faults
