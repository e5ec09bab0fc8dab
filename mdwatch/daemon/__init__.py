"""The daemon: composition root, start-up, supervision and shutdown. It alone knows all parts; nothing is decided here.

- `daemon`: wires the parts, reloads the settings, and stops.
- `supervisor`: what its thread does once a second. `workers`: the worker threads, started, renewed and ended;
  `harvests`: those of harvests.
- `sharing`: which jobs are this daemon's, where several share a server. `serving`: HTTP, kept up. `troubles`: what does
  not work, and since when.

Start-up:

1. The settings are read; every fault is told at once, and the process ends with 78. From before that on SIGHUP is
   caught: the daemon reloads when it is up.
2. The service log is set up.
3. The database is opened and brought to its newest migration.
4. The daemon's lease is taken; where another daemon of this host holds it, this one says so and ends.
5. SIGTERM and SIGINT are caught, too: they stop it in order.
6. inotify is begun, for the folders on local file systems.
7. One worker a job starts: it finishes what a crash left, looks into its folder, and goes on by itself.
8. The worker of the exports starts: it exports what became due meanwhile, and goes on with a batch that was cut short.
9. HTTP is served. An address that is taken is told of, and tried again: updates do not wait for it.
10. When every worker of a job has had its first turn, or ten seconds have passed, systemd is told that all is ready.

Then the main thread supervises, once a second. It never touches a drop folder itself, so that no share can hang it.

Shutdown: systemd is told; the workers finish the group in hand and file it; whoever hangs on a share is left behind,
for the journal has what the next start needs.
"""

from mdwatch.daemon.daemon import run

__all__ = ["run"]
