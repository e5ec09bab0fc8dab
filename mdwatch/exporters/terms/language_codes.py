"""Languages as BCP 47 tags, which is what xs:language, xml:lang and schema.org ask for.

Records name them by ISO 639-2 code, by ISO 639-1 code or in English words, or as POSIX locales (`sr_RS@latin`). Where
ISO 639-1 has a code it is the tag; any other code of three letters is a tag already (RFC 5646, 2.2.1). The codes after
those of ISO 639-2 are the ones that the MARC Code List for Languages has given up, which older records still have.
"""

import re
from typing import Final

from mdwatch.exporters import remembered
from mdwatch.exporters.records.languages import is_none

# (ISO 639-1, ISO 639-2 bibliographic and terminologic and former MARC codes, name in English)
TABLE: Final = (
    ("aa", "aar", "Afar"), ("ab", "abk", "Abkhazian"), ("ae", "ave", "Avestan"), ("af", "afr", "Afrikaans"),
    ("ak", "aka", "Akan"), ("am", "amh", "Amharic"), ("an", "arg", "Aragonese"), ("ar", "ara", "Arabic"),
    ("as", "asm", "Assamese"), ("av", "ava", "Avaric"), ("ay", "aym", "Aymara"), ("az", "aze", "Azerbaijani"),
    ("ba", "bak", "Bashkir"), ("be", "bel", "Belarusian"), ("bg", "bul", "Bulgarian"), ("bi", "bis", "Bislama"),
    ("bm", "bam", "Bambara"), ("bn", "ben", "Bengali"), ("bo", "tib bod", "Tibetan"), ("br", "bre", "Breton"),
    ("bs", "bos", "Bosnian"), ("ca", "cat", "Catalan"), ("ce", "che", "Chechen"), ("ch", "cha", "Chamorro"),
    ("co", "cos", "Corsican"), ("cr", "cre", "Cree"), ("cs", "cze ces", "Czech"), ("cu", "chu", "Church Slavic"),
    ("cv", "chv", "Chuvash"), ("cy", "wel cym", "Welsh"), ("da", "dan", "Danish"), ("de", "ger deu", "German"),
    ("dv", "div", "Divehi"), ("dz", "dzo", "Dzongkha"), ("ee", "ewe", "Ewe"), ("el", "gre ell", "Greek"),
    ("en", "eng", "English"), ("eo", "epo esp", "Esperanto"), ("es", "spa", "Spanish"), ("et", "est", "Estonian"),
    ("eu", "baq eus", "Basque"), ("fa", "per fas", "Persian"), ("ff", "ful", "Fula"), ("fi", "fin", "Finnish"),
    ("fj", "fij", "Fijian"), ("fo", "fao far", "Faroese"), ("fr", "fre fra", "French"), ("fy", "fry fri", "Frisian"),
    ("ga", "gle iri", "Irish"), ("gd", "gla gae", "Gaelic"), ("gl", "glg gag", "Galician"),
    ("gn", "grn gua", "Guarani"),
    ("gu", "guj", "Gujarati"), ("gv", "glv max", "Manx"), ("ha", "hau", "Hausa"), ("he", "heb", "Hebrew"),
    ("hi", "hin", "Hindi"), ("ho", "hmo", "Hiri Motu"), ("hr", "hrv scr", "Croatian"), ("ht", "hat", "Haitian"),
    ("hu", "hun", "Hungarian"), ("hy", "arm hye", "Armenian"), ("hz", "her", "Herero"),
    ("ia", "ina int", "Interlingua"),
    ("id", "ind", "Indonesian"), ("ie", "ile", "Interlingue"), ("ig", "ibo", "Igbo"), ("ii", "iii", "Sichuan Yi"),
    ("ik", "ipk", "Inupiaq"), ("io", "ido", "Ido"), ("is", "ice isl", "Icelandic"), ("it", "ita", "Italian"),
    ("iu", "iku", "Inuktitut"), ("ja", "jpn", "Japanese"), ("jv", "jav", "Javanese"), ("ka", "geo kat", "Georgian"),
    ("kg", "kon", "Kongo"), ("ki", "kik", "Kikuyu"), ("kj", "kua", "Kuanyama"), ("kk", "kaz", "Kazakh"),
    ("kl", "kal", "Kalaallisut"), ("km", "khm cam", "Khmer"), ("kn", "kan", "Kannada"), ("ko", "kor", "Korean"),
    ("kr", "kau", "Kanuri"), ("ks", "kas", "Kashmiri"), ("ku", "kur", "Kurdish"), ("kv", "kom", "Komi"),
    ("kw", "cor", "Cornish"), ("ky", "kir", "Kyrgyz"), ("la", "lat", "Latin"), ("lb", "ltz", "Luxembourgish"),
    ("lg", "lug", "Ganda"), ("li", "lim", "Limburgish"), ("ln", "lin", "Lingala"), ("lo", "lao", "Lao"),
    ("lt", "lit", "Lithuanian"), ("lu", "lub", "Luba-Katanga"), ("lv", "lav", "Latvian"), ("mg", "mlg mla", "Malagasy"),
    ("mh", "mah", "Marshallese"), ("mi", "mao mri", "Maori"), ("mk", "mac mkd", "Macedonian"),
    ("ml", "mal", "Malayalam"), ("mn", "mon", "Mongolian"), ("mr", "mar", "Marathi"), ("ms", "may msa", "Malay"),
    ("mt", "mlt", "Maltese"), ("my", "bur mya", "Burmese"), ("na", "nau", "Nauru"), ("nb", "nob", "Norwegian Bokmål"),
    ("nd", "nde", "North Ndebele"), ("ne", "nep", "Nepali"), ("ng", "ndo", "Ndonga"), ("nl", "dut nld", "Dutch"),
    ("nn", "nno", "Norwegian Nynorsk"), ("no", "nor", "Norwegian"), ("nr", "nbl", "South Ndebele"),
    ("nv", "nav", "Navajo"), ("ny", "nya", "Nyanja"), ("oc", "oci lan", "Occitan"), ("oj", "oji", "Ojibwa"),
    ("om", "orm gal", "Oromo"), ("or", "ori", "Oriya"), ("os", "oss", "Ossetian"), ("pa", "pan", "Panjabi"),
    ("pi", "pli", "Pali"), ("pl", "pol", "Polish"), ("ps", "pus", "Pushto"), ("pt", "por", "Portuguese"),
    ("qu", "que", "Quechua"), ("rm", "roh", "Romansh"), ("rn", "run", "Rundi"), ("ro", "rum ron mol", "Romanian"),
    ("ru", "rus", "Russian"), ("rw", "kin", "Kinyarwanda"), ("sa", "san", "Sanskrit"), ("sc", "srd", "Sardinian"),
    ("sd", "snd", "Sindhi"), ("se", "sme", "Northern Sami"), ("sg", "sag", "Sango"), ("si", "sin snh", "Sinhala"),
    ("sk", "slo slk", "Slovak"), ("sl", "slv", "Slovenian"), ("sm", "smo sao", "Samoan"), ("sn", "sna sho", "Shona"),
    ("so", "som", "Somali"), ("sq", "alb sqi", "Albanian"), ("sr", "srp scc", "Serbian"), ("ss", "ssw swz", "Swati"),
    ("st", "sot sso", "Sotho"), ("su", "sun", "Sundanese"), ("sv", "swe", "Swedish"), ("sw", "swa", "Swahili"),
    ("ta", "tam", "Tamil"), ("te", "tel", "Telugu"), ("tg", "tgk taj", "Tajik"), ("th", "tha", "Thai"),
    ("ti", "tir", "Tigrinya"), ("tk", "tuk", "Turkmen"), ("tl", "tgl tag", "Tagalog"), ("tn", "tsn tsw", "Tswana"),
    ("to", "ton", "Tongan"), ("tr", "tur", "Turkish"), ("ts", "tso", "Tsonga"), ("tt", "tat tar", "Tatar"),
    ("tw", "twi", "Twi"), ("ty", "tah", "Tahitian"), ("ug", "uig", "Uighur"), ("uk", "ukr", "Ukrainian"),
    ("ur", "urd", "Urdu"), ("uz", "uzb", "Uzbek"), ("ve", "ven", "Venda"), ("vi", "vie", "Vietnamese"),
    ("vo", "vol", "Volapük"), ("wa", "wln", "Walloon"), ("wo", "wol", "Wolof"), ("xh", "xho", "Xhosa"),
    ("yi", "yid", "Yiddish"), ("yo", "yor", "Yoruba"), ("za", "zha", "Zhuang"), ("zh", "chi zho", "Chinese"),
    ("zu", "zul", "Zulu"),
)  # fmt: skip

# The bibliographic codes of ISO 639-2 for languages without one of ISO 639-1, and for what is no one language.
_NO_SHORT_CODE: Final = """
ace ach ada ady afa afh ain akk ale alg alt ang anp apa arc arn arp art arw ast ath aus awa bad bai bal ban bas bat
bej bem ber bho bik bin bla bnt bra btk bua bug byn cad cai car cau ceb cel chb chg chk chm chn cho chp chr chy cmc
cnr cop cpe cpf cpp crh crp csb cus dak dar day del den dgr din doi dra dsb dua dum dyu efi egy eka elx enm ewo fan
fat fil fiu fon frm fro frr frs fur gaa gay gba gem gez gil gmh goh gon gor got grb grc gsw gwi hai haw hil him hit
hmn hsb hup iba ijo ilo inc ine inh ira iro jbo jpr jrb kaa kab kac kam kar kaw kbd kha khi kho kmb kok kos kpe krc
krl kro kru kum kut lad lah lam lez lol loz lua lui lun luo lus mad mag mai mak man map mas mdf mdr men mga mic min
mis mkh mnc mni mno moh mos mul mun mus mwl mwr myn myv nah nai nap nds new nia nic niu nog non nqo nso nub nwc nym
nyn nyo nzi osa ota oto paa pag pal pam pap pau peo phi phn pon pra pro raj rap rar roa rom rup sad sah sai sal sam
sas sat scn sco sel sem sga sgn shn sid sio sit sla sma smi smj smn sms snk sog son srn srr ssa suk sus sux syc syr
tai tem ter tet tig tiv tkl tlh tli tmh tog tpi tsi tum tup tut tvl tyv udm uga umb und vai vot wak wal war was wen
xal yao yap ypk zap zbl zen zgh znd zun zxx zza
"""
# Its terminologic codes, which are those of ISO 639-3 too; any others behind the first were given up.
_OF_TERMS: Final = "bod ces cym deu ell eus fas fra hye isl kat mkd mri msa mya nld ron slk sqi zho"
_TERMINOLOGIC: Final = frozenset(_OF_TERMS.split())
_BIBLIOGRAPHIC: Final = frozenset(
    (*(codes.split()[0] for _, codes, _ in TABLE), *_NO_SHORT_CODE.split(), "bih", "mis", "mul", "und", "zxx")
)
_GIVEN_UP: Final = frozenset(code for _, codes, _ in TABLE for code in codes.split()[1:]) - _TERMINOLOGIC

# Tags that the IANA registry has replaced by others, and names by which a language is known as well.
OTHERS: Final = {
    "iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "sh": "sr-Latn", "eth": "gez",
    "bokmål": "nb", "nynorsk": "nn", "farsi": "fa", "castilian": "es", "flemish": "nl", "mandarin": "zh",
    "modern greek": "el", "greek, modern (1453-)": "el", "te reo māori": "mi", "māori": "mi", "odia": "or",
    "pashto": "ps", "punjabi": "pa", "bokmal": "nb", "deutsch": "de", "français": "fr", "español": "es",
    "greek, ancient (to 1453)": "grc", "ancient greek": "grc", "middle english": "enm", "old english": "ang",
    "middle dutch": "dum", "multiple languages": "mul",
}  # fmt: skip

# What stands behind @ in a POSIX locale, as a script or a variant.
_MODIFIERS: Final = {
    "latin": "Latn",
    "cyrillic": "Cyrl",
    "devanagari": "Deva",
    "arabic": "Arab",
    "valencia": "valencia",
}

_TAGS: Final = {name: tag for tag, codes, words in TABLE for name in (tag, *codes.split(), words.lower())} | OTHERS
_TAG: Final = re.compile(
    r"(?P<language>[a-z]{2,3})(?P<extended>(?:-[a-z]{3}){0,3})(?P<script>-[a-z]{4})?(?P<region>-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?)",
    re.IGNORECASE,
)
_SCRIPTED: Final = re.compile(r"[a-z]{3}-[A-Z][a-z]{3}")
_LOCALE: Final = re.compile(r"([A-Za-z]{2,3}(?:[_-][A-Za-z0-9]+)*)(?:\.[\w-]+)?(?:@(\w+))?")


@remembered.of_texts(1024, "")
def tag(language: str) -> str:
    """The BCP 47 tag of a language given by code, by name or as a locale; empty where it is not known, or is none."""
    language = language.strip()
    if is_none(language):
        return ""
    named = _TAGS.get(language.lower().rstrip("."))
    if named:
        return named
    found = _TAG.fullmatch(_without_locale(language))
    if not found:
        return ""
    first = found["language"].lower()
    if is_none(first):
        return ""
    script = (found["script"] or "").title()
    region = (found["region"] or "").upper()
    return _TAGS.get(first, first) + found["extended"].lower() + script + region + found["rest"].lower()


def written(language: str) -> str:
    """A language as the record has it; a code of three letters with a script is no code, and is told as a tag."""
    return tag(language) or language if _SCRIPTED.fullmatch(language) else language


def list_of(code: str) -> str:
    """The list that a code of three letters is from, as MODS names it; empty for one that was given up."""
    if code in _BIBLIOGRAPHIC or "qaa" <= code <= "qtz":
        return "iso639-2b"
    return "" if code in _GIVEN_UP else "iso639-3"


def _without_locale(language: str) -> str:
    """A POSIX locale as a tag: its encoding goes, its modifier is a script or a variant."""
    found = _LOCALE.fullmatch(language)
    if not found:
        return language
    first, *others = found[1].replace("_", "-").split("-")
    modifier = _MODIFIERS.get((found[2] or "").lower(), "")
    parts = [first, modifier, *others] if len(modifier) == 4 else [first, *others, modifier]
    return "-".join(filter(None, parts))
