"""mdwatch.toml into frozen settings. All faults are reported at once, each with its path in the file.

`etc/mdwatch.toml` documents every setting; a test holds it against the models here.

It is long because it is one list of settings, in the order of that file.
"""

import errno
import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args, get_origin

import tomli
from cronsim import CronSim, CronSimError
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from mdwatch import config_faults
from mdwatch.errors import ConfigError
from mdwatch.exporters import BUILT_IN
from mdwatch.exporters.terms.uris import is_web
from mdwatch.formats.limits import DEEPEST, Limits
from mdwatch.formats.oai_pmh import identifiers
from mdwatch.model import AccountRole, Role
from mdwatch.rules import addresses, arrival, cron_words, peers, subtypes
from mdwatch.rules.grants import GroupGrant
from mdwatch.rules.naming import Layout
from mdwatch.rules.notifying import Digest, Event

DEFAULT_PATH = Path("/etc/mdwatch/mdwatch.toml")
EVERYWHERE = "*"
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
_BASE_URL = re.compile(r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*")
_WEB_ADDRESS = re.compile(
    r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:[/?](?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
)
# Without encryption on this machine alone, for whoever can change what is on its way could sign in as anybody.
_ISSUER = re.compile(
    r"(?:https://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])|http://(?:localhost|127\.0\.0\.1|\[::1\]))"
    r"(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%/-]*)?"
)
_ANSWER_SECONDS = 3.0
_SOME_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def _absolute(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError("must be an absolute path")
    return path


def _store_path(text: str) -> str:
    """The root of an OCFL store, or nothing; raises `ValueError`."""
    if text:
        _absolute(Path(text))
        if "\0" in text:
            raise ValueError("must be a path without a null byte")
    return text


def _check_cron(text: str, expected: str) -> None:
    try:
        # Any moment will do: only the expression is checked.
        CronSim(cron_words.expression(text), _SOME_MOMENT)
    except CronSimError as error:
        raise ValueError(f"must be {expected} ({error})") from None


AbsolutePath = Annotated[Path, AfterValidator(_absolute)]
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
# Shorter, for what is kept of it is kept beside that of jobs, with a word before the name.
HarvestName = Annotated[str, Field(pattern=NAME_PATTERN, max_length=90)]
_HOST_PATTERN = r"^(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\])$"
_ARGUMENT_PATTERN = r"^[A-Za-z0-9_.!~*'():-]*$"
_HEADER_PATTERN = r"^[A-Za-z0-9-]{1,100}$"
_EMAIL_PATTERN = r"^[^\s@]+@[^\s@]+\.[^\s@]+$"
_PATTERNS = {
    NAME_PATTERN: 'must be a name of letters, digits, ".", "_" and "-" that begins with a letter or digit',
    _HOST_PATTERN: 'must be the name of a host without a port, such as "md.example.org"',
    _ARGUMENT_PATTERN: 'must be as OAI-PMH has it: letters, digits and signs of "-_.!~*\'():"',
    _HEADER_PATTERN: 'must be the name of a header: letters, digits and "-"',
    _EMAIL_PATTERN: 'must be a mail address, such as "archive@example.org"',
    f"^{identifiers.NAMESPACE}$": 'must be a domain name, such as "md.example.org"',
}
HeaderName = Annotated[str, Field(pattern=_HEADER_PATTERN)]
HostName = Annotated[str, Field(pattern=_HOST_PATTERN)]
Email = Annotated[str, Field(pattern=_EMAIL_PATTERN)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]


class _Section(BaseModel):
    """A table of the file: nothing unknown in it, nothing changed after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _take_one_as_a_list(cls, raw: Any) -> Any:
        """A text where a list is meant is a list of one."""
        if not isinstance(raw, Mapping):
            return raw
        lists = {name for name, field in cls.model_fields.items() if get_origin(field.annotation) is tuple}
        return {name: [v] if name in lists and isinstance(v, str) else v for name, v in raw.items()}


class RepositorySettings(_Section):
    """`[repository]`: where the Intellectual Entities, their history and the journal are kept."""

    url: str = "sqlite:////var/lib/mdwatch/mdwatch.db"
    busy_seconds: Seconds = 30
    read_url: str = ""

    @model_validator(mode="after")
    def _check_replica(self) -> Self:
        servers = {make_url(url).get_backend_name() for url in (self.url, self.read_url) if url}
        if self.read_url and servers != {"postgresql"}:
            raise ValueError("read_url is for a replica of a PostgreSQL server: url must be a postgresql URL, too")
        return self

    @field_validator("read_url")
    @classmethod
    def _check_read_url(cls, text: str) -> str:
        return text and cls._check_url(text)

    @field_validator("url")
    @classmethod
    def _check_url(cls, text: str) -> str:
        try:
            url = make_url(text)
        except ArgumentError:
            raise ValueError("must be a database URL such as sqlite:////var/lib/mdwatch/mdwatch.db") from None
        if url.get_backend_name() not in {"sqlite", "postgresql"}:
            raise ValueError("must be a sqlite or postgresql URL")
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_absolute():
            raise ValueError("must name a file by an absolute path: sqlite:/// and then /path/to/file.db")
        return text


class LogSettings(_Section):
    """`[logs]`: where the job logs go, and how much the service log says."""

    directory: AbsolutePath = Path("/var/log/mdwatch")
    level: Literal["debug", "info", "warning", "error"] = "info"


class UserSettings(_Section):
    """`[users.NAME]`: for which institutions a user may work, and in which role."""

    institution: str | tuple[str, ...]
    role: Role

    @field_validator("institution", mode="wrap")
    @classmethod
    def _check_institution(cls, given: Any, handler: ValidatorFunctionWrapHandler) -> str | tuple[str, ...]:
        try:
            value: str | tuple[str, ...] = handler(given)
        except ValidationError:
            # pydantic would name each member of the union as if it were a setting.
            value = ()
        codes = (value,) if isinstance(value, str) else value
        if not codes or not all(code.strip() for code in codes):
            raise ValueError('must be an institution code, a list of codes, or "*" for the whole consortium')
        return value

    @property
    def codes(self) -> frozenset[str] | None:
        """The institutions; None for the whole consortium."""
        codes = frozenset({self.institution} if isinstance(self.institution, str) else self.institution)
        return None if EVERYWHERE in codes else codes

    def covers(self, institution: str) -> bool:
        """Whether the user may change IEs of this institution."""
        codes = (self.institution,) if isinstance(self.institution, str) else self.institution
        return EVERYWHERE in codes or institution in codes


class JobSettings(_Section):
    """`[jobs.NAME]`: one Metadata Update Job."""

    user: str
    folder: AbsolutePath
    repository: str = ""
    ignore_field_sequence: bool = True
    schedule: str = "watch"
    watch: Literal["auto", "inotify", "sweep"] = "auto"
    settle_seconds: Seconds = 2
    sweep_seconds: Annotated[float, Field(gt=0, le=86_400)] = 30
    order_wait: Seconds = 30
    truncated_grace: Seconds = 10
    include: Annotated[tuple[str, ...], Field(min_length=1)] = arrival.DEFAULT_INCLUDE
    group_size: Annotated[int, Field(ge=1, le=1_000)] = 250
    done: Layout = "flat"

    @field_validator("schedule")
    @classmethod
    def _check_schedule(cls, text: str) -> str:
        if text in {"watch", "manual"}:
            return text
        _check_cron(text, '"watch", "manual", a cron expression or a word such as "@daily"')
        return text


class ForeignRepositorySettings(_Section):
    """`[repositories.NAME]`: another repository than mdwatch's own, which a job can work for."""

    ocfl: str = ""
    plugin: str = ""
    options: Mapping[str, str] = {}

    @field_validator("ocfl")
    @classmethod
    def _check_ocfl(cls, text: str) -> str:
        return _store_path(text)

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if bool(self.ocfl) == bool(self.plugin):
            raise ValueError("must have either ocfl, the path of a store, or plugin, what an installed package brings")
        if self.options and not self.plugin:
            raise ValueError("must have no options: those are for a plugin")
        return self


class InstitutionSettings(_Section):
    """`[institutions.CODE]`: an institution as the readers of its exports know it."""

    name: Annotated[str, Field(min_length=1, max_length=500)]

    @field_validator("name")
    @classmethod
    def _check_name(cls, text: str) -> str:
        if not text.strip() or not text.isprintable():
            raise ValueError("must be a name that can be read")
        return text.strip()


class SourceSettings(_Section):
    """`[source]`: the subtypes of source records that may be updated."""

    subtypes: tuple[str, ...] = subtypes.ROSETTA_SOURCE


class LimitSettings(_Section):
    """`[limits]`: caps on one XML document, the file and each record in it."""

    bytes: Annotated[int, Field(ge=1_000, le=1 << 30)] = Limits().bytes
    depth: Annotated[int, Field(ge=5, le=DEEPEST)] = Limits().depth
    elements: Annotated[int, Field(ge=100)] = Limits().elements
    attributes: Annotated[int, Field(ge=10, le=5_000)] = Limits().attributes
    namespaces: Annotated[int, Field(ge=10, le=100_000)] = Limits().namespaces

    def limits(self) -> Limits:
        """The caps as the parser takes them."""
        return Limits(**self.model_dump())


class WorkerSettings(_Section):
    """`[workers]`: processes that read and parse files beside the one that applies them."""

    processes: Annotated[int, Field(ge=0, le=64)] | Literal["auto"] = "auto"

    @field_validator("processes", mode="wrap")
    @classmethod
    def _check_processes(cls, given: Any, handler: ValidatorFunctionWrapHandler) -> int | Literal["auto"]:
        try:
            value: int | Literal["auto"] = handler(given)
        except ValidationError:
            raise ValueError('must be "auto" or a number from 0 to 64') from None
        return value


class StoreSettings(_Section):
    """`[store]`: where IEs are kept beyond the database, and when what failed there is tried again."""

    ocfl: str = ""
    nightly: str = "0 3 * * *"

    @field_validator("ocfl")
    @classmethod
    def _check_ocfl(cls, text: str) -> str:
        return _store_path(text)

    @field_validator("nightly")
    @classmethod
    def _check_nightly(cls, text: str) -> str:
        _check_cron(text, 'a cron expression or a word such as "@daily"')
        return text


class RetentionSettings(_Section):
    """`[retention]`: after how many days the journal and runs are summed up and removed; 0: never."""

    journal_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    runs_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    nightly: str = "0 4 * * *"

    @field_validator("nightly")
    @classmethod
    def _check_nightly(cls, text: str) -> str:
        _check_cron(text, 'a cron expression or a word such as "@daily"')
        return text

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.runs_days and not self.journal_days:
            raise ValueError("runs_days needs journal_days: a run stays as long as there are rows of its files")
        if self.runs_days and self.runs_days < self.journal_days:
            raise ValueError(
                "runs_days must be journal_days or more: a run stays as long as there are rows of its files"
            )
        return self


class HttpSettings(_Section):
    """`[http]`: where mdwatch answers over HTTP, whom, and within which limits; addresses as `rules.addresses` has."""

    listen: tuple[str, ...] = ("127.0.0.1:8650",)
    public_listen: tuple[str, ...] = ()
    token_file: str = ""
    hosts: tuple[HostName, ...] = ()
    base_url: str = ""
    body_bytes: Annotated[int, Field(ge=1_000, le=1 << 30)] = 1 << 20
    header_bytes: Annotated[int, Field(ge=4_000, le=1 << 20)] = 1 << 14
    request_seconds: Annotated[float, Field(ge=0.1, le=600)] = 10
    connections: Annotated[int, Field(ge=2, le=10_000)] = 200
    readers: Annotated[int, Field(ge=0, le=8)] = 1
    session_hours: Annotated[float, Field(gt=0, le=720)] = 12

    @field_validator("listen", "public_listen")
    @classmethod
    def _check_addresses(cls, texts: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        taken = [addresses.parse(text) for text in info.data.get("listen", ())]
        for text in texts:
            address = addresses.parse(text)
            if any(addresses.clash(address, other) for other in taken):
                raise ValueError(f"must not name an address twice ({text})")
            taken.append(address)
        return texts

    @field_validator("token_file")
    @classmethod
    def _check_token_file(cls, text: str) -> str:
        if text:
            _absolute(Path(text))
        return text

    @field_validator("base_url")
    @classmethod
    def _check_base_url(cls, text: str) -> str:
        if text and not _BASE_URL.fullmatch(text):
            raise ValueError("must be an http or https URL without a slash at its end, such as https://md.example.org")
        return text


class ProxySettings(_Section):
    """`[proxy]`: a proxy that says who asks; while it has no peers, nobody is believed."""

    peers: tuple[str, ...] = ()
    user_header: HeaderName = "X-Remote-User"
    groups_header: HeaderName = "X-Remote-Groups"
    separator: Annotated[str, Field(min_length=1, max_length=10)] = ","

    @field_validator("peers")
    @classmethod
    def _check_peers(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        for text in texts:
            peers.check(text)
        return texts

    @model_validator(mode="after")
    def _check_headers(self) -> "ProxySettings":
        if self.user_header.lower() == self.groups_header.lower():
            raise ValueError("must have two headers: one for the user, another for the groups")
        return self


class OidcSettings(_Section):
    """`[oidc]`: a provider of OpenID Connect by which people sign in; off while it has no issuer."""

    issuer: str = ""
    client_id: Annotated[str, Field(max_length=500)] = ""
    client_secret_file: str = ""
    scopes: Annotated[tuple[str, ...], Field(min_length=1)] = ("openid", "profile")
    name_claim: Annotated[str, Field(min_length=1, max_length=500)] = "preferred_username"
    groups_claim: Annotated[str, Field(min_length=1, max_length=500)] = "groups"
    title: Annotated[str, Field(min_length=1, max_length=100)] = "single sign-on"
    page_url: str = ""
    seconds: Annotated[float, Field(ge=0.1, le=30)] = 5

    @field_validator("issuer")
    @classmethod
    def _check_issuer(cls, url: str) -> str:
        if url and not _ISSUER.fullmatch(url):
            raise ValueError(
                "must be an https URL without a query, such as https://login.example.org/realms/archive; http only on "
                "this machine"
            )
        return url

    @field_validator("client_secret_file")
    @classmethod
    def _check_client_secret_file(cls, text: str) -> str:
        if text:
            _absolute(Path(text))
        return text

    @field_validator("scopes")
    @classmethod
    def _check_scopes(cls, scopes: tuple[str, ...]) -> tuple[str, ...]:
        for scope in scopes:
            if not re.fullmatch(r"[!#-\[\]-~]+", scope):
                raise ValueError(f'must hold words without spaces and quotation marks, such as "openid" ({scope!r})')
        if "openid" not in scopes:
            raise ValueError('must hold "openid", without which providers do not tell who signed in')
        return scopes

    @field_validator("page_url")
    @classmethod
    def _check_page_url(cls, text: str) -> str:
        if text and not _BASE_URL.fullmatch(text):
            raise ValueError("must be an http or https URL without a slash at its end, such as https://md.example.org")
        return text


class GroupSettings(_Section):
    """`[groups.NAME]`: what those may do whom the proxy or the OpenID provider tells to be in this group."""

    role: AccountRole
    institutions: Annotated[tuple[str, ...], Field(min_length=1)] = (EVERYWHERE,)

    @field_validator("institutions")
    @classmethod
    def _check_institutions(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        if not all(code.strip() for code in codes):
            raise ValueError('must hold codes of institutions, or "*" for all of them')
        return codes

    @property
    def grant(self) -> GroupGrant:
        """The same for the rule."""
        return GroupGrant(self.role, None if EVERYWHERE in self.institutions else frozenset(self.institutions))


class ExportSettings(_Section):
    """`[export]`: the formats every published IE is kept exported in, and when what was missed is caught up."""

    formats: Annotated[tuple[Name, ...], Field(min_length=1)] = tuple(BUILT_IN)
    nightly: str = "0 2 * * *"
    seconds: Annotated[float, Field(ge=1, le=3_600)] = 60
    landing_page: str = ""

    @field_validator("landing_page")
    @classmethod
    def _check_landing_page(cls, text: str) -> str:
        if text and ("{pid}" not in text or not is_web(text.replace("{pid}", "IE1"))):
            raise ValueError(
                "must be an http or https URL with {pid} where the PID goes, such as https://example.org/object/{pid}"
            )
        return text

    @field_validator("formats")
    @classmethod
    def _check_formats(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"must not name a format twice ({name})")
        return names

    @field_validator("nightly")
    @classmethod
    def _check_nightly(cls, text: str) -> str:
        _check_cron(text, 'a cron expression or a word such as "@daily"')
        return text


class OaiSettings(_Section):
    """`[oai]`: what the OAI-PMH provider says of itself, and how much it puts on a page."""

    repository_name: Annotated[str, Field(min_length=1, max_length=500)] = "mdwatch"
    admin_emails: Annotated[tuple[Email, ...], Field(min_length=1)] = ("root@localhost.localdomain",)
    identifier_namespace: Annotated[str, Field(pattern=f"^{identifiers.NAMESPACE}$")] = "localhost.localdomain"
    friends: tuple[str, ...] = ()
    page_records: Annotated[int, Field(ge=1, le=1_000)] = 100

    @field_validator("friends")
    @classmethod
    def _check_friends(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        for url in urls:
            if not _WEB_ADDRESS.fullmatch(url):
                raise ValueError(f"must hold http or https URLs only, such as https://other.example.org/oai ({url})")
        return urls


class MailSettings(_Section):
    """`[mail]`: the server that notifications are sent through."""

    host: Annotated[str, Field(max_length=255)] = ""
    port: Annotated[int, Field(ge=0, le=65_535)] = 0
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: str = ""
    sender: Email = "mdwatch@localhost.localdomain"
    seconds: Annotated[float, Field(ge=0.1, le=30)] = 10

    @field_validator("host")
    @classmethod
    def _check_host(cls, text: str) -> str:
        if text and not re.fullmatch(_HOST_PATTERN, text):
            raise ValueError('must be the name of a host without a port, such as "mail.example.org"')
        return text

    @field_validator("password_file")
    @classmethod
    def _check_password_file(cls, text: str) -> str:
        if text:
            _absolute(Path(text))
        return text

    @property
    def server_port(self) -> int:
        """The port, or the one that is usual for the way the connection is secured (RFC 8314, RFC 6409)."""
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]


class NotificationSettings(_Section):
    """`[notifications.NAME]`: who is told of what, how and when."""

    events: Annotated[tuple[Event, ...], Field(min_length=1)] = (
        "error",
        "abort",
        "trouble",
        "healed",
        "export",
        "audit",
    )
    jobs: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    mail: tuple[Email, ...] = ()
    webhook: str = ""
    secret_file: str = ""
    digest: Digest = "none"

    @field_validator("secret_file")
    @classmethod
    def _check_secret_file(cls, text: str) -> str:
        if text:
            _absolute(Path(text))
        return text

    @field_validator("webhook")
    @classmethod
    def _check_webhook(cls, url: str) -> str:
        if url and not _WEB_ADDRESS.fullmatch(url):
            raise ValueError("must be an http or https URL, such as https://hooks.example.org/mdwatch")
        return url

    @field_validator("mail")
    @classmethod
    def _check_mail(cls, recipients: tuple[str, ...]) -> tuple[str, ...]:
        for text in recipients:
            if not text.isprintable() or set(text) & set('<>()[]\\,;:"'):
                raise ValueError(f"must hold bare addresses only, such as curators@example.org ({text})")
        return tuple(dict.fromkeys(recipients))


class HarvestSettings(_Section):
    """`[harvests.NAME]`: another repository whose records become updateMD files, by OAI-PMH."""

    base_url: str
    prefix: Annotated[str, Field(pattern=_ARGUMENT_PATTERN, min_length=1)] = "oai_dc"
    set: Annotated[str, Field(pattern=_ARGUMENT_PATTERN)] = ""
    job: str
    schedule: str = "manual"
    match: Literal["pid", "oai", "dc:identifier", "dcterms:identifier"] = "pid"
    pattern: Annotated[str, Field(max_length=500)] = ""
    identifier_prefix: Annotated[str, Field(max_length=500)] = ""
    identifier_type: Annotated[str, Field(min_length=1, max_length=100)] = "originalObjectID"
    xslt: str = ""
    type: Literal["descriptive", "source"] = "descriptive"
    sub_type: Annotated[str, Field(min_length=1, max_length=100)] = "dc"
    mid: Annotated[str, Field(max_length=200)] = ""
    overlap_seconds: Annotated[int, Field(ge=0, le=31_536_000)] = 3_600
    pause_seconds: Seconds = 1
    seconds: Annotated[float, Field(ge=1, le=3_600)] = 60
    pages: Annotated[int, Field(ge=1, le=10_000_000)] = 10_000

    @property
    def by_field(self) -> bool:
        """Whether a field of the record tells its IE, and not the identifier that OAI-PMH has of it."""
        return self.match not in {"pid", "oai"}

    @field_validator("base_url")
    @classmethod
    def _check_base_url(cls, url: str) -> str:
        if not _WEB_ADDRESS.fullmatch(url):
            raise ValueError("must be an http or https URL, such as https://other.example.org/oai")
        return url

    @field_validator("schedule")
    @classmethod
    def _check_schedule(cls, text: str) -> str:
        if text != "manual":
            _check_cron(text, '"manual", a cron expression or a word such as "@daily"')
        return text

    @field_validator("pattern")
    @classmethod
    def _check_pattern(cls, text: str) -> str:
        try:
            groups = re.compile(text).groups
        except re.error as error:
            raise ValueError(f"must be a regular expression ({error})") from None
        if text and groups != 1:
            raise ValueError("must have one group, that of what is matched, such as oai:example:(IE[0-9]+)")
        return text

    @field_validator("xslt")
    @classmethod
    def _check_xslt(cls, text: str) -> str:
        if text:
            _absolute(Path(text))
        return text

    @model_validator(mode="after")
    def _check_together(self) -> "HarvestSettings":
        if self.type == "source" and not self.mid:
            raise ValueError("must have a mid: a source record is known by it")
        if self.type == "descriptive" and self.mid:
            raise ValueError('must have no mid: only source records have one; set type = "source"')
        if not self.by_field and self.identifier_prefix:
            raise ValueError('must have no identifier_prefix: that is for match = "dc:identifier"')
        return self


class Settings(_Section):
    """All of mdwatch.toml."""

    repository: RepositorySettings = RepositorySettings()
    logs: LogSettings = LogSettings()
    source: SourceSettings = SourceSettings()
    limits: LimitSettings = LimitSettings()
    workers: WorkerSettings = WorkerSettings()
    export: ExportSettings = ExportSettings()
    store: StoreSettings = StoreSettings()
    retention: RetentionSettings = RetentionSettings()
    http: HttpSettings = HttpSettings()
    proxy: ProxySettings = ProxySettings()
    oidc: OidcSettings = OidcSettings()
    groups: Mapping[str, GroupSettings] = {}
    oai: OaiSettings = OaiSettings()
    institutions: Mapping[str, InstitutionSettings] = {}
    users: Mapping[Name, UserSettings] = {}
    repositories: Mapping[Name, ForeignRepositorySettings] = {}
    jobs: Mapping[Name, JobSettings] = {}
    harvests: Mapping[HarvestName, HarvestSettings] = {}
    mail: MailSettings = MailSettings()
    notifications: Mapping[Name, NotificationSettings] = {}


def load(path: Path) -> Settings:
    """Reads the file; raises `ConfigError` with every fault in it."""
    try:
        with path.open("rb") as file:
            raw = tomli.load(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError([f"{path}: cannot be read ({reason}); name it with --config or MDWATCH_CONFIG"]) from None
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: is not valid TOML: {_in_words(str(error))}"]) from None
    return check(raw, str(path))


def _in_words(message: str) -> str:
    """What is wrong with TOML; a table or setting that is there twice by the name that it has in the file."""

    def twice(found: re.Match[str]) -> str:
        name = ".".join(re.findall(r"'([^']*)'", found[1]))
        return f"the table [{name}] is there twice; put its settings into one"

    message = re.sub(r"Cannot declare \((.*?)\) twice", twice, message)
    return message.replace("Cannot overwrite a value", "a setting is there twice; remove one")


def check(raw: Mapping[str, Any], source: str) -> Settings:
    """Settings from the parsed file; `source` is its name, for the faults. Raises `ConfigError`."""
    faults = []
    settings = None
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        faults = [config_faults.told(item, _known, _PATTERNS) for item in error.errors()]
    faults += _cross_faults(raw)
    if faults or settings is None:
        raise ConfigError([f"{source}: {fault}" for fault in faults])
    return settings


def _known(place: Sequence[int | str]) -> list[str]:
    """The settings that may stand in a table."""
    model: type[BaseModel] | None = Settings
    for part in place:
        field = model.model_fields.get(str(part)) if model is not None else None
        if field is None:
            # The name that somebody gave a user or a job.
            continue
        inner = (get_args(field.annotation) or (field.annotation,))[-1]
        model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None
    return list(model.model_fields) if model is not None else []


def _cross_faults(raw: Mapping[str, Any]) -> Iterator[str]:
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

    def follow() -> None:
        for folder in folders:
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
