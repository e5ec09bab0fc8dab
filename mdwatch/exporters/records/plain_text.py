"""What every text goes through on its way out of a record, so that any format can hold it."""

import html
import re
from typing import Final

from mdwatch.formats import dnx
from mdwatch.rules.folding import on_one_line

# The C1 set, whose characters MARC puts around articles that do not count in sorting (ISO 6630; U+0098 and U+009C), and
# the joiners of the same use. They are marks for machines, and no reader is to see one. NEL (U+0085) is white space.
CONTROLS: Final = re.compile("[\x80-\x84\x86-\x9f]")


def clean(text: str) -> str:
    """The text on one line: white space collapsed, no C1 controls, and U+FFFD for what XML cannot hold."""
    line = on_one_line(text)
    return line if line.isprintable() else dnx.writable(without_controls(line))


# Elements of HTML and JATS that repositories keep in titles and abstracts. Those that break a line part words.
_BLOCKS: Final = "p|br|div|ul|ol|li|h[1-6]|sec|title|table|tr|td|blockquote"
_TAG: Final = re.compile(
    rf"</?(?:jats:)?(?:({_BLOCKS})|em|strong|b|i|u|sub|sup|span|a|font|small|italic|bold|sc)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def without_markup(text: str) -> str:
    """The text without tags of HTML and JATS, and without the references that stand in such texts."""
    if "<" not in text or not _TAG.search(text):
        return text
    return clean(html.unescape(_TAG.sub(lambda tag: " " if tag[1] else "", text)))


def without_controls(text: str) -> str:
    """The text without control characters of the C1 set."""
    return text if text.isascii() else CONTROLS.sub("", text)
