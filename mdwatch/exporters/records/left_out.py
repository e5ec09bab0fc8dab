"""What has to be taken out of a record so that it fits a schema: its words, each under a name, for none is lost."""

from lxml import etree

from mdwatch.exporters.records.plain_text import clean
from mdwatch.exporters.xml_text import WHITE_SPACE


class LeftOut:
    """The words that were taken out of one record, in the order they were met: `lines` are names and words."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def leave(self, name: str, words: str) -> None:
        """Keeps words under a name, if there are any."""
        if line := clean(words):
            self.lines.append((name, line))

    def take_out(self, parent: etree._Element, child: etree._Element, name: str) -> None:
        """Takes a child out of its parent and keeps its words."""
        self.leave(name, " ".join(child.itertext()))
        parent.remove(child)

    def take_out_stray_words(self, element: etree._Element, name: str) -> None:
        """Takes out the words between the elements of one that has elements only."""
        if element.text and element.text.strip(WHITE_SPACE):
            self.leave(name, element.text)
            element.text = None
        for child in element:
            if child.tail and child.tail.strip(WHITE_SPACE):
                self.leave(name, child.tail)
                child.tail = None
