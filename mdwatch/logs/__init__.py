"""The logs: what operators read. How a line of a job log looks is said in `formats.job_log`.

- `job_log`: a log each job, that operators tail. `batch_log`: one each batch of exports.
- `service_log`: what the daemon says of itself. `appending`: what they share. `archives`: those that were compressed.
  `putting_anew`: against late lines.

No log's trouble ends the daemon: a job log that cannot be written is a fault of the world, told and tried again; the
others go without.
"""

from mdwatch.logs.batch_log import BatchLog
from mdwatch.logs.job_log import (
    JobLog,
    file_line,
    harvest_last_line,
    harvest_line,
    last_line,
    moved_late_line,
    notice_line,
    undone_line,
    unmoved_line,
    unread_line,
)
from mdwatch.logs.service_log import configure_service_log, lines_together

__all__ = [
    "BatchLog",
    "JobLog",
    "configure_service_log",
    "file_line",
    "harvest_last_line",
    "harvest_line",
    "last_line",
    "lines_together",
    "moved_late_line",
    "notice_line",
    "undone_line",
    "unmoved_line",
    "unread_line",
]
