"""The clients that Dataverse's users have, unchanged: what mdwatch keeps they find; of the rest they are told."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mdwatch.web.server import Server
from tests.system import registries
from tests.web.exported import exported

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]

TOKEN = "8f9d4c1e-5a7b-4a7e-9f0d-2b6c3d4e5f60"  # one of Dataverse is a UUID
FORMATS = ("ddi", "schema_org", "datacite")

PYDATAVERSE = """
import json, sys
from pyDataverse.api import NativeApi
from pyDataverse.auth import ApiTokenAuth, BearerTokenAuth
from pyDataverse.exceptions import ApiAuthorizationError

url, token = sys.argv[1:]
found = {}
for name, auth in (("key", ApiTokenAuth(token)), ("bearer", BearerTokenAuth(token))):
    api = NativeApi(url, auth=auth)  # which asks below /api/v1
    sets = f"{api.base_url_api_native}/harvest/server/oaisets"
    body = json.dumps({"name": name, "definition": "dc:title ~ title", "description": ""})
    found[name] = {
        "version": api.get_info_version().json(),
        "server": api.get_info_server().json(),
        "exports": {
            wanted: api.get_dataset_export("IE1", wanted).text[:300]
            for wanted in ("ddi", "oai_ddi", "dataverse_json", "schema.org", "Datacite", "oai_dc")
        },
        "unknown": api.get_dataset_export("IE9", "ddi").json(),
        "made": api.post_request(f"{sets}/add", body).json(),
        "changed": api.put_request(f"{sets}/{name}", json.dumps({"description": "Other"})).json(),
        "sets": api.get_request(sets).json(),
        "members": api.get_request(f"{sets}/{name}/datasets").json(),
        "deleted": api.delete_request(f"{sets}/{name}").json(),
        "export": api.get_request(f"{api.base_url_api_native}/admin/metadata/exportAll").json(),
        "not kept": [api.get_metadatablocks().json(), api.get_dataset("IE1").json(), api.get_dataverse(":root").json()],
    }
try:
    NativeApi(url, auth=ApiTokenAuth(token[:-1])).get_request(sets)
except ApiAuthorizationError as error:
    found["refused"] = str(error)
json.dump(found, sys.stdout)
"""

EASYDATAVERSE = """
import json, sys
from easyDataverse import Dataverse

url, token = sys.argv[1:]
try:
    Dataverse(server_url=url, api_token=token)
    said = "connected"
except Exception as error:
    said = str(error)
print(json.dumps(said))
"""

JAVASCRIPT = """
const client = require('@iqss/dataverse-client-javascript');
const [url, token] = process.argv.slice(2);
const { DataverseApiAuthMechanism } = require(
  '@iqss/dataverse-client-javascript/dist/core/infra/repositories/ApiConfig');
client.ApiConfig.init(`${url}/api/v1`, DataverseApiAuthMechanism.API_KEY, token);
const said = (work) => work.then((found) => ({ found })).catch((error) => ({ error: error.message }));
(async () => {
  console.log(JSON.stringify({
    version: await said(client.getDataverseVersion.execute()),
    formats: await said(client.getAvailableDatasetMetadataExportFormats.execute()),
    dataset: await said(client.getDataset.execute('IE1')),
    limit: await said(client.getMaxEmbargoDurationInMonths.execute()),
  }));
})();
"""


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """A server that asks for a token; its address."""
    world = exported(root, *FORMATS)
    token = root / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    world.raw["http"] = {"listen": ["127.0.0.1:0"], "token_file": str(token)}
    with world.context() as context:
        server = Server(lambda: context, tuple)
        server.start()
        try:
            yield f"http://{server.addresses[0]}"
        finally:
            server.stop()


def said(root: Path, *command: str) -> Any:
    """What a client's program says, in JSON, of a server that runs meanwhile."""
    with serving(root) as url:
        done = subprocess.run([*command, url, TOKEN], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_pydataverse(tmp_path: Path) -> None:
    python = registries.from_pypi(tmp_path / "venv", "pyDataverse==0.3.5") / "python"
    found = said(tmp_path, str(python), "-W", "ignore", "-c", PYDATAVERSE)
    assert "401" in found.pop("refused")
    for name, answers in found.items():
        assert answers["version"]["data"]["version"] == "6.11"
        assert answers["server"]["data"] == {"message": "127.0.0.1"}
        exports = answers["exports"]
        assert "codeBook" in exports["ddi"]
        assert exports["oai_ddi"] == exports["ddi"]
        assert exports["dataverse_json"].startswith('{"pid": "IE1"')
        assert "schema.org" in exports["schema.org"]
        assert "datacite.org" in exports["Datacite"]
        assert "oai_dc" in exports["oai_dc"]
        assert answers["unknown"]["message"] == "A dataset with the persistentId IE9 could not be found."
        assert answers["made"]["data"]["spec"] == name
        assert answers["changed"]["message"] == {"message": f"/api/harvest/server/oaisets/{name}"}
        assert name in [item["spec"] for item in answers["sets"]["data"]["oaisets"]]
        assert answers["members"]["data"]["datasets"] == []
        assert answers["deleted"]["data"] == {"message": f"OAI Set {name} deleted"}
        assert answers["export"]["status"] == "WORKFLOW_IN_PROGRESS"
        for answer in answers["not kept"]:
            assert (answer["status"], answer["code"], answer["requestMethod"]) == ("ERROR", 404, "GET")
            assert "of dataverse's api" in answer["message"].lower()


def test_easydataverse(tmp_path: Path) -> None:
    python = registries.from_pypi(tmp_path / "venv", "easyDataverse==0.4.4") / "python"
    # It takes the version for a new enough one, and wants licences next, which mdwatch does not keep.
    message = said(tmp_path, str(python), "-W", "ignore", "-c", EASYDATAVERSE)
    assert message.startswith("Error getting licenses: ")
    answer = json.loads(message.removeprefix("Error getting licenses: "))
    assert (answer["status"], answer["code"]) == ("ERROR", 404)
    assert answer["requestUrl"].endswith("/api/licenses")


def test_the_javascript_client(tmp_path: Path) -> None:
    # It needs another package, which it forgets to name.
    folder = registries.from_npm(tmp_path / "npm", "@iqss/dataverse-client-javascript@2.2.0", "p-limit@3.1.0")
    program = folder / "client.js"
    program.write_text(JAVASCRIPT)
    found = said(tmp_path, "node", str(program))
    assert found["version"]["found"]["number"] == "6.11"
    assert found["version"]["found"]["build"].startswith("mdwatch ")
    formats = found["formats"]["found"]
    assert {"oai_dc", "native_json", *FORMATS} == formats.keys()
    assert formats["oai_dc"]["isHarvestable"]
    for name in ("dataset", "limit"):
        assert "[404] there is nothing at this address" in found[name]["error"], found[name]
