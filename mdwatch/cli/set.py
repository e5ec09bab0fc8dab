"""`mdwatch set`: the OAI sets, which harvesters can ask for."""

from collections.abc import Sequence
from typing import Final

import click

from mdwatch.cli import completion, output
from mdwatch.cli.lazy import WholeGroup
from mdwatch.cli.settings import config_option, looking_context, open_context
from mdwatch.errors import UsageError
from mdwatch.handlers.oai import sets
from mdwatch.handlers.oai.sets import SetOverview
from mdwatch.shapes.sets import SetReportShape
from mdwatch.shapes.values import plain

_SHOWN: Final = 20  # members
_LINE: Final = 200  # characters of a definition
_WHERE_HELP: Final = (
    "Who belongs to it: FIELD OPERATOR VALUE [| VALUE ...], such as 'dc:subject ~ maps'; repeat it for conditions that "
    "all have to hold. Fields: pid, institution, subtype, dc:ELEMENT, dcterms:TERM. Operators: = (the whole value), "
    "^= (its beginning), ~ (words in it), and these after ! for fields without such a value."
)


@click.group("set", cls=WholeGroup)
def set_() -> None:
    """The OAI sets: selections of published IEs that harvesters can ask for."""


# The command line finds each command by its own name.
set = set_  # noqa: A001

where_option = click.option("--where", metavar="CONDITION", multiple=True, help=_WHERE_HELP)
title_option = click.option("--title", help="What harvesters are shown as its name.")
description_option = click.option("--description", help="What harvesters are told of it.")


@set_.command("list")
@config_option
@output.json_option
def list_sets(*, as_json: bool) -> None:
    """Lists the sets."""
    with looking_context() as place:
        found = sets.listed(place)
    if as_json:
        output.print_json([SetReportShape.of(item.oai_set, item.members) for item in found])
        return
    if not found:
        output.line("There are no sets; `mdwatch set create` makes one")
    for item in found:
        output.line(f"{item.oai_set.spec}: {_count(item)}, {_short(item.oai_set.definition)}")


@set_.command()
@click.argument("name", shell_complete=completion.sets)
@config_option
@output.json_option
def show(name: str, *, as_json: bool) -> None:
    """Shows the set NAME and its first members."""
    with looking_context() as place:
        found = sets.show(place, name, _SHOWN)
    if as_json:
        output.print_json({**plain(SetReportShape.of(found.oai_set, found.members)), "first": found.pids})
        return
    item = found.oai_set
    facts = (
        ("title", item.name),
        ("description", item.description or "-"),
        ("where", item.definition),
        ("defined", output.moment(item.changed_at)),
        ("members", _count(found)),
    )
    output.line(f"Set {item.spec}")
    for label, value in facts:
        output.line(f"  {label + ':':13} {value}")
    for pid in found.pids:
        output.line(f"    {pid}")
    if found.members > len(found.pids):
        output.line(f"    and {found.members - len(found.pids)} more")


@set_.command()
@click.argument("name")
@where_option
@title_option
@description_option
@config_option
def create(name: str, where: Sequence[str], title: str | None, description: str | None) -> None:
    """Makes the set NAME, and exports those of its members that are not exported yet."""
    if not where:
        raise UsageError("--where is missing; say who belongs to the set, such as --where 'institution = INS01'")
    with open_context() as place:
        made = sets.create(place, name, _joined(where), title, description or "")
    output.line(f"Set {made.spec} is made: {_short(made.definition)}")
    _fill(name, as_json=False)


@set_.command()
@click.argument("name", shell_complete=completion.sets)
@where_option
@title_option
@description_option
@config_option
def change(name: str, where: Sequence[str], title: str | None, description: str | None) -> None:
    """Changes the set NAME in what is given; another --where looks at all members anew."""
    if not where and title is None and description is None:
        raise UsageError("nothing to change; give --where, --title or --description")
    with open_context() as place:
        changed = sets.change(place, name, _joined(where) if where else None, title, description)
    output.line(f"Set {changed.spec} is changed: {_short(changed.definition)}")
    if not changed.filled:
        _fill(name, as_json=False)


@set_.command()
@click.argument("name", shell_complete=completion.sets)
@config_option
def delete(name: str) -> None:
    """Deletes the set NAME; its members and their exports stay."""
    with open_context() as place:
        sets.delete(place, name)
    output.line(f"Set {name} is deleted")


@set_.command()
@click.argument("name", shell_complete=completion.sets)
@config_option
@output.json_option
def export(name: str, *, as_json: bool) -> None:
    """Looks anew at who belongs to the set NAME, and exports those of its members that are not exported yet."""
    with open_context() as place:
        sets.show(place, name, 0)
    _fill(name, as_json=as_json)


def _joined(where: Sequence[str]) -> str:
    """One definition of all conditions."""
    return " and ".join(where)


def _fill(name: str, *, as_json: bool) -> None:
    """Has the set filled by a batch of exports, shows what came of it, and ends the process."""
    from mdwatch.cli.export import run_batch

    run_batch("set", as_json=as_json, set_spec=name)


def _short(definition: str) -> str:
    """The definition, or as much of it as a line should hold: it may list thousands of PIDs."""
    return definition if len(definition) <= _LINE else f"{definition[:_LINE]}..."


def _count(found: SetOverview) -> str:
    number = f"{found.members} IE{'' if found.members == 1 else 's'}"
    return number if found.oai_set.filled else f"{number} so far, not filled yet"
