"""The daemon's side of the readers: they are started, renewed when they die or the settings change, and ended.

A connection that one of them passes on is taken over by the daemon's own server. The listening sockets are the daemon's
as well: while no reader is there, clients wait for the next one, and nobody is turned away.
"""

import asyncio
import json
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from typing import Final

import structlog

from mdwatch.config import Settings
from mdwatch.errors import Deferred
from mdwatch.handlers.oai import provider
from mdwatch.runtime import forked, metrics
from mdwatch.runtime.context import Context
from mdwatch.web import reader
from mdwatch.web.listening import DRAIN_SECONDS, Listener
from mdwatch.web.serving import handover
from mdwatch.web.serving.sockets import Bound

log = structlog.get_logger()

_LOOK_SECONDS: Final = 0.3
_AGAIN_SECONDS: Final = 1.0  # from the start of one that died to that of the next
_END_SECONDS: Final = DRAIN_SECONDS + 1.0


@dataclass(frozen=True, slots=True)
class _ReaderProcess:
    """A reader with our end of its channel, the settings that it was started under, and when (monotonic seconds)."""

    process: ForkServerProcess
    end: socket.socket
    settings: Settings
    since: float


class Readers:
    """So many readers of these sockets; `server` takes over what they pass on."""

    def __init__(
        self,
        context: Callable[[], Context],
        server: Listener,
        admin: Sequence[Bound],
        public: Sequence[Bound],
    ) -> None:
        self._context = context
        self._server = server
        self._admin = admin
        self._public = public
        self._readers: list[_ReaderProcess] = []
        self._leaving: list[_ReaderProcess] = []
        self._protocol = handover.received(context().settings.http)
        self._handed: set[asyncio.Task[None]] = set()

    async def keep(self) -> None:
        """Keeps the readers running until the server is to exit, or this is cancelled."""
        try:
            while not self._server.should_exit:
                try:
                    await self._renew()
                except (OSError, Deferred) as error:
                    log.error("reader_cannot_be_started", reason=str(error))
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            self._close(self._readers)
            self._readers = []

    async def _renew(self) -> None:
        settings = self._context().settings
        for item in [item for item in self._readers if not item.process.is_alive()]:
            if time.monotonic() - item.since >= _AGAIN_SECONDS:
                log.error("reader_died", process=item.process.pid, exit=item.process.exitcode)
                self._readers.remove(item)
                self._close([item])
        outdated = [item for item in self._readers if item.settings != settings]
        while len(self._readers) - len(outdated) < settings.http.readers:
            self._readers.append(await asyncio.to_thread(self._start, settings))
            self._listen_to(self._readers[-1])
        # Only once there are others: what it has begun it brings to an end.
        for item in outdated:
            self._readers.remove(item)
        self._close(outdated)
        self._leaving = [item for item in self._leaving if item.process.is_alive()]

    def _start(self, settings: Settings) -> _ReaderProcess:
        """A new reader; raises `OSError` and `Deferred`."""
        # It cannot make what it signs with, for it only reads.
        provider.make_key(self._context())
        ours, theirs = handover.channel()
        ours.setblocking(False)
        theirs.setblocking(False)
        task = reader.Task(
            settings, [item.socket for item in self._admin], [item.socket for item in self._public], theirs
        )
        context = forked.context([reader.__name__])
        process = context.Process(target=reader.run, args=(task,), name="reader", daemon=True)
        try:
            process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        log.debug("reader_started", process=process.pid)
        return _ReaderProcess(process, ours, settings, time.monotonic())

    def _listen_to(self, item: _ReaderProcess) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(item.end, self._take_over, item.end)

    def _take_over(self, end: socket.socket) -> None:
        """Takes over the connections that are passed on, and counts what was answered; not of a reader that is gone."""
        loop = asyncio.get_running_loop()
        with suppress(BlockingIOError):
            while True:
                try:
                    passed = handover.receive(end)
                except ConnectionError:
                    passed = None
                if passed is None:
                    loop.remove_reader(end)
                    return
                if isinstance(passed, bytes):
                    for door, status, seconds in json.loads(passed):
                        metrics.answered(door, status, seconds)
                    continue
                task = loop.create_task(self._serve(passed))
                self._handed.add(task)
                task.add_done_callback(self._handed.discard)

    async def _serve(self, passed: handover.Passed) -> None:
        passed.connection.setblocking(False)
        state = self._server.server_state

        def protocol() -> asyncio.Protocol:
            return self._protocol(passed.data, config=self._server.config, server_state=state, app_state={})

        try:
            await asyncio.get_running_loop().connect_accepted_socket(protocol, passed.connection)
        except OSError:
            # The client is gone already.
            passed.connection.close()

    def _close(self, readers: Sequence[_ReaderProcess]) -> None:
        """Has readers end, once what they have begun is answered."""
        for item in readers:
            with suppress(RuntimeError):
                asyncio.get_running_loop().remove_reader(item.end)
            item.end.close()
        self._leaving += readers

    def end(self) -> bool:
        """Waits for the readers to end, after `keep` has ended; one that does not is killed. Whether all had ended."""
        deadline = time.monotonic() + _END_SECONDS
        clean = True
        for item in self._leaving:
            item.process.join(max(0.0, deadline - time.monotonic()))
            if item.process.is_alive():
                clean = False
                item.process.kill()
                item.process.join()
        return clean
