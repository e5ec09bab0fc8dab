"""The daemon's root: it wires the parts, takes over new settings, and stops."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import structlog

from mdwatch import config
from mdwatch.config import Settings
from mdwatch.daemon.serving import Serving
from mdwatch.daemon.sharing import Sharing
from mdwatch.daemon.supervisor import Supervisor
from mdwatch.daemon.troubles import PartTroubles
from mdwatch.daemon.workers import Workers
from mdwatch.errors import ConfigError, Deferred
from mdwatch.handlers.accounts import openid
from mdwatch.handlers.harvests import setup as harvest_setup
from mdwatch.handlers.jobs import setup
from mdwatch.handlers.notifications import setup as notification_setup
from mdwatch.handlers.stores import setup as store_setup
from mdwatch.logs.service_log import configure_service_log
from mdwatch.rules.acts import Act, Outcome
from mdwatch.runtime import metrics, presence
from mdwatch.runtime.acting import record_act
from mdwatch.runtime.context import Context, opened
from mdwatch.runtime.lease import Lease, being_the_daemon
from mdwatch.watch import notify
from mdwatch.watch.signals import Signals
from mdwatch.web.serving import access

log = structlog.get_logger()

_READY_SECONDS: Final = 10.0
_STOP_SECONDS: Final = 10.0
_TURN_SECONDS: Final = 1.0


def run(path: Path) -> None:
    """Runs the daemon until it is told to stop; raises `ConfigError`, `JobBusy` and `Deferred` before it is up."""
    # First: what is changed in the settings from now on is read again when the daemon is up.
    signals = Signals()
    settings = config.load(path)
    configure_service_log(settings.logs.level)
    _check(settings)
    with _opened(settings) as (context, lease):
        daemon = Daemon(path, context, lease, signals)
        daemon.start()
        newer = daemon.supervise()
        clean = daemon.shut_down()
    log.info("stopped", clean=clean)
    if newer:
        log.error("database_is_newer", schema=newer, remedy="update mdwatch on this host, and start it anew")
    if not clean:
        # A thread or process that hangs on a share would keep an ordinary exit waiting for it.
        os._exit(1 if newer else 0)
    if newer:
        raise Deferred(f"a newer mdwatch has changed the database (schema {newer}), which is not for this one any more")


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Context, Lease]]:
    """The context and the daemon's lease; a server that does not answer is waited for, as one that goes away later."""
    with ExitStack() as stack:
        while True:
            try:
                context = stack.enter_context(opened(settings))
                hold = stack.enter_context(being_the_daemon(context))
                break
            except Deferred as error:
                if presence.path_beside(settings.repository.url) is not None:
                    raise
                stack.close()
                log.warning("database_away", reason=str(error))
                notify.notify("STATUS=waiting for the database")
                time.sleep(_TURN_SECONDS)
        yield context, hold


def _check(settings: Settings) -> None:
    """What the settings alone cannot tell; raises `ConfigError` with all of it."""
    faults = setup.set_up_faults(settings) + access.faults(settings)
    faults += notification_setup.faults(settings) + openid.faults(settings)
    if faults:
        raise ConfigError(faults)


class Daemon:
    """The running daemon; used by the main thread alone, but for `context`, which others ask."""

    def __init__(self, path: Path, context: Context, lease: Lease, signals: Signals) -> None:
        self._path = path
        # Replaced by a reload, never changed.
        self._context = context
        self._signals = signals
        signals.catch_all()
        self._troubles = PartTroubles(context.clock.now)
        self._workers = Workers(self.context)
        self._serving = Serving(self.context, self._troubles)
        self._sharing = Sharing(self.context, lease, self._workers)
        self._supervisor = Supervisor(self.context, lease, self._workers, self._sharing, self._serving, self._troubles)

    def context(self) -> Context:
        """The context as it is now."""
        return self._context

    def start(self) -> None:
        """Starts the workers, and tells systemd when all have had a turn."""
        settings = self._context.settings
        metrics.begin(settings.jobs, settings.export.formats)
        metrics.begin_harvests(settings.harvests)
        # Beside the others, for it looks at every share, and one of them may hang.
        threading.Thread(target=_tell_faults, args=(settings,), daemon=True).start()
        self._workers.start()
        self._share()
        self._serving.keep()
        self._workers.wait_for_first_turns(_READY_SECONDS)
        self._supervisor.tell_status([])
        notify.notify("READY=1")
        log.info("ready", jobs=list(self._workers.jobs))

    def supervise(self) -> str:
        """Turns until a signal says stop, or the database is of a newer mdwatch: then its schema, else ""."""
        while True:
            for number in self._signals.wait(_TURN_SECONDS):
                if number != signal.SIGHUP:
                    notify.notify("STOPPING=1")
                    log.info("stopping", signal=signal.Signals(number).name)
                    return ""
                self._reload()
            self._supervisor.turn()
            if self._supervisor.newer:
                notify.notify("STOPPING=1")
                return self._supervisor.newer

    def _reload(self) -> None:
        """Takes over new settings, if they have no fault; only the workers they concern are replaced."""
        notify.reloading()
        try:
            settings = config.load(self._path)
            _check(settings)
            self._check_reload(settings)
        except ConfigError as error:
            log.error("reload_refused", faults=error.faults)
            # Until a reload is taken over: what runs is not what is written.
            self._troubles.note("settings", f"a reload was refused: {'; '.join(error.faults)}")
            self._record_reload(Outcome.REFUSED, faults=error.faults)
        else:
            self._take_over(settings)
            self._troubles.note("settings", None)
            self._record_reload(Outcome.DONE)
            log.info("reloaded", jobs=list(settings.jobs))
        notify.notify("READY=1")

    def _record_reload(self, outcome: Outcome, **details: Any) -> None:
        """Records a reload. Who sent the signal the kernel does not tell; only our own user and root can."""
        try:
            act = partial(record_act, context=self._context, act=Act.RELOAD, subject=str(self._path), outcome=outcome)
            self._context.repository.carry_out(partial(act, **details))
        except Deferred as error:
            log.warning("reload_not_recorded", reason=str(error))

    def _check_reload(self, new: Settings) -> None:
        """Some settings take effect at a start only."""
        old = self._context.settings
        changed = [
            f"{self._path}: {name}: changing it takes a restart"
            for name, before, after in (
                ("repository", old.repository, new.repository),
                ("logs.directory", old.logs.directory, new.logs.directory),
                ("http", old.http, new.http),
            )
            if before != after
        ]
        if changed:
            raise ConfigError(changed)

    def _take_over(self, new: Settings) -> None:
        old = self._context.settings
        self._context = replace(self._context, settings=new)
        configure_service_log(new.logs.level)
        metrics.begin(new.jobs, new.export.formats)
        metrics.begin_harvests(new.harvests)
        self._workers.replace(old, new, _STOP_SECONDS / 2)
        self._share()

    def _share(self) -> None:
        try:
            self._sharing.turn()
        except Deferred as error:
            # The supervisor tries again in a second.
            log.warning("jobs_not_shared", reason=str(error))

    def shut_down(self) -> bool:
        """Stops the workers; whether all of them ended."""
        clean = self._workers.stop(_STOP_SECONDS, self._serving.stop)
        try:
            self._sharing.close()
        except Deferred as error:
            # Others find out soon that nobody keeps them.
            log.warning("jobs_not_given_back", reason=str(error))
        return clean


def _tell_faults(settings: Settings) -> None:
    """Tells what is wrong with folders and stylesheets; workers find out too, and heal when it is put right."""
    for fault in setup.faults(settings) + harvest_setup.faults(settings) + store_setup.faults(settings):
        log.error("setup_fault", fault=fault)
