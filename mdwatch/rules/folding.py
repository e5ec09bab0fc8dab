"""When two texts count as the same to someone who looks for one: case, white space and composition do not matter."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Scripts that are written without spaces: Thai and Lao, Burmese, Khmer, Japanese kana, Han.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_JOINERS: Final = "\u200c\u200d"  # they stand within words of Persian and of Indic scripts


def fold(text: str) -> str:
    """The text as it is compared: case folded, white space collapsed, in Unicode's composed form."""
    line = " ".join(text.split())
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
