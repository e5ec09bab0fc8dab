"""What kind of work a word in a record tells of, in the terms of DataCite 4.5 and of schema.org.

The words are those of MODS `typeOfResource`, the DCMI Type Vocabulary, MARC genre terms ("marcgt") and the types of
DSpace, as Rosetta's records have them. Where a record has several, the one furthest up in the table decides: what says
more stands before what says less.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple


class Kind(NamedTuple):
    """The DataCite resourceTypeGeneral and the schema.org type of a kind of work."""

    general: str
    schema_org: str


# (resourceTypeGeneral, schema.org type, words)
TABLE: Final = (
    ("Dissertation", "Thesis", (
        "thesis, theses, dissertation, dissertations, doctoral thesis, masters thesis, master's thesis, "
        "bachelor thesis, honours thesis, text theses, academic theses, awarded doctoral thesis, "
        "electronic thesis or dissertation"
    )),
    ("Preprint", "ScholarlyArticle", "preprint"),
    ("JournalArticle", "ScholarlyArticle", (
        "journal article, article, research article, journal contribution - research article, articles, "
        "review article"
    )),
    ("Text", "NewsArticle", "newspaper article, newspaper articles"),
    ("BookChapter", "Chapter", "book chapter, chapter, book section, book part"),
    ("ConferencePaper", "ScholarlyArticle", "conference paper, conference contribution, conference papers"),
    ("ConferenceProceeding", "Book", "conference publication, conference proceedings, proceedings, proceeding"),
    ("PeerReview", "Review", "peer review"),
    ("Text", "Review", "review, reviews, book review"),
    ("Report", "Report", "report, reports, technical report, research report, working paper, government publication"),
    ("DataPaper", "ScholarlyArticle", "data paper"),
    ("Standard", "CreativeWork", "standard, standards, standard or specification"),
    ("Journal", "Periodical", "journal, periodical, periodicals, serial, series, magazine"),
    ("Journal", "Newspaper", "newspaper, newspapers"),
    ("Book", "ComicStory", "comic, comics, graphic novel, comic or graphic novel"),
    ("Book", "Book", "book, books, monograph, e-book, ebook, electronic books"),
    ("Image", "Photograph", "photograph, photographs, photo, slide, negative, photographic print"),
    ("Image", "Map", "map, maps, atlas, cartographic, cartographic material, remote-sensing image, plan"),
    ("Image", "Painting", "painting, paintings, art original, art reproduction"),
    ("Image", "Drawing", "drawing, drawings, technical drawing"),
    ("Image", "Poster", "poster, posters"),
    ("Text", "Manuscript", "manuscript, manuscripts, letter, letters, correspondence, diary"),
    ("Text", "CreativeWork", "speech, lecture, lectures, presentation"),
    ("Text", "SheetMusic", "notated music, sheet music, musical score, score, music score"),
    ("Sound", "MusicRecording", "sound recording-musical, sound recording - musical, musical recording"),
    ("Sound", "PodcastEpisode", "podcast"),
    ("Audiovisual", "VideoObject", (
        "moving image, movingimage, video, videorecording, motion picture, film, moving images, animation"
    )),
    ("Sound", "AudioObject", (
        "sound, sound recording, audio, sound recording-nonmusical, sound recording - nonmusical, recording, "
        "oral history recording"
    )),
    ("Image", "ImageObject", (
        "still image, stillimage, image, images, graphic, picture, two-dimensional nonprojectable graphic"
    )),
    ("ComputationalNotebook", "SoftwareSourceCode", "computational notebook, notebook"),
    ("Dataset", "Dataset", "dataset, data set, datasets, database, numeric data, statistics, survey data"),
    ("Software", "SoftwareSourceCode", "software, computer program, source code"),
    ("InteractiveResource", "WebSite", "website, web site, web resource"),
    ("InteractiveResource", "CreativeWork", (
        "interactive resource, interactiveresource, learning object, game, video game"
    )),
    ("Model", "CreativeWork", "model, workflow model"),
    ("Workflow", "HowTo", "workflow"),
    ("Instrument", "CreativeWork", "instrument"),
    ("Event", "CreativeWork", "event"),
    ("Service", "CreativeWork", "service"),
    ("PhysicalObject", "CreativeWork", (
        "physical object, physicalobject, three dimensional object, three-dimensional object, realia, "
        "artifact, artefact"
    )),
    ("Collection", "Collection", "collection, mixed material, archive"),
    ("Audiovisual", "MediaObject", "multimedia, mixed media"),
    ("Text", "CreativeWork", "text"),
)  # fmt: skip
# DataCite asks for a kind; Other is the one that says nothing.
UNKNOWN: Final = Kind("Other", "CreativeWork")

_RANKED: Final = {
    word: (rank, Kind(general, schema_org))
    for rank, (general, schema_org, words) in enumerate(TABLE)
    for word in words.split(", ")
}


def kind(words: Iterable[str]) -> Kind:
    """The kind that these words tell of; the one furthest up in the table."""
    found = [_RANKED[word] for word in map(_normal, words) if word in _RANKED]
    return min(found)[1] if found else UNKNOWN


def _normal(word: str) -> str:
    """The word as the table has it; Rosetta's and DCMI's terms may come as a URI."""
    word = word.strip().strip(".").lower()
    return word.rsplit("/", 1)[-1] if word.startswith(("http://", "https://")) else word
