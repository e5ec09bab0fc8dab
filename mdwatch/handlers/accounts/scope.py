"""Whether an account of some institutions covers what it asks for; what it does not cover is, to it, not there."""

from collections.abc import Mapping
from typing import Any

from mdwatch.errors import UsageError
from mdwatch.formats.oai_pmh import identifiers
from mdwatch.repository import errands, run_entries, tokens
from mdwatch.rules.access import About
from mdwatch.runtime.context import Context


def check(context: Context, about: About, values: Mapping[str, Any]) -> None:
    """Raises `UsageError` where it does not; `values` are the parameters of the request. Raises `Deferred`.

    The context is that within the account's institutions, whose settings have no other jobs than those it covers.
    """
    if context.institutions is None:
        return
    match about:
        case About.NOBODY | About.JOBS:
            return
        case About.JOB:
            context.job(values["job"])
        case About.HARVEST:
            if values["harvest"] not in context.settings.harvests:
                raise UsageError(f"there is no harvest {values['harvest']}")
        case About.RUN | About.REQUEST | About.ERRAND:
            _check_job(context, about, values[about.name.lower()])
        case About.IE:
            _check_ie(context, values["pid"])
        case About.IE_ASKED:
            _check_ie(context, values["persistentId"])
        case About.ALL:
            raise UsageError("this is about all institutions")


def _check_job(context: Context, about: About, key: int) -> None:
    with context.repository.read() as connection:
        if about is About.REQUEST:
            job = run_entries.job_of_request(connection, key)
        elif about is About.RUN:
            run = run_entries.run_of(connection, key)
            job = run.job if run is not None else None
        else:
            errand = errands.of_key(connection, key)
            job = errand.job if errand is not None else None
    if job is None or job not in context.settings.jobs:
        raise UsageError(f"there is no {about.name.lower()} {key}")


def _check_ie(context: Context, text: str) -> None:
    pid = identifiers.pid(text, context.settings.oai.identifier_namespace) or text
    with context.repository.read() as connection:
        institution = tokens.institution_of(connection, pid)
    if institution is None or not context.sees(institution):
        raise UsageError(f"there is no IE {text}")
