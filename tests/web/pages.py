"""Pages as a browser without JavaScript has them: read, links followed, forms sent."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from httpx2 import Response
from lxml import html

from tests.web.sites import Site
from tests.worlds import World, dc, ie, update

ME = {"Origin": "http://localhost", "User-Agent": "Mozilla/5.0", "Sec-Fetch-Site": "same-origin"}


def world_of(root: Path) -> World:
    """One file of each kind: applied, held back, in error for a lock and for an IE that there is not."""
    world = World(root)
    world.load(ie("IE1", published=True), ie("IE2", stage="sip"), ie("IE3", lockedBy="curator"))
    for name, pid in (("a.xml", "IE1"), ("b.xml", "IE2"), ("c.xml", "IE3"), ("d.xml", "IE9")):
        world.drop(name, update(pid, dc("New")))
    world.run()
    return world


_APART: Final = {"dd", "div", "dt", "h1", "h2", "h3", "h4", "li", "p", "td", "th", "tr"}


def text_of(node: html.HtmlElement) -> str:
    """What is read, with every run of spaces as one, and one around what stands by itself."""
    parts = [node.text or ""]
    for child in node:
        gap = " " if child.tag in _APART else ""
        parts += [gap, text_of(child) if gap else _all_of(child), gap, child.tail or ""]
    return " ".join("".join(parts).split())


def _all_of(node: html.HtmlElement) -> str:
    """What is read, the spaces at its ends too."""
    text = str(node.text_content())
    return text[: len(text) - len(text.lstrip())] + text_of(node) + text[len(text.rstrip()) :]


class Page:
    """A page that was answered, and the buttons on it."""

    def __init__(self, there: Site, path: str, status: int = 200, answered: Response | None = None) -> None:
        """`answered` is the page where something else than its address led to it."""
        response = answered or there.client.get(path)
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        self._there = there
        self.selected: set[str] = set()
        self.headers = response.headers
        self.source = response.text
        self.tree = html.document_fromstring(response.content)

    @property
    def text(self) -> str:
        """All that is read in its main part."""
        return text_of(self.one("//main"))

    def one(self, xpath: str) -> html.HtmlElement:
        """The one element of this path."""
        found = self.all(xpath)
        assert len(found) == 1, (xpath, len(found), self.source)
        return found[0]

    def all(self, xpath: str) -> list[html.HtmlElement]:
        """Every element of this path."""
        return list(self.tree.xpath(xpath))

    def read(self, xpath: str) -> str:
        """What is read in the one element of this path."""
        return text_of(self.one(xpath))

    def reads(self, xpath: str) -> list[str]:
        """What is read in each element of this path."""
        return [text_of(node) for node in self.all(xpath)]

    def buttons(self, within: str = "//main") -> list[str]:
        """The words on the buttons, those for screen readers too."""
        return self.reads(f"{within}//button")

    def press(self, words: str) -> "Page":
        """Sends the form of the button with these words as a browser would, and what is selected; where it leads to."""
        found = [button for button in self.all("//main//form//button") if text_of(button) == words]
        assert len(found) == 1, (words, self.buttons())
        (form,) = found[0].xpath("ancestor::form")
        fields: dict[str, list[str]] = {}
        for field in form.xpath(".//input | .//textarea"):
            if field.tag == "textarea":
                fields[field.get("name")] = [field.text or ""]
            elif field.get("type") != "checkbox" or field.get("value") in self.selected:
                fields.setdefault(field.get("name"), []).append(field.get("value"))
        if found[0].get("name"):
            fields[found[0].get("name", "")] = [found[0].get("value", "")]
        response = self._there.client.post(form.get("action", ""), data=fields, headers=ME)
        assert response.status_code == 303, response.text
        parts = urlsplit(response.headers["location"])
        return Page(self._there, f"{parts.path}?{parts.query}")

    @property
    def notice(self) -> str:
        """The notice on the page, without the way back to where the button was."""
        return " ".join(self.reads("//*[contains(@class, 'notice')]/p[not(a)]"))

    @property
    def spot(self) -> str:
        """Where the button was, as the notice has it."""
        return "".join(link.get("href", "") for link in self.all("//*[contains(@class, 'notice')]//a"))
