"""Routes: the sets for harvesters: all of them, one with its members, and the form in which one is made or changed."""

from typing import Any, Final

from starlette.responses import Response

from mdwatch.errors import UsageError
from mdwatch.formats.oai_pmh.set_specs import LONGEST_SPEC
from mdwatch.handlers.ies import titles
from mdwatch.handlers.oai import preview as set_preview
from mdwatch.handlers.oai import sets
from mdwatch.handlers.oai.preview import SetPreview
from mdwatch.handlers.trail import listing
from mdwatch.rules import membership
from mdwatch.rules.acts import ActedOn
from mdwatch.web.pages.rendering import page, view
from mdwatch.web.serving import paging
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter

_MEMBERS: Final = 100
_EVERY: Final = 5  # seconds, while a set is being filled
SPEC: Final = Parameter(name="spec", summary="The spec of a set.", where="path", required=True, longest=LONGEST_SPEC)
# In an address: longer definitions, such as lists of thousands of PIDs, go by the command line or the API.
LONGEST_DEFINITION: Final = 5_000


def _sets(asked: Asked) -> Response:
    return page(
        asked, "sets.html", sets=sets.listed(asked.context), address=harvest_address(asked), local=_local(asked)
    )


def _set(asked: Asked) -> Response:
    spec, after = asked.values["spec"], asked.values["after"]
    with wrong_use(404):
        shown, members = sets.members(asked.context, spec, after or 0, _MEMBERS)
    called = titles.of_pids(asked.context, [member.pid for member in members])
    formats = list(asked.context.settings.export.formats)
    return page(
        asked,
        "set.html",
        every=0 if shown.oai_set.filled else _EVERY,
        shown=shown,
        members=[(member.pid, called.get(member.pid, "")) for member in members],
        next_member=paging.next_key(members, _MEMBERS, lambda member: member.ie_id),
        after=after,
        address=harvest_address(asked),
        local=_local(asked),
        acts=listing.acts(asked.context, kind=ActedOn.SET, subject=spec, limit=listing.NEWEST),
        format="oai_dc" if "oai_dc" in formats else next(iter(formats), "oai_dc"),
    )


def harvest_address(asked: Asked) -> str:
    """The base URL of OAI-PMH, as harvesters are to be given it."""
    return f"{asked.base_url}/oai"


def _local(asked: Asked) -> bool:
    """Whether that address is only the one that this reader happens to use."""
    return not asked.context.settings.http.base_url


def _new(asked: Asked) -> Response:
    return _form(asked, None, dict(asked.values))


def _change(asked: Asked) -> Response:
    with wrong_use(404):
        there = sets.show(asked.context, asked.values["spec"], 0).oai_set
    kept = {"name": there.name, "description": there.description, "definition": there.definition}
    given = {name: asked.values[name] for name in kept if asked.values[name] is not None}
    return _form(asked, there.spec, {"spec": there.spec, **kept, **given})


def _form(asked: Asked, spec: str | None, values: dict[str, Any]) -> Response:
    """The form with what was given, and who would belong to the set."""
    definition = (values["definition"] or "").strip()
    found, fault = _previewed(asked, definition)
    return page(
        asked,
        "set_form.html",
        spec=spec,
        values={name: value or "" for name, value in values.items()},
        found=found,
        fault=fault,
        fields=membership.FIELDS,
        longest=LONGEST_DEFINITION,
    )


def _previewed(asked: Asked, definition: str) -> tuple[SetPreview | None, str]:
    if not definition:
        return None, ""
    try:
        return set_preview.preview(asked.context, definition), ""
    except UsageError as error:
        return None, str(error)


def _delete(asked: Asked) -> Response:
    with wrong_use(404):
        shown = sets.show(asked.context, asked.values["spec"], 0)
    return page(asked, "set_delete.html", shown=shown)


def _given(name: str, summary: str, **more: Any) -> Parameter:
    return Parameter(name=name, summary=summary, **more)


_WORDS: Final = (
    _given("name", "What people are shown."),
    _given("description", "What harvesters are told of it."),
    _given("definition", "Who belongs to it.", longest=LONGEST_DEFINITION),
)

ROUTES: Final = (
    view("/sets", "The sets for harvesters.", _sets),
    view(
        "/sets/{spec}",
        "The page of a set.",
        _set,
        SPEC,
        Parameter(name="after", summary="Show members that follow this one.", kind="integer", minimum=0),
    ),
    # Not below /sets/, where a set may have any name.
    view("/set/new", "The form in which a set is made.", _new, _given("spec", "The spec of the set."), *_WORDS),
    view("/sets/{spec}/change", "The form in which a set is changed.", _change, SPEC, *_WORDS),
    view("/sets/{spec}/delete", "Asks whether a set is to be deleted.", _delete, SPEC),
)
