"""Grants as OpenAIRE writes them, and their funders by the codes that stand there.

`info:eu-repo/grantAgreement/Funder/FundingProgram/ProjectID/[Jurisdiction]/[ProjectName]/[ProjectAcronym]` (OpenAIRE
Guidelines for Literature Repository Managers 3, Project Identifier), each part percent-encoded. The names of funders
are those of the OpenAIRE list of funders; the identifiers are those of the Crossref Funder Registry.
"""

import re
from typing import Final
from urllib.parse import unquote

from mdwatch.exporters.records.description import Grant

GRANT: Final = re.compile(
    r"info:eu-repo/grantAgreement/([^/\s]*)(?:/([^/\s]*))?(?:/([^/\s]+))?(?:/(\S*))?", re.IGNORECASE
)

# Code: (name, Crossref Funder ID or nothing).
FUNDERS: Final = {
    "EC": ("European Commission", "https://doi.org/10.13039/501100000780"),
    "WT": ("Wellcome Trust", "https://doi.org/10.13039/100004440"),
    "FCT": ("Fundação para a Ciência e a Tecnologia", "https://doi.org/10.13039/501100001871"),
    "ARC": ("Australian Research Council", "https://doi.org/10.13039/501100000923"),
    "NHMRC": ("National Health and Medical Research Council", "https://doi.org/10.13039/501100000925"),
    "NSF": ("National Science Foundation", "https://doi.org/10.13039/100000001"),
    "NIH": ("National Institutes of Health", "https://doi.org/10.13039/100000002"),
    "NWO": ("Nederlandse Organisatie voor Wetenschappelijk Onderzoek", "https://doi.org/10.13039/501100003246"),
    "SNSF": ("Schweizerischer Nationalfonds", "https://doi.org/10.13039/501100001711"),
    "FWF": ("Austrian Science Fund", "https://doi.org/10.13039/501100002428"),
    "DFG": ("Deutsche Forschungsgemeinschaft", "https://doi.org/10.13039/501100001659"),
    "SFI": ("Science Foundation Ireland", "https://doi.org/10.13039/501100001602"),
    "AKA": ("Academy of Finland", "https://doi.org/10.13039/501100002341"),
    "ANR": ("Agence nationale de la recherche", "https://doi.org/10.13039/501100001665"),
}
FUNDER_REGISTRY: Final = "https://doi.org/10.13039/"


def agreement(text: str) -> Grant | None:
    """The grant that a text names, or None where it is no grant agreement."""
    found = GRANT.fullmatch(text.strip())
    if not found:
        return None
    code, program, number, rest = (unquote(part or "") for part in found.groups())
    if not number:
        # Some leave the programme out.
        program, number = "", program
    name = FUNDERS[code][0] if code in FUNDERS else code
    names = rest.split("/")
    return Grant(name, number, text.strip(), names[1] if len(names) > 1 else "")


def funder_identifier(name: str) -> str:
    """The identifier of a funder of this name in the Crossref Funder Registry, or empty."""
    return next((uri for known, uri in FUNDERS.values() if known == name), "")


def program(grant: Grant) -> str:
    """The funding programme that the agreement names, or empty."""
    found = GRANT.fullmatch(grant.uri)
    return unquote(found[2] or "") if found and found[3] else ""
