"""Languages as BCP 47 tags, which is what xs:language and schema.org ask for.

Records name them by ISO 639-2 code, by ISO 639-1 code or in English words. Where ISO 639-1 has a code it is the tag;
any other code of two or three letters is a tag already (RFC 5646, 2.2.1).
"""

import re
from typing import Final

# (ISO 639-1, ISO 639-2 bibliographic and terminologic, names in English)
TABLE: Final = (
    ("af", "afr", "Afrikaans"), ("sq", "alb sqi", "Albanian"), ("am", "amh", "Amharic"), ("ar", "ara", "Arabic"),
    ("hy", "arm hye", "Armenian"), ("az", "aze", "Azerbaijani"), ("eu", "baq eus", "Basque"),
    ("be", "bel", "Belarusian"), ("bn", "ben", "Bengali"), ("bs", "bos", "Bosnian"), ("bg", "bul", "Bulgarian"),
    ("my", "bur mya", "Burmese"), ("ca", "cat", "Catalan"), ("zh", "chi zho", "Chinese"), ("hr", "hrv scr", "Croatian"),
    ("cs", "cze ces", "Czech"), ("da", "dan", "Danish"), ("nl", "dut nld", "Dutch"), ("en", "eng", "English"),
    ("eo", "epo", "Esperanto"), ("et", "est", "Estonian"), ("fi", "fin", "Finnish"), ("fr", "fre fra", "French"),
    ("gl", "glg", "Galician"), ("ka", "geo kat", "Georgian"), ("de", "ger deu", "German"), ("el", "gre ell", "Greek"),
    ("gu", "guj", "Gujarati"), ("ht", "hat", "Haitian"), ("he", "heb", "Hebrew"), ("hi", "hin", "Hindi"),
    ("hu", "hun", "Hungarian"), ("is", "ice isl", "Icelandic"), ("id", "ind", "Indonesian"), ("ga", "gle", "Irish"),
    ("it", "ita", "Italian"), ("ja", "jpn", "Japanese"), ("kk", "kaz", "Kazakh"), ("ko", "kor", "Korean"),
    ("ku", "kur", "Kurdish"), ("la", "lat", "Latin"), ("lv", "lav", "Latvian"), ("lt", "lit", "Lithuanian"),
    ("mk", "mac mkd", "Macedonian"), ("ms", "may msa", "Malay"), ("ml", "mal", "Malayalam"), ("mt", "mlt", "Maltese"),
    ("mi", "mao mri", "Maori"), ("mr", "mar", "Marathi"), ("mn", "mon", "Mongolian"), ("ne", "nep", "Nepali"),
    ("no", "nor", "Norwegian"), ("fa", "per fas", "Persian"), ("pl", "pol", "Polish"), ("pt", "por", "Portuguese"),
    ("pa", "pan", "Panjabi"), ("ro", "rum ron", "Romanian"), ("ru", "rus", "Russian"), ("sm", "smo", "Samoan"),
    ("sa", "san", "Sanskrit"), ("gd", "gla", "Gaelic"), ("sr", "srp scc", "Serbian"), ("sk", "slo slk", "Slovak"),
    ("sl", "slv", "Slovenian"), ("so", "som", "Somali"), ("es", "spa", "Spanish"), ("sw", "swa", "Swahili"),
    ("sv", "swe", "Swedish"), ("tl", "tgl", "Tagalog"), ("ta", "tam", "Tamil"), ("te", "tel", "Telugu"),
    ("th", "tha", "Thai"), ("bo", "tib bod", "Tibetan"), ("to", "ton", "Tongan"), ("tr", "tur", "Turkish"),
    ("uk", "ukr", "Ukrainian"), ("ur", "urd", "Urdu"), ("uz", "uzb", "Uzbek"), ("vi", "vie", "Vietnamese"),
    ("cy", "wel cym", "Welsh"), ("yi", "yid", "Yiddish"), ("zu", "zul", "Zulu"),
)  # fmt: skip

_TAGS: Final = {name: tag for tag, codes, words in TABLE for name in (tag, *codes.split(), words.lower())}
_TAG: Final = re.compile(r"([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{1,8})*)")


def tag(language: str) -> str:
    """The BCP 47 tag of a language given by code or by name; empty where it is not known."""
    language = language.strip()
    found = _TAG.fullmatch(language)
    if not found:
        return _TAGS.get(language.lower(), "")
    first = found[1].lower()
    return _TAGS.get(first, first) + found[2].replace("_", "-")
