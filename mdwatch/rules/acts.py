"""What people and programs do by hand, one row an act: its code, what it is done to, and its words. Pure.

The audit trail keeps codes; pages and commands show labels. An act that is no row here cannot be recorded, and
`tests/test_trail.py` does each of them by the command line, the API and the page.
"""

from enum import StrEnum
from typing import Final, NamedTuple


class ActedOn(StrEnum):
    """What an act is done to."""

    IE = "ie"
    JOB = "job"
    FILE = "file"
    SET = "set"
    BATCH = "batch"
    EXPORTS = "exports"
    SETTINGS = "settings"
    TOKEN = "token"  # noqa: S105
    ACCOUNT = "account"
    STORE = "store"
    REPOSITORY = "repository"


class Act(StrEnum):
    """The code of an act."""

    IE_LOAD = "ie-load"
    IE_LOCK = "ie-lock"
    IE_UNLOCK = "ie-unlock"
    IE_STAGE = "ie-stage"
    IE_PUBLISH = "ie-publish"
    IE_UNPUBLISH = "ie-unpublish"
    IE_DELETE = "ie-delete"
    IE_UNDELETE = "ie-undelete"
    IE_REVERT = "ie-revert"
    IE_UNDO = "ie-undo"
    IE_EXPORT = "ie-export"
    JOB_RUN = "job-run"
    JOB_PAUSE = "job-pause"
    JOB_RESUME = "job-resume"
    JOB_CANCEL = "job-cancel"
    JOB_UNDO = "job-undo"
    JOB_RETRY = "job-retry"
    JOB_DISMISS = "job-dismiss"
    JOB_SHEET = "job-sheet"
    JOB_HARVEST = "job-harvest"
    HARVEST_PAUSE = "harvest-pause"
    HARVEST_RESUME = "harvest-resume"
    FILE_RETRY = "file-retry"
    FILE_DISMISS = "file-dismiss"
    EXPORT_ALL = "export-all"
    EXPORT_REDO = "export-redo"
    EXPORT_CLEAR = "export-clear"
    BATCH_CANCEL = "batch-cancel"
    SET_CREATE = "set-create"
    SET_CHANGE = "set-change"
    SET_DELETE = "set-delete"
    SET_EXPORT = "set-export"
    STORE_SYNC = "store-sync"
    REPOSITORY_RETENTION = "repository-retention"
    REPOSITORY_VACUUM = "repository-vacuum"
    RELOAD = "reload"
    TOKEN_CREATE = "token-create"  # noqa: S105 - an act, no secret
    TOKEN_REVOKE = "token-revoke"  # noqa: S105
    SIGN_IN = "sign-in"
    SIGN_OUT = "sign-out"


class Outcome(StrEnum):
    """What came of an act. `BEGUN`: what was noted of it was not seen to be finished, for a crash may have cut it."""

    DONE = "done"
    NOTHING = "nothing"
    REFUSED = "refused"
    BEGUN = "begun"


class ActMeaning(NamedTuple):
    """What an act is done to, and what it is called: "Locked", as in "Locked by ada"."""

    kind: ActedOn
    label: str


ACTS: Final[dict[Act, ActMeaning]] = {
    Act.IE_LOAD: ActMeaning(ActedOn.IE, "Loaded"),
    Act.IE_LOCK: ActMeaning(ActedOn.IE, "Locked"),
    Act.IE_UNLOCK: ActMeaning(ActedOn.IE, "Unlocked"),
    Act.IE_STAGE: ActMeaning(ActedOn.IE, "Moved to another stage"),
    Act.IE_PUBLISH: ActMeaning(ActedOn.IE, "Published"),
    Act.IE_UNPUBLISH: ActMeaning(ActedOn.IE, "Unpublished"),
    Act.IE_DELETE: ActMeaning(ActedOn.IE, "Deleted"),
    Act.IE_UNDELETE: ActMeaning(ActedOn.IE, "Undeleted"),
    Act.IE_REVERT: ActMeaning(ActedOn.IE, "Reverted to an earlier version"),
    Act.IE_UNDO: ActMeaning(ActedOn.IE, "Taken back with a run that was undone"),
    Act.IE_EXPORT: ActMeaning(ActedOn.IE, "Export anew asked for"),
    Act.JOB_RUN: ActMeaning(ActedOn.JOB, "Run asked for"),
    Act.JOB_PAUSE: ActMeaning(ActedOn.JOB, "Paused"),
    Act.JOB_RESUME: ActMeaning(ActedOn.JOB, "Resumed"),
    Act.JOB_CANCEL: ActMeaning(ActedOn.JOB, "Run cancelled"),
    Act.JOB_UNDO: ActMeaning(ActedOn.JOB, "Run undone"),
    Act.JOB_RETRY: ActMeaning(ActedOn.JOB, "Retry of error files asked for"),
    Act.JOB_DISMISS: ActMeaning(ActedOn.JOB, "Dismissal of error files asked for"),
    Act.JOB_SHEET: ActMeaning(ActedOn.JOB, "Files of a sheet put into its drop folder"),
    Act.JOB_HARVEST: ActMeaning(ActedOn.JOB, "Harvested for"),
    Act.HARVEST_PAUSE: ActMeaning(ActedOn.JOB, "Harvest for it paused"),
    Act.HARVEST_RESUME: ActMeaning(ActedOn.JOB, "Harvest for it resumed"),
    Act.FILE_RETRY: ActMeaning(ActedOn.FILE, "Put back to be tried again"),
    Act.FILE_DISMISS: ActMeaning(ActedOn.FILE, "Dismissed"),
    Act.EXPORT_ALL: ActMeaning(ActedOn.EXPORTS, "Export of what is due asked for"),
    Act.EXPORT_REDO: ActMeaning(ActedOn.EXPORTS, "Export of everything anew asked for"),
    Act.EXPORT_CLEAR: ActMeaning(ActedOn.EXPORTS, "All exports made due"),
    Act.BATCH_CANCEL: ActMeaning(ActedOn.BATCH, "Asked to end"),
    Act.SET_CREATE: ActMeaning(ActedOn.SET, "Made"),
    Act.SET_CHANGE: ActMeaning(ActedOn.SET, "Changed"),
    Act.SET_DELETE: ActMeaning(ActedOn.SET, "Deleted"),
    Act.SET_EXPORT: ActMeaning(ActedOn.SET, "Looked at anew and exported"),
    Act.STORE_SYNC: ActMeaning(ActedOn.STORE, "Brought up to date"),
    Act.REPOSITORY_RETENTION: ActMeaning(ActedOn.REPOSITORY, "Old rows summed up and removed"),
    Act.REPOSITORY_VACUUM: ActMeaning(ActedOn.REPOSITORY, "Vacuumed"),
    Act.RELOAD: ActMeaning(ActedOn.SETTINGS, "Settings loaded anew"),
    Act.TOKEN_CREATE: ActMeaning(ActedOn.TOKEN, "Made"),
    Act.TOKEN_REVOKE: ActMeaning(ActedOn.TOKEN, "Revoked"),
    Act.SIGN_IN: ActMeaning(ActedOn.ACCOUNT, "Signed in"),
    Act.SIGN_OUT: ActMeaning(ActedOn.ACCOUNT, "Signed out"),
}
