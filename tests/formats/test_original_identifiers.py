"""By which identifiers an IE is known where it came from."""

import json

import pytest

from mdwatch.formats import dnx, original_identifiers

_KIND = "originalObjectID"


@pytest.mark.parametrize(
    ("characteristics", "found"),
    [
        ({}, set()),
        ({_KIND: " oai:a:1 "}, {"oai:a:1"}),
        ({"objectIdentifier": {"objectIdentifierType": _KIND, "objectIdentifierValue": "oai:a:2"}}, {"oai:a:2"}),
        (
            {
                "objectIdentifier": [
                    {"objectIdentifierType": _KIND, "objectIdentifierValue": "a"},
                    {"objectIdentifierType": "Handle", "objectIdentifierValue": "b"},
                    {"objectIdentifierType": _KIND, "objectIdentifierValue": 3},
                    {"objectIdentifierType": _KIND, "objectIdentifierValue": "c"},
                ],
                "other": {_KIND: "d"},
                "objectType": _KIND,
            },
            {"a", "c", "d"},
        ),
    ],
)
def test_in_characteristics(characteristics: object, found: set[str]) -> None:
    assert original_identifiers.in_characteristics(json.dumps(characteristics), _KIND) == found


def test_in_the_mets_only_those_of_the_ie_itself() -> None:
    def section(name: str, value: str, kind: str = _KIND) -> str:
        keys = (("objectIdentifierType", kind), ("objectIdentifierValue", value))
        record = "".join(f'<key id="{key}">{text}</key>' for key, text in keys)
        inner = f'<dnx xmlns="{dnx.NAMESPACE}"><section id="objectIdentifier"><record>{record}</record></section></dnx>'
        return f'<amdSec ID="{name}"><techMD>{inner}</techMD></amdSec>'

    parts = section("ie-amd", " oai:a:1\n") + section("rep1-amd", "oai:a:2") + section("ie-amd", "hdl", "Handle")
    mets = f'<mets xmlns="http://www.loc.gov/METS/">{parts}</mets>'
    assert original_identifiers.in_mets(mets, _KIND) == {"oai:a:1"}
    assert original_identifiers.in_mets("<no", _KIND) == set()
