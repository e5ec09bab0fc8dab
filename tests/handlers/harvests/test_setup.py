"""What an administrator is told of harvests that could not do their work, before the first night."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.calls import mdwatch
from tests.handlers.harvests.providers import harvesting
from tests.worlds import JOB

URL = "http://provider.example.org/oai"
SHEET = '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">{}</xsl:stylesheet>'


def checked(root: Path, **harvest: Any) -> dict[str, Any]:
    """What `config check` says of the settings."""
    config = harvesting(root, URL, **harvest).write_settings()
    done = mdwatch("config", "check", "--json", config=config)
    found: dict[str, Any] = done.json
    assert done.status == (78 if found["faults"] else 0)
    return found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "does not exist or is not a file"),
        ("<xsl:", "cannot be used"),
        ("<a/>", "not a stylesheet of XSLT 1.0"),
        (SHEET.format('<xsl:include href="other.xsl"/>'), "it has xsl:include"),
        (SHEET.format(""), None),
    ],
)
def test_a_stylesheet_that_is_none_is_a_fault(tmp_path: Path, text: str | None, why: str | None) -> None:
    sheet = tmp_path / "sheet.xsl"
    if text is not None:
        sheet.write_text(text, encoding="utf-8")
    faults = checked(tmp_path, xslt=str(sheet))["faults"]
    if why is None:
        assert faults == []
    else:
        (fault,) = faults
        assert "harvests.there.xslt: " in fault
        assert why in fault


@pytest.mark.parametrize(
    ("harvest", "why"),
    [
        ({"sub_type": "mods"}, "a descriptive record of the subtype mods is not updated; only dc is"),
        ({"type": "source", "mid": "1", "sub_type": "ddi"}, "a source record of the subtype ddi is not updated"),
        ({"type": "source", "mid": "1", "sub_type": "MODS"}, None),
        ({"type": "source", "mid": "1", "sub_type": "other:tei"}, None),
        ({}, None),
    ],
)
def test_a_subtype_that_no_job_updates_is_told(tmp_path: Path, harvest: dict[str, str], why: str | None) -> None:
    found = checked(tmp_path, **harvest)
    assert found["faults"] == []
    if why is None:
        assert found["notes"] == []
    else:
        (note,) = found["notes"]
        assert note.startswith(f"harvests.there: the job {JOB} refuses all of its files: {why}")
