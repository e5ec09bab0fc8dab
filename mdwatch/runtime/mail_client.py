"""Conversations with mail servers, by the standard library: none takes longer than it may, but for a message's end.

A timeout of a socket is one for each piece that comes: a server that sends its answer byte by byte, or says again and
again that it goes on, would keep whoever waits for it for ever.

The answer to a whole message is waited for much longer than others are (RFC 5321, section 4.5.3.2.6): many servers look
for viruses and spam first, and take it all the same when nobody waits any more. It would be sent a second time.
"""

import io
import smtplib
import socket
import ssl
import time
from typing import Any, Final, NamedTuple, TypeVar

from mdwatch.runtime.haste import UntilTimeIsUp

_Kind = TypeVar("_Kind", bound=type[smtplib.SMTP])
_GO_ON: Final = 354  # the answer that a message follows
_LONGEST: Final = 1 << 16  # bytes of an answer


class MailPatience(NamedTuple):
    """Seconds: for one answer, for all before the message is through, and for the answer to that."""

    answer: float
    whole: float
    taking: float


def connected(host: str, port: int, patience: MailPatience, tls: ssl.SSLContext | None) -> smtplib.SMTP:
    """A conversation that has begun, by TLS from the start where there is a context; raises what `smtplib` does."""
    if tls is not None:
        return _patient(smtplib.SMTP_SSL, patience)(host, port, timeout=patience.answer, context=tls)
    return _patient(smtplib.SMTP, patience)(host, port, timeout=patience.answer)


def _patient(kind: _Kind, patience: MailPatience) -> _Kind:
    """Conversations of this kind that end in time."""

    class PatientConversation(kind):  # type: ignore[misc, valid-type]
        def __init__(self, *arguments: Any, **named: Any) -> None:
            self._seconds = patience.answer
            self._end = time.monotonic() + patience.whole
            self.file: io.BufferedReader | None = None
            super().__init__(*arguments, **named)

        def getreply(self) -> tuple[int, bytes]:
            if self.sock is None:
                raise smtplib.SMTPServerDisconnected("please run connect() first")
            until = min(time.monotonic() + self._seconds, self._end)
            if self.file is None:
                # The first answer, or the first that is encrypted.
                self._answer = _Answer(self.sock)
                self.file = io.BufferedReader(self._answer)
            self._answer.begin(until)
            code, said = super().getreply()
            if self.sock is not None:
                self.sock.settimeout(patience.answer)
            self._seconds = patience.answer
            if code == _GO_ON:
                self._seconds = patience.taking
                self._end = time.monotonic() + patience.taking + patience.answer
            return code, said

    return PatientConversation  # type: ignore[return-value]


class _Answer(UntilTimeIsUp):
    """One answer after the other, each until its moment and no longer than they are."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection.makefile("rb", buffering=0), connection, lambda: self._until - time.monotonic())
        self._until, self._more = 0.0, _LONGEST

    def begin(self, until: float) -> None:
        """Another answer is read, until this moment."""
        self._until, self._more = until, _LONGEST

    def readinto(self, buffer: Any) -> int | None:
        if self._more < 0:
            raise OSError("its answer has no end")
        read = super().readinto(buffer)
        self._more -= read or 0
        return read
