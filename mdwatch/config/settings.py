"""All tables together."""

from collections.abc import Mapping

from mdwatch.config.exports import ExportSettings, OaiSettings
from mdwatch.config.jobs import (
    HarvestSettings,
    InstitutionSettings,
    JobSettings,
    SourceSettings,
    UserSettings,
    WorkerSettings,
)
from mdwatch.config.notices import MailSettings, NotificationSettings
from mdwatch.config.section import HarvestName, Name, Section
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
