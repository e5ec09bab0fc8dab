"""Roles in words of other languages than the MARC list of relators, by its codes.

The words are those of the RDA translations, and those that the national libraries of Germany and France write in Dublin
Core; without endings that tell women from men (`HerausgeberIn`, `Herausgeber*in`).
"""

import re
from typing import Final

# Code of the relator list: words in German, French, Spanish, Italian, Dutch, Swedish and Finnish, in lower case.
TABLE: Final = (
    ("art", "künstler, artiste, artista, kunstenaar, konstnär, taiteilija"),
    ("arr", "arrangeur, arreglista, sovittaja"),
    ("aut", "verfasser, autor, auteur, auteur du texte, autore, författare, tekijä, kirjoittaja"),
    ("cmp", "komponist, compositeur, compositor, compositore, componist, kompositör, säveltäjä"),
    ("ctb", "mitwirkender, collaborateur, colaborador, collaboratore, medewerker, medarbetare"),
    ("ctg", "kartograf, cartographe, cartógrafo, cartografo, kartoitlaatija"),
    ("drt", "regisseur, réalisateur, ohjaaja"),
    ("dte", "widmungsempfänger, dédicataire"),
    (
        "edt",
        "herausgeber, éditeur scientifique, editor científico, curatore, redacteur, redaktör, utgivare, toimittaja",
    ),
    ("egr", "stecher, kupferstecher, graveur, grabador, incisore"),
    ("fnd", "geldgeber, förderer, bailleur de fonds"),
    ("ill", "illustrateur, ilustrador, illustratore, illustratör, kuvittaja"),
    ("isb", "herausgebendes organ, herausgebende körperschaft, collectivité éditrice"),
    ("pbl", "verlag, verleger, éditeur commercial, éditeur, editorial, uitgever, förläggare, kustantaja"),
    ("pht", "fotograf, photographe, fotógrafo, fotografo, valokuvaaja"),
    ("prt", "drucker, imprimeur, impresor, stampatore, drukker, tryckare, kirjapaino"),
    (
        "ths",
        (
            "advisor, adviser, supervisor, thesis adviser, thesis supervisor, betreuer, doktorvater, "
            "akademischer betreuer, directeur de thèse, director de tesis, ohjaaja (opinnäyte)"
        ),
    ),
    ("trl", "übersetzer, traducteur, traductor, traduttore, vertaler, översättare, kääntäjä, suomentaja"),
    ("wpr", "verfasser eines vorworts, préfacier, prologuista"),
)
_WORDS: Final = {word: code for code, words in TABLE for word in words.split(", ")}
_FEMALE: Final = re.compile(r"(?<=\w)[*/:_-]?in\b")


def code(word: str) -> str:
    """The code of the role that a word names; empty where it is none of these."""
    plain = word.strip(" .,:;()[]").lower()
    return _WORDS.get(plain) or _WORDS.get(_FEMALE.sub("", plain)) or ""
