"""When two texts count as the same to someone who looks for one: case, white space and composition do not matter."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Scripts that are written without spaces: Thai and Lao, Burmese, Khmer, Japanese kana, Han.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
# Characters of a text whose words are held in memory at once: as objects they take ten times their room.
_AT_ONCE: Final = 100_000
_JOINERS: Final = "\u200c\u200d"  # they stand within words of Persian and of Indic scripts


def on_one_line(text: str) -> str:
    """The text with every run of white space as one blank, and none at its ends."""
    # Nearly all texts are like that, which is quick to tell: a blank is the only white space that is printable.
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    if len(text) <= _AT_ONCE:
        return " ".join(text.split())
    found: list[str] = []
    gap = False
    for start in range(0, len(text), _AT_ONCE):
        part = text[start : start + _AT_ONCE]
        words = " ".join(part.split())
        if words:
            found += [" ", words] if found and (gap or part[0].isspace()) else [words]
        gap = part[-1].isspace()
    return "".join(found)


def fold(text: str) -> str:
    """The text as it is compared: case folded, white space collapsed, in Unicode's composed form."""
    line = on_one_line(text)
    if line.isascii():
        return line.lower()
    # Folding may decompose what was composed, hence twice (The Unicode Standard, 3.13, D145).
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", line).casefold())


def has_words(text: str, words: str) -> bool:
    """Whether the words stand in the text, one after the other and none cut off; both are folded."""
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        if not _cut(text, start) and not _cut(text, end):
            return True
        start = text.find(words, start + 1)
    return False


def _cut(text: str, place: int) -> bool:
    """Whether a word goes on across this place; where words are not spaced nobody can tell, and none does."""
    return 0 < place < len(text) and _holds_on(text[place - 1]) and _holds_on(text[place])


@lru_cache(maxsize=4096)
def _holds_on(character: str) -> bool:
    """Letters, digits, and the marks upon them, which are characters of their own in many scripts."""
    of_word = character.isalnum() or character in _JOINERS or unicodedata.category(character).startswith("M")
    return of_word and not _UNSPACED.match(character)
