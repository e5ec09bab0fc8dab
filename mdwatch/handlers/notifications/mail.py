"""Messages by mail: one connection a message, encrypted before anything is said that matters, each answer awaited."""

import smtplib
import ssl
from base64 import b64encode
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from mdwatch.config import MailSettings
from mdwatch.errors import ConfigError, in_words
from mdwatch.formats.printable import escape
from mdwatch.handlers.notifications import wording
from mdwatch.handlers.notifications.delivery import Letter, Undelivered
from mdwatch.runtime import mail_client, secret_files
from mdwatch.runtime.mail_client import MailPatience

CREDENTIAL: Final = "mdwatch-mail-password"
_LOGGED_IN: Final = 235
_PERMANENT: Final = range(500, 600)
# Seconds for all that comes before the end of a message, and for what the server says to that. With connecting they
# are less than the time to the next try (`rules.notifying`): no other process tries it meanwhile.
_WHOLE: Final = 90.0
_TAKING: Final = 150.0


def password(settings: MailSettings) -> str | None:
    """The password of the login; None where there is no login. Raises `ConfigError`."""
    if not settings.user:
        return None
    found = secret_files.read("mail.password_file", settings.password_file, CREDENTIAL)
    if found is None:
        raise ConfigError(["mail.password_file: mail.user has no password; name its file"])
    return found


def message(settings: MailSettings, letter: Letter) -> EmailMessage:
    """The message; no name in it can begin a header of its own."""
    made = EmailMessage(policy=SMTP)
    made["From"] = Address("mdwatch", addr_spec=settings.sender)
    made["To"] = Address(addr_spec=letter.recipient)
    made["Subject"] = wording.subject(letter.occurrences)
    made["Date"] = format_datetime(datetime.fromtimestamp(letter.made_at / 1000, UTC))
    made["Message-ID"] = f"<{letter.message_id}@{settings.sender.partition('@')[2]}>"
    # RFC 3834: no absence note answers it.
    made["Auto-Submitted"] = "auto-generated"
    made["X-Mdwatch-Notification"] = letter.notification
    made.set_content(wording.text(letter.occurrences, letter.link))
    return made


def send(settings: MailSettings, letter: Letter, *, hasty: bool = False) -> None:
    """Sends it; raises `Undelivered`, and `ConfigError` where the password cannot be had.

    `hasty`: somebody waits for what comes of it, and may be told twice.
    """
    secret = password(settings)
    patience = MailPatience(settings.seconds, _WHOLE, settings.seconds if hasty else _TAKING)
    try:
        _send(settings, patience, secret, message(settings, letter), letter.recipient)
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        final = code in _PERMANENT
        raise Undelivered(
            f"{settings.host} does not take {letter.recipient}: {_said(code, answer)}", final=final
        ) from None
    except smtplib.SMTPResponseException as error:
        raise Undelivered(f"{settings.host} refused: {_said(error.smtp_code, error.smtp_error)}") from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        said = escape(in_words(error)) or type(error).__name__
        raise Undelivered(f"{settings.host}:{settings.server_port} cannot be used: {said}") from None


def _send(
    settings: MailSettings, patience: MailPatience, secret: str | None, made: EmailMessage, recipient: str
) -> None:
    context = ssl.create_default_context()
    tls = context if settings.security == "tls" else None
    server = mail_client.connected(settings.host, settings.server_port, patience, tls)
    try:
        if settings.security == "starttls":
            server.starttls(context=context)
        if secret is not None:
            _login(server, settings.user, secret)
        server.send_message(made, settings.sender, [recipient])
    except BaseException:
        server.close()
        raise
    # It is theirs now: what goes wrong in saying good-bye makes it none the less sent.
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _login(server: smtplib.SMTP, user: str, secret: str) -> None:
    """Logs in; names and passwords beyond ASCII by PLAIN, which has them in UTF-8 (RFC 4616): smtplib sends none."""
    if user.isascii() and secret.isascii():
        server.login(user, secret)
        return
    server.ehlo_or_helo_if_needed()
    code, answer = server.docmd("AUTH", f"PLAIN {b64encode(f'{chr(0)}{user}{chr(0)}{secret}'.encode()).decode()}")
    if code != _LOGGED_IN:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _said(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return escape(f"{code} {text}")
