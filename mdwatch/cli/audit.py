"""`mdwatch audit`: whether every file is accounted for, and all that is kept fits together."""

import sys

import click

from mdwatch.cli import output
from mdwatch.cli.settings import config_option, looking_context
from mdwatch.formats.numbers import counted
from mdwatch.handlers.files.audit import Audit


@click.command()
@config_option
@output.json_option
def audit(*, as_json: bool) -> None:
    """Accounts for every file a run has seen, and checks records, histories and exports. Changes nothing."""
    findings, number = [], 0
    remedies: dict[str, str] = {}
    with looking_context() as place:
        work = Audit(place)
        for item in work.findings():
            number += 1
            remedies[item.sentence] = item.remedy
            if as_json:
                findings.append(item)
            else:
                output.line(f"{item.sentence}: {item.subject}")
        accounts = work.accounts
    if as_json:
        output.print_json({"findings": findings, "accounts": accounts})
    else:
        for sentence, remedy in remedies.items():
            output.line(f"What to do about {sentence[0].lower()}{sentence[1:]}: {remedy}")
        for job, counts in accounts.items():
            told = ", ".join(f"{files} {where}" for where, files in sorted(counts.items())) or "no files yet"
            output.line(f"job {job}: {told}")
        output.line(counted(number, "finding"))
    sys.exit(1 if number else 0)
