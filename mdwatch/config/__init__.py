"""mdwatch.toml into frozen settings. All faults are reported at once, each with its path in the file.

`etc/mdwatch.toml` documents every setting; a test holds it against the tables here.

- `storage`, `jobs`, `exports`, `serving`, `notices`: the tables of the file, by what they are about. `settings`: all.
- `section`: what a table is. `kinds`: what a setting may be; `common`: such kinds as several tables have.
- `reading`: the file is read and checked; `between`: what is wrong between settings.
"""

from mdwatch.config.common import EVERYWHERE, NAME_PATTERN
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
from mdwatch.config.reading import DEFAULT_PATH, check, load
from mdwatch.config.serving import GroupSettings, HttpSettings, OidcSettings, ProxySettings
from mdwatch.config.settings import Settings
from mdwatch.config.storage import (
    ForeignRepositorySettings,
    LimitSettings,
    LogSettings,
    RepositorySettings,
    RetentionSettings,
    StoreSettings,
    database_url,
)

__all__ = [
    "DEFAULT_PATH",
    "EVERYWHERE",
    "NAME_PATTERN",
    "ExportSettings",
    "ForeignRepositorySettings",
    "GroupSettings",
    "HarvestSettings",
    "HttpSettings",
    "InstitutionSettings",
    "JobSettings",
    "LimitSettings",
    "LogSettings",
    "MailSettings",
    "NotificationSettings",
    "OaiSettings",
    "OidcSettings",
    "ProxySettings",
    "RepositorySettings",
    "RetentionSettings",
    "Settings",
    "SourceSettings",
    "StoreSettings",
    "UserSettings",
    "WorkerSettings",
    "check",
    "database_url",
    "load",
]
