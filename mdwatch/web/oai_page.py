"""An answer of OAI-PMH as a page for people who open it in a browser, made from the answer itself.

Everything in it is text, whatever metadata brings; every link is a query to the same address.
"""

import base64
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple
from urllib.parse import urlencode

import jinja2
from lxml import etree
from markupsafe import Markup

from mdwatch.formats.oai_pmh.verbs import Verb
from mdwatch.web.serving.printed import printed

_OAI: Final = "{http://www.openarchives.org/OAI/2.0/}"
_SCHEMA_LOCATION: Final = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_STYLE: Final = files("mdwatch.web").joinpath("assets", "oai.css").read_text(encoding="utf-8")
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

# Its own style, and nothing else: metadata is written by others.
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
MEDIA_TYPE: Final = "text/html; charset=utf-8"


class Shown(NamedTuple):
    """A record or a header: `document` is its metadata as markup, None where there is none."""

    identifier: str
    datestamp: str
    deleted: bool
    sets: Sequence[str]
    document: Markup | None


def page(answer: bytes) -> bytes:
    """The page of an answer."""
    # It is our own, and refers to nothing outside; that is not left to trust.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(answer, parser)
    request = _only(root, "request")
    verb = request.get("verb", "")
    element = next((item for item in root if item.tag == f"{_OAI}{verb}"), None)
    text = (
        _templates()
        .get_template("oai.html")
        .render(
            style=Markup(_STYLE),  # noqa: S704 - of this package
            moment=_text(root, "responseDate"),
            address=request.text or "",
            verb=verb,
            verbs=[item.value for item in Verb if item is not Verb.GET_RECORD],
            # A list that goes on names no prefix in its request; every record can be had as oai_dc.
            prefix=request.get("metadataPrefix", "oai_dc"),
            identifier=request.get("identifier"),
            errors=[(item.get("code", ""), item.text or "") for item in root.iter(f"{_OAI}error")],
            element=element,
            records=[] if element is None else _records(element),
            onward=None if element is None else _onward(element),
        )
    )
    return str(text).encode("utf-8", "backslashreplace")


def _only(element: etree._Element, name: str) -> etree._Element:
    found = element.find(f"{_OAI}{name}")
    assert found is not None, name  # noqa: S101 - of our own making
    return found


def _text(element: etree._Element, name: str) -> str:
    return element.findtext(f"{_OAI}{name}", "")


def _records(element: etree._Element) -> list[Shown]:
    """The records of an answer, or its headers where it has only those."""
    found = []
    for item in element:
        header = item if item.tag == f"{_OAI}header" else item.find(f"{_OAI}header")
        if header is not None:
            metadata = item.find(f"{_OAI}metadata")
            found.append(
                Shown(
                    identifier=_text(header, "identifier"),
                    datestamp=_text(header, "datestamp"),
                    deleted=header.get("status") == "deleted",
                    sets=[item.text or "" for item in header.findall(f"{_OAI}setSpec")],
                    document=None if metadata is None else tree(metadata),
                )
            )
    return found


class Onward(NamedTuple):
    """Where in a list its page is, and the token of the next one, "" for none; `size` is that of the list, if told."""

    token: str
    first: int
    last: int
    size: str | None


def _onward(element: etree._Element) -> Onward | None:
    found = element.find(f"{_OAI}resumptionToken")
    if found is None:
        return None
    cursor = int(found.get("cursor", "0"))
    return Onward(found.text or "", cursor + 1, cursor + len(element) - 1, found.get("completeListSize"))


def tree(element: etree._Element) -> Markup:
    """What is in an element, as names and texts within each other, however deep."""
    parts: list[str] = []
    for event, item in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if item is element:
            continue
        if event == "start":
            parts.append(Markup('<div class="field"><span class="name">{}</span>').format(_name(item, str(item.tag))))
            parts += _attributes(item)
            parts.append(_leaf(item.text))
        elif event == "end":
            parts.append("</div>")
        if event != "start":
            parts.append(_leaf(item.tail))
    return Markup("".join(parts))  # noqa: S704 - each part is escaped


def _leaf(text: str | None) -> str:
    return Markup('<span class="text">{}</span>').format(printed(text)) if text and text.strip() else ""


def _attributes(element: etree._Element) -> list[str]:
    return [
        Markup('<span class="quiet"> {}={}</span>').format(_name(element, str(name)), printed(str(value)))
        for name, value in element.attrib.items()
        if name != _SCHEMA_LOCATION
    ]


def _name(element: etree._Element, tag: str) -> str:
    """A name as it is written there, with its prefix."""
    qualified = etree.QName(tag)
    prefix = next((key for key, value in element.nsmap.items() if key and value == qualified.namespace), None)
    if qualified.namespace is not None and element.tag == tag:
        prefix = element.prefix
    elif qualified.namespace == "http://www.w3.org/XML/1998/namespace":
        prefix = "xml"
    return str(printed(f"{prefix}:{qualified.localname}" if prefix else qualified.localname))


def query(verb: str, **arguments: str) -> str:
    """The address of another request, from this page."""
    return f"?{urlencode({'verb': verb, **arguments})}"


def _children(element: etree._Element, *names: str) -> list[etree._Element]:
    """The elements below one; only those of these names, where any are given."""
    tags = {f"{_OAI}{name}" for name in names}
    return [item for item in element if not tags or item.tag in tags]


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("mdwatch.web", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=printed,
        auto_reload=False,
    )
    environment.globals.update(query=query, children=_children, child=_text, tree=tree, local=_local)
    return environment


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname
