"""What wakes the daemon: arrivals in drop folders, clocks and schedules, systemd and signals. It knows no handler.

Whatever happens here only asks for a look: the look is the truth. A lost event costs one sweep interval, no more.

- `bell`: what a worker sleeps by, and everybody rings.
- `arrivals`: inotify through watchdog, for folders on local file systems.
- `signals`: what ends and reloads the daemon.
- `schedule`: cron expressions; `local_zone`: the zone they and the logs go by.
- `notify`: what systemd is told.
"""
