"""What kind of work a word in a record tells of, in the terms of DataCite 4.5 and of schema.org.

The words are those of MODS `typeOfResource`, the DCMI Type Vocabulary, MARC genre terms ("marcgt"), RDA content types,
LCGFT and the types of DSpace; `info:eu-repo/semantics/...` (OpenAIRE 3); COAR Resource Types 3 by their codes
(purl.org/coar/resource_type/c_...) and the Art & Architecture Thesaurus by its numbers (vocab.getty.edu/aat/300...).
Where a record has several, the one furthest up in the table decides: what says more stands before what says less.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from mdwatch.exporters import remembered


class ResourceKind(NamedTuple):
    """The DataCite resourceTypeGeneral and the schema.org type of a kind of work."""

    general: str
    schema_org: str


# (resourceTypeGeneral, schema.org type, words; COAR's codes; AAT's numbers)
TABLE: Final = (
    # A collection of photographs is a collection.
    ("Collection", "Collection", "collection, collections, archival collection", "", ""),
    ("Dissertation", "Thesis", (
        "thesis, theses, dissertation, dissertations, doctoral thesis, masters thesis, master's thesis, master thesis, "
        "bachelor thesis, honours thesis, text theses, academic theses, academic dissertations, "
        "theses and dissertations, awarded doctoral thesis, electronic thesis or dissertation, phd thesis, "
        "hochschulschrift, doctoralthesis, masterthesis, bachelorthesis, studentthesis, habilitation"
    ), "c_46ec, c_7a1f, c_bdcc, c_db06", "300028028, 300028029"),
    ("Preprint", "ScholarlyArticle", "preprint, preprints", "c_816b", ""),
    ("DataPaper", "ScholarlyArticle", "data paper, data papers", "c_beb9", ""),
    ("JournalArticle", "ScholarlyArticle", (
        "journal article, article, research article, journal contribution - research article, articles, "
        "review article, journal articles, contribution to journal, software paper, editorial, letter to the editor"
    ), "c_6501, c_2df8fbb1, c_dcae04bc, c_7bab, c_b239, c_545b, c_3e5a", "300048715"),
    ("Text", "NewsArticle", "newspaper article, newspaper articles, contributiontoperiodical", "c_998f", ""),
    ("BookChapter", "Chapter", "book chapter, chapter, book section, book part, bookpart, book chapters", "c_3248", ""),
    ("ConferencePaper", "ScholarlyArticle", (
        "conference paper, conference contribution, conference papers, conference object, conferenceobject, "
        "conference poster, conference presentation"
    ), "c_c94f, c_5794, c_6670, c_18cp, c_18co, r60j-j5bd", ""),
    ("ConferenceProceeding", "Book", (
        "conference publication, conference proceeding, conference proceedings, proceedings, proceeding, "
        "conference papers and proceedings"
    ), "c_f744", ""),
    ("PeerReview", "Review", "peer review", "h9bq-739p", ""),
    ("Text", "Review", "review, reviews, book review, book reviews", "c_efa0, c_ba08", ""),
    ("OutputManagementPlan", "CreativeWork", "data management plan, output management plan", "c_ab20", ""),
    ("Report", "Report", (
        "report, reports, technical report, technical reports, research report, working paper, workingpaper, "
        "government publication, government document, government publications, annual reports, policy report, "
        "project deliverable, technical documentation, technicaldocumentation"
    ), "c_93fc, c_18gh, c_18ws, c_8042, c_18op, c_186u, c_18wq, c_18wz, c_18hj, c_ba1f, c_18ww, c_71bd", "300027267"),
    ("StudyRegistration", "CreativeWork", "study registration, clinical trial registration", "", ""),
    ("Standard", "CreativeWork", "standard, standards, standard or specification", "", ""),
    ("Text", "CreativeWork", "patent, patents", "c_15cd", ""),
    ("Journal", "Newspaper", "newspaper, newspapers", "c_2fe3", "300026656"),
    ("Journal", "Periodical", (
        "journal, periodical, periodicals, serial, series, magazine, continuing resource, serials, yearbooks"
    ), "c_0640, c_2659", "300026657"),
    ("Book", "ComicStory", (
        "comic, comics, graphic novel, comic or graphic novel, comics (graphic works), graphic novels"
    ), "", ""),
    ("Image", "Map", (
        "map, maps, atlas, atlases, cartographic, cartographic material, cartographic image, remote-sensing image, "
        "plan, nautical charts, topographic maps"
    ), "c_12cc, c_12cd", "300028094, 300028053"),
    ("Book", "Book", (
        "book, books, monograph, monographs, e-book, ebook, ebooks, electronic books, novels, textbooks, handbook, "
        "handbooks, encyclopedias, dictionaries, cookbooks, picture books"
    ), "c_2f33", "300028051"),
    ("Image", "Photograph", (
        "photograph, photographs, photo, photos, slide, slides, negative, negatives, photographic print, "
        "photographic prints, aerial photographs, portrait photographs, digital photographs"
    ), "", "300046300, 300127173"),
    ("Image", "Painting", "painting, paintings, art original, art reproduction", "", "300033618"),
    ("Image", "Drawing", "drawing, drawings, technical drawing, architectural drawings", "", "300033973"),
    ("Image", "Poster", "poster, posters", "", "300027221"),
    ("PhysicalObject", "Sculpture", "sculpture, sculptures, statue", "", "300047090"),
    ("Image", "VisualArtwork", (
        "print, prints, etching, etchings, engraving, engravings, lithograph, lithographs, woodcut, watercolor, "
        "watercolors, collage"
    ), "", "300041273"),
    ("Text", "Manuscript", (
        "manuscript, manuscripts, letter, letters, correspondence, personal correspondence, diary, diaries"
    ), "c_0040, c_0857", "300028569, 300026877, 300026879, 300027112"),
    ("Image", "ImageObject", "postcard, postcards", "", "300026819"),
    ("Text", "SheetMusic", (
        "notated music, sheet music, musical score, score, scores, music score, musical notation, notated movement"
    ), "c_18cw", ""),
    ("Sound", "MusicRecording", (
        "sound recording-musical, sound recording - musical, musical recording, performed music, music recording"
    ), "c_18cd", ""),
    ("Sound", "PodcastEpisode", "podcast, podcasts", "", ""),
    ("Sound", "Audiobook", "audiobook, audiobooks", "", ""),
    ("Audiovisual", "Movie", (
        "motion picture, motion pictures, feature films, documentary films, nonfiction films, short films, "
        "fiction films, home movies"
    ), "", "300136900"),
    ("Audiovisual", "VideoObject", (
        "moving image, movingimage, video, videos, videorecording, video recording, video recordings, film, films, "
        "moving images, animation, two-dimensional moving image, projected medium, television programs"
    ), "c_12ce, c_8a7e", "300028682"),
    ("Sound", "AudioObject", (
        "sound, sound recording, sound recordings, audio, sound recording-nonmusical, sound recording - nonmusical, "
        "recording, oral history recording, spoken word, sounds"
    ), "c_18cc", "300028633"),
    ("Text", "CreativeWork", "speech, speeches, lecture, lectures, presentation, sermons", "c_8544", ""),
    ("Image", "ImageObject", (
        "still image, stillimage, image, images, graphic, picture, pictures, illustration, illustrations, "
        "two-dimensional nonprojectable graphic"
    ), "c_c513, c_ecc8", ""),
    ("ComputationalNotebook", "SoftwareSourceCode", "computational notebook, notebook", "", ""),
    ("Dataset", "Dataset", (
        "dataset, data set, datasets, data sets, database, databases, numeric data, statistics, survey data, "
        "research data, census data, statistical data, computer dataset, geospatial data"
    ), "c_ddb1", ""),
    ("Software", "SoftwareApplication", "software application, application software, mobile app", "", ""),
    ("Software", "SoftwareSourceCode", "software, computer program, computer programs, source code", "c_5ce6", ""),
    ("InteractiveResource", "VideoGame", "video game, video games, computer game, computer games", "", ""),
    ("InteractiveResource", "WebSite", "website, websites, web site, web sites, web resource, blogs", "c_7ad9", ""),
    ("InteractiveResource", "LearningResource", "learning object, learning resource, educational resource", "", ""),
    ("InteractiveResource", "CreativeWork", (
        "interactive resource, interactiveresource, game, multimedia"
    ), "c_e9a0", ""),
    ("Model", "CreativeWork", "model, workflow model", "", ""),
    ("Workflow", "HowTo", "workflow", "c_393c", ""),
    ("Instrument", "CreativeWork", "instrument", "", ""),
    ("Event", "CreativeWork", "event", "", ""),
    ("Service", "CreativeWork", "service", "", ""),
    ("PhysicalObject", "CreativeWork", (
        "physical object, physicalobject, three dimensional object, three-dimensional object, three-dimensional form, "
        "realia, artifact, artefact, tactile three-dimensional form"
    ), "", ""),
    ("Collection", "ArchiveComponent", "archival materials, archival resource, manuscript collection", "", ""),
    ("Collection", "Collection", "mixed material, archive", "", ""),
    ("Audiovisual", "MediaObject", "mixed media", "", ""),
    ("Text", "CreativeWork", (
        "text, interview, interviews, oral histories, transcript, transcripts, essay, essays, poem, poetry, fiction, "
        "biographies, annotation, bibliography"
    ), "c_18cf, c_26e4, c_1162, c_86bc", "300026392, 300202595"),
)  # fmt: skip
# DataCite asks for a kind; Other is the one that says nothing.
UNKNOWN: Final = ResourceKind("Other", "CreativeWork")

_RANKED: Final = {
    word: (rank, ResourceKind(general, schema_org))
    for rank, (general, schema_org, *rows) in reversed(list(enumerate(TABLE)))
    for words in rows
    for word in words.split(", ")
    if word
}
# MODS writes one kind with a comma.
_RANKED["software, multimedia"] = _RANKED["multimedia"]
# Addresses of terms: what stands behind these is the term, or its code or number.
_VOCABULARIES: Final = re.compile(
    r"(?:info:eu-repo/semantics/|https?://.*/)([^/#]+)/?|(?:https?://purl\.org/dc/dcmitype/|dcmitype:)(\w+)",
    re.IGNORECASE,
)
# DSpace and OpenAIRE run words together or set them apart by signs.
_SIGNS: Final = re.compile(r"[_\s]+")


def kind(words: Iterable[str]) -> ResourceKind:
    """The kind that these words tell of; the one furthest up in the table."""
    short = (word for word in words if len(word) <= remembered.LONGEST)
    found = [_RANKED[word] for word in map(_normal, short) if word in _RANKED]
    return min(found)[1] if found else UNKNOWN


def _normal(word: str) -> str:
    """The word as the table has it; terms may come as a URI."""
    word = _SIGNS.sub(" ", word.strip().strip(".").lower()) if not word.startswith(("http", "info:")) else word.strip()
    found = _VOCABULARIES.fullmatch(word)
    return (found[1] or found[2]).lower() if found else word
