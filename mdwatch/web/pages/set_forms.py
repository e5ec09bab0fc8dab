"""Routes: the buttons of sets: make, change, delete, and look anew at who belongs to one."""

from typing import Final
from urllib.parse import quote, urlencode

from mdwatch.errors import UsageError
from mdwatch.formats.oai_pmh.set_specs import LONGEST_SPEC
from mdwatch.handlers.exports import batch as export_batch
from mdwatch.handlers.exports import batch_words
from mdwatch.handlers.oai import sets
from mdwatch.model import OaiSet
from mdwatch.web.pages import gathering
from mdwatch.web.pages.forms import done, form, refused
from mdwatch.web.pages.notices import Notice
from mdwatch.web.pages.set_pages import LONGEST_DEFINITION, SPEC
from mdwatch.web.serving.route import Asked, Parameter

_LONGEST: Final = 8_000  # characters of an address


def _create(asked: Asked) -> Notice:
    values = asked.values
    spec = values["spec"].strip() or values["name"].strip()
    given = {name: values[name] for name in ("spec", "name", "description", "definition")}
    try:
        made = sets.create(asked.context, spec, values["definition"], values["name"] or spec, values["description"])
    except UsageError as error:
        return _again("/set/new", given, error)
    return _filled(asked, made, f"Set {made.spec} is made")._replace(to=set_url(made.spec))


def _change(asked: Asked) -> Notice:
    values, spec = asked.values, asked.values["spec"]
    given = {name: values[name] for name in ("name", "description", "definition")}
    try:
        changed = sets.change(asked.context, spec, values["definition"], values["name"], values["description"])
    except UsageError as error:
        return _again(f"{set_url(spec)}/change", given, error)
    return _filled(asked, changed, f"Set {spec} is changed")


def _fill(asked: Asked) -> Notice:
    there = sets.show(asked.context, asked.values["spec"], 0).oai_set
    return _filled(asked, there, "", always=True)


def _delete(asked: Asked) -> Notice:
    sets.delete(asked.context, asked.values["spec"])
    gathering.forget_exports(asked.context)
    told = f"Set {asked.values['spec']} is deleted. Harvesters are told of its members, which stay published."
    return done(told)._replace(to="/sets")


def _filled(asked: Asked, item: OaiSet, told: str, *, always: bool = False) -> Notice:
    """Has a set filled that is not; what came of it."""
    gathering.forget_exports(asked.context)
    said = [f"{told}."] if told else []
    if item.filled and not always:
        return done(*said)
    batch, new = export_batch.request(asked.context, "set", asked.asker, set_spec=item.spec)
    if new:
        return done(*said, f"Batch {batch.id} looks at all published IEs and fills it.")
    waits = f"It is filled when batch {batch.id} ({batch_words.described(batch)}) has ended."
    return done(*said, waits) if told else refused(f"Batch {batch.id} is open already; ask again when it has ended.")


def _again(path: str, given: dict[str, str], error: UsageError) -> Notice:
    """Back to the form, with all that was typed."""
    query = urlencode({key: value for key, value in given.items() if value})
    # What is longer than an address may be is still in the form that the browser goes back to.
    return refused(str(error))._replace(to=f"{path}?{query}" if len(query) <= _LONGEST else path)


def set_url(spec: str) -> str:
    """The page of a set."""
    return f"/sets/{quote(spec, safe='')}"


def _back(asked: Asked) -> tuple[str, str]:
    return set_url(asked.values["spec"]), ""


_WORDS: Final = (
    Parameter(name="name", summary="What people are shown.", where="body", default=""),
    Parameter(name="description", summary="What harvesters are told of it.", where="body", default=""),
    Parameter(name="definition", summary="Who belongs to it.", where="body", required=True, longest=LONGEST_DEFINITION),
)

ROUTES: Final = (
    form(
        "/set/new",
        "Makes a set.",
        _create,
        lambda asked: ("/sets", ""),  # noqa: ARG005
        Parameter(name="spec", summary="Its spec.", where="body", default="", longest=LONGEST_SPEC),
        *_WORDS,
    ),
    form("/sets/{spec}/change", "Changes a set.", _change, _back, SPEC, *_WORDS),
    form("/sets/{spec}/fill", "Looks anew at who belongs to a set.", _fill, _back, SPEC),
    form("/sets/{spec}/delete", "Deletes a set.", _delete, _back, SPEC),
)
