"""What is wrong between settings, each of which may be right by itself."""

import errno
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mdwatch import config_faults

_ANSWER_SECONDS = 3.0


def faults(raw: Mapping[str, Any]) -> Iterator[str]:
    """Faults between settings, found even where single ones are wrong."""
    users, jobs = raw.get("users"), raw.get("jobs")
    jobs = {k: v for k, v in jobs.items() if isinstance(v, Mapping)} if isinstance(jobs, Mapping) else {}
    known = set(users) if isinstance(users, Mapping) else set()
    for name, job in jobs.items():
        user = job.get("user")
        if isinstance(user, str) and user not in known:
            yield f"jobs.{name}.user: there is no [users.{user}] (got {config_faults.found(user)})"
    harvests = raw.get("harvests")
    for name, harvest in harvests.items() if isinstance(harvests, Mapping) else ():
        named = harvest.get("job") if isinstance(harvest, Mapping) else None
        if isinstance(named, str) and named not in jobs:
            yield f"harvests.{name}.job: there is no [jobs.{named}] (got {config_faults.found(named)})"
        if f"harvest_{name}" in jobs:
            yield f"harvests.{name}: its log would be that of the job harvest_{name}; give one of them another name"
        if isinstance(named, str) and jobs.get(named, {}).get("repository"):
            yield f"harvests.{name}.job: jobs.{named} works for another repository, and records are matched to our own"
    yield from _repository_faults(raw, jobs)
    yield from _notification_faults(raw, jobs)
    yield from _sign_in_faults(raw)
    yield from _folder_faults({n: j["folder"] for n, j in jobs.items() if isinstance(j.get("folder"), str)})


def _repository_faults(raw: Mapping[str, Any], jobs: Mapping[str, Any]) -> Iterator[str]:
    """Repositories that there are not, or that two would write to at a time, each for itself."""
    tables, store = raw.get("repositories"), raw.get("store")
    known = tables if isinstance(tables, Mapping) else {}
    kept = {"store.ocfl": store.get("ocfl")} if isinstance(store, Mapping) else {}
    kept |= {f"repositories.{k}.ocfl": table.get("ocfl") for k, table in known.items() if isinstance(table, Mapping)}
    there = _resolved(path for path in kept.values() if isinstance(path, str) and Path(path).is_absolute())
    paths: dict[Path | Exception, str] = {}
    for setting, path in kept.items():
        place = there.get(path, Path(os.path.normpath(path))) if isinstance(path, str) and path else None
        if place is not None and (other := paths.setdefault(place, setting)) != setting:
            yield f"{setting}: the same folder as {other} (got {config_faults.found(path)}); each needs its own"
    users: dict[str, str] = {}
    for name, job in jobs.items():
        named = job.get("repository")
        if not isinstance(named, str) or not named:
            continue
        if named not in known:
            yield f"jobs.{name}.repository: there is no [repositories.{named}] (got {config_faults.found(named)})"
        elif (other := users.setdefault(named, name)) != name:
            yield f"jobs.{name}.repository: jobs.{other} works for it, too; only one job may"


def _sign_in_faults(raw: Mapping[str, Any]) -> Iterator[str]:
    """Ways to be known that lead nowhere."""
    sections = {name: raw.get(name) for name in ("http", "proxy", "oidc", "groups")}
    http, proxy, oidc, groups = (found if isinstance(found, Mapping) else {} for found in sections.values())
    if oidc.get("issuer") and not oidc.get("client_id"):
        yield "oidc.client_id: missing; the provider knows this service by it"
    if oidc.get("issuer") and not (oidc.get("page_url") or http.get("base_url")):
        yield "oidc.page_url: missing, as is http.base_url; the provider has to send people back to this address"
    for name, on in (("oidc.issuer", oidc.get("issuer")), ("proxy.peers", proxy.get("peers"))):
        if on and not groups:
            yield f'{name}: nobody could do anything, for there is no [groups.NAME]; [groups."*"] is everybody\'s'


def _notification_faults(raw: Mapping[str, Any], jobs: Mapping[str, Any]) -> Iterator[str]:
    """Notifications that go nowhere, by a server that is not named, or about jobs that there are not."""
    tables, mail = raw.get("notifications"), raw.get("mail")
    host = mail.get("host") if isinstance(mail, Mapping) else None
    for name, table in tables.items() if isinstance(tables, Mapping) else ():
        if not isinstance(table, Mapping):
            continue
        if not table.get("mail") and not table.get("webhook"):
            yield f"notifications.{name}: tells nobody; give it mail, a list of addresses, or webhook, a URL"
        if table.get("mail") and not host:
            yield f"notifications.{name}.mail: there is no server to send it through; set mail.host"
        named = table.get("jobs")
        for job in named if isinstance(named, list | tuple) else ():
            if isinstance(job, str) and job not in jobs:
                yield f"notifications.{name}.jobs: there is no [jobs.{job}] (got {config_faults.found(job)})"


def _folder_faults(folders: Mapping[str, str]) -> Iterator[str]:
    """No two jobs share a folder, none lies inside another's (links resolved)."""
    seen: list[tuple[str, Path]] = []
    absolute = {name: folder for name, folder in folders.items() if Path(folder).is_absolute()}
    resolved = _resolved(absolute.values())
    for name, folder in absolute.items():
        path = resolved.get(folder, Path(os.path.normpath(folder)))
        if isinstance(path, Exception):
            yield f"jobs.{name}.folder: not a path that can be followed: {path} (got {config_faults.found(folder)})"
            continue
        shown = config_faults.found(folder)
        for other, there in seen:
            if path == there:
                yield f"jobs.{name}.folder: the same folder as jobs.{other} ({shown}); each job needs its own"
            elif path.is_relative_to(there) or there.is_relative_to(path):
                yield f"jobs.{name}.folder: one inside the other with jobs.{other} ({shown}); put them side by side"
        seen.append((name, path))


def _resolved(folders: Iterable[str]) -> dict[str, Path | Exception]:
    """Where the folders really are, as far as their file systems answer in time: none that hangs may hang us."""
    found: dict[str, Path | Exception] = {}
    asked = tuple(folders)
    if not asked:
        return found

    def follow() -> None:
        for folder in asked:
            try:
                if "\0" in folder:
                    raise ValueError("embedded null byte")
                found[folder] = Path(folder).resolve()
                _refuse_circles(folder)
            except (OSError, RuntimeError, ValueError) as error:
                found[folder] = error

    following = threading.Thread(target=follow, daemon=True)
    following.start()
    following.join(_ANSWER_SECONDS)
    return dict(found)


def _refuse_circles(folder: str) -> None:
    """Raises `RuntimeError` where links lead in a circle: from Python 3.13 on resolving a path does not tell."""
    try:
        Path(folder).stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise RuntimeError(f"Symlink loop from {folder!r}") from None
