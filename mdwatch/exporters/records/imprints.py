"""Imprints that say nothing: what catalogues write where they know no place, publisher or date.

After AACR2 (1.4C6, 1.4D7) and RDA (2.7 to 2.10) with its translations: `[S.l.]`, `[publisher not identified]`,
`[Verlag nicht ermittelbar]`.
"""

import re
from typing import Final

from mdwatch.exporters import remembered

# What is not known, and that it is not, a row a language.
_PHRASES: Final = (
    (r"place|publisher|distributor|manufacturer|producer|printer|date", r"not identified|unknown"),
    (
        r"\w*ort|\w*verlag|verlags\w*|verleger|vertrieb|hersteller|drucker|produzent|\w*datum|\w*jahr",
        r"nicht (?:ermittelbar|angegeben|bekannt|feststellbar)|unbekannt",
    ),
    (
        r"lieu|éditeur|maison d.édition|distributeur|diffuseur|fabricant|imprimeur|producteur|date",
        r"non (?:identifié|déterminé|mentionné|connu)e?|inconnue?",
    ),
    (r"lugar|editor|editorial|fecha|lloc|data", r"no identificad?[oat]?|desconegut|desconocid[oa]"),
    (r"luogo|editore|data", r"non identificat[oa]|sconosciut[oa]"),
    (r"local|editora?|data", r"não identificad[oa]|desconhecid[oa]"),
    (r"plaats|uitgever|drukker|datum|jaar", r"niet (?:vastgesteld|bekend|geïdentificeerd)|onbekend"),
    (r"\w*paikka|kustantaja|julkaisija|julkaisuaika", r"tuntematon|ei tiedossa"),
    (r"\w*ort|utgivare|förläggare|förlag|plats", r"okänd|ej fastställd|ej identifierad"),
)
_SHORT: Final = (
    r"(?:s\. ?l|s\. ?n|s\. ?a|n\. ?d|n\. ?p(?:ub)?|o\. ?o|o\. ?j|o\. ?v|z\. ?p|z\. ?n|z\. ?j|б\. ?м|б\. ?и"
    r"|unknown|unbekannt)"
)
_IN_WORDS: Final = "|".join(rf"(?:{what})(?:\b.*)? (?:{not_known})" for what, not_known in _PHRASES)
UNKNOWN: Final = re.compile(rf"\W*(?:{_SHORT}(?:\W+{_SHORT})*|{_IN_WORDS})\W*", re.IGNORECASE)


@remembered.of_texts(4096, False)
def is_unknown(text: str) -> bool:
    """Whether a place, a publisher or a date is told as not known."""
    return UNKNOWN.fullmatch(text) is not None
