"""What plain Dublin Core of repositories and libraries has in one text: forms that harvesters have agreed on.

OpenAIRE Guidelines for Literature Repository Managers 3 (`info:eu-repo/...`), the DINI certificate (`ddc:330`,
`doc-type:article`), and how the national libraries of Germany and France write names.
"""

import re
from typing import Final
from urllib.parse import unquote

from mdwatch.exporters import remembered
from mdwatch.exporters.records import relators, role_words
from mdwatch.exporters.records.description import Identifier, Name, NameKind
from mdwatch.exporters.records.identifier_types import identified

_EU_REPO: Final = "info:eu-repo/"
_CLASS: Final = re.compile(
    r"info:eu-repo/classification/(?P<scheme>[\w-]+)/(?P<number>.+)|(?P<dini>ddc|udc|dewey):{1,2}\s*(?P<class>\d.*)",
    re.IGNORECASE,
)
_SCHEMES: Final = {"dewey": "ddc"}
_OTHER_NAME: Final = re.compile(r"info:eu-repo/semantics/altIdentifier/(\w+)/(.+)", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"info:eu-repo/semantics/(?:reference|dataset)/(\w+)/(.+)", re.IGNORECASE)
_NUMBERS: Final = {"pissn": "issn", "purl": "uri", "url": "uri"}
_VERSION: Final = re.compile(r"info:eu-repo/semantics/((?:draft|submitted|accepted|published|updated)(?:Version)?)")
_DOC_TYPE: Final = "doc-type:"

_ORCID: Final = re.compile(
    r"(?P<name>.*?[^\W\d].*?)[\s,;:|]*[\[(<]?(?:https?://orcid\.org/|orcid[:\s]*)?(?P<orcid>(?:\d{4}-){3}\d{3}[\dX])[\])>]?",
    re.IGNORECASE,
)
_IN_BRACKETS: Final = re.compile(r"(?P<name>[^\[\]]+?)\s*\[(?P<role>[^\[\]]+)\]")
_IN_PARENTHESES: Final = re.compile(r"(?P<name>[^()]+?)\s*\((?P<role>[^()\d]+)\)")
# A person, and where they work, as Open Journal Systems writes it.
_WITH_AFFILIATION: Final = re.compile(r"(?P<name>[^,;]+, [^,;]+); (?P<affiliation>.+)")
_BODY: Final = re.compile(
    r"\b(?:universi|institut|college|department|dept\b|school|hospital|laborator|facul|academ|cent(?:re|er)\b|ministr)",
    re.IGNORECASE,
)
# As EPrints cites a work among its identifiers: Doe, J. (2010) Title. Journal, 1 (2). pp. 1-5.
_CITATION: Final = re.compile(r"[^\W\d_][^()]{2,300}\((?:1[4-9]|20)\d{2}[a-z]?\)[.,:]? \S.{20,}", re.DOTALL)
_BEHIND_LIFE: Final = re.compile(
    r"(?P<name>[^()]+?)\s*\((?P<life>\d{4}-(?:\d{4}|\.{4})?|\.{4}-\d{4})\)\.\s*(?P<role>[^.]+)\.?"
)


def is_citation(text: str) -> bool:
    """Whether an identifier is no number, but how the work is to be cited."""
    return " (" in text and text.count(" ") >= 4 and _CITATION.fullmatch(text) is not None


def classification(text: str) -> tuple[str, str] | None:
    """Scheme and number of a class that a subject names, or None where it names none."""
    found = _CLASS.fullmatch(text)
    if not found:
        return None
    scheme = (found["scheme"] or found["dini"]).lower()
    return _SCHEMES.get(scheme, scheme), unquote(found["number"] or found["class"])


def other_name(text: str) -> Identifier | None:
    """Another identifier of the work itself, among its relations."""
    return _numbered(_OTHER_NAME, text) if text.startswith(_EU_REPO) else None


def reference(text: str) -> Identifier | None:
    """A publication or a data set that the work refers to, by its identifier."""
    return _numbered(_REFERENCE, text) if text.startswith(_EU_REPO) else None


def _numbered(pattern: re.Pattern[str], text: str) -> Identifier | None:
    found = pattern.fullmatch(text)
    if not found:
        return None
    kind = found[1].lower()
    return identified(unquote(found[2]), _NUMBERS.get(kind, kind))


def version(text: str) -> str:
    """Which version of a publication a type names, in words; empty where it names a kind of work."""
    found = _VERSION.fullmatch(text) if text.startswith(_EU_REPO) else None
    return f"{found[1].lower().removesuffix('version')} version" if found else ""


def kind(text: str) -> str:
    """The kind of a work without the mark of the DINI list."""
    return text.removeprefix(_DOC_TYPE)


def name(text: str, *, creator: bool) -> Name:
    """A name, with the ORCID and the role that the text has behind it."""
    if len(text) > remembered.LONGEST:
        return Name(text, creator)
    last = text[-1:]
    uri = ""
    if (last.isdecimal() or last in "X])>") and text.count("-") >= 3 and (found := _ORCID.fullmatch(text)):
        text, uri = found["name"].rstrip(" ,;:|"), f"https://orcid.org/{found['orcid'].upper()}"
        last = text[-1:]
    if last == "]" and (found := _IN_BRACKETS.fullmatch(text)) and (code := _role(found["role"])):
        return Name(found["name"], creator, (code,), uri=uri)
    if last == ")" and (found := _IN_PARENTHESES.fullmatch(text)) and (code := _role(found["role"])):
        return Name(found["name"], creator, (code,), uri=uri)
    if "; " in text and (found := _WITH_AFFILIATION.fullmatch(text)) and _BODY.search(found["affiliation"]):
        return Name(found["name"], creator, uri=uri, affiliations=(found["affiliation"],))
    if ")." in text and (found := _BEHIND_LIFE.fullmatch(text)) and (code := _role(found["role"])):
        life = found["life"].replace("....", "")
        return Name(f"{found['name']}, {life}", creator, (code,), NameKind.PERSONAL, uri, dates=life)
    return Name(text, creator, uri=uri)


def _role(word: str) -> str:
    """The code of a role that a word, or the first of several, names."""
    first = word.partition(",")[0]
    return role_words.code(first) or relators.named(first)
