"""All tables together."""

from mdwatch.config import common
from mdwatch.config.exports import ExportSettings, OaiSettings
from mdwatch.config.jobs import (
    HarvestSettings,
    InstitutionSettings,
    JobSettings,
    SourceSettings,
    UserSettings,
    WorkerSettings,
)
from mdwatch.config.kinds import NamedKind
from mdwatch.config.notices import MailSettings, NotificationSettings
from mdwatch.config.section import Section, SectionKind, setting
from mdwatch.config.serving import GroupSettings, HttpSettings, OidcSettings, ProxySettings
from mdwatch.config.storage import (
    ForeignRepositorySettings,
    LimitSettings,
    LogSettings,
    RepositorySettings,
    RetentionSettings,
    StoreSettings,
)


class Settings(Section):
    """All of mdwatch.toml."""

    repository = setting(SectionKind(RepositorySettings), RepositorySettings())
    logs = setting(SectionKind(LogSettings), LogSettings())
    source = setting(SectionKind(SourceSettings), SourceSettings())
    limits = setting(SectionKind(LimitSettings), LimitSettings())
    workers = setting(SectionKind(WorkerSettings), WorkerSettings())
    export = setting(SectionKind(ExportSettings), ExportSettings())
    store = setting(SectionKind(StoreSettings), StoreSettings())
    retention = setting(SectionKind(RetentionSettings), RetentionSettings())
    http = setting(SectionKind(HttpSettings), HttpSettings())
    proxy = setting(SectionKind(ProxySettings), ProxySettings())
    oidc = setting(SectionKind(OidcSettings), OidcSettings())
    groups = setting(NamedKind(SectionKind(GroupSettings)), {})
    oai = setting(SectionKind(OaiSettings), OaiSettings())
    institutions = setting(NamedKind(SectionKind(InstitutionSettings)), {})
    users = setting(NamedKind(SectionKind(UserSettings), common.name), {})
    repositories = setting(NamedKind(SectionKind(ForeignRepositorySettings), common.name), {})
    jobs = setting(NamedKind(SectionKind(JobSettings), common.name), {})
    harvests = setting(NamedKind(SectionKind(HarvestSettings), common.harvest_name), {})
    mail = setting(SectionKind(MailSettings), MailSettings())
    notifications = setting(NamedKind(SectionKind(NotificationSettings), common.name), {})
