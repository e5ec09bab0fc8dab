"""Messages by HTTP: a POST of JSON, signed, that whoever gets it can tell from a forged and from a repeated one."""

import hashlib
import hmac
import http.client
import json
import urllib.error
import urllib.request
from typing import IO, Any, Final
from urllib.parse import urlsplit

from mdwatch.config import NotificationSettings
from mdwatch.errors import ConfigError
from mdwatch.handlers.notifications.delivery import Letter, Undelivered
from mdwatch.runtime import secret_files, unreached
from mdwatch.runtime.web_client import WebClient
from mdwatch.shapes.notifications import WebhookShape
from mdwatch.shapes.values import plain

_SECONDS: Final = 10.0
_GONE: Final = 410


def secret(name: str, settings: NotificationSettings) -> str:
    """What the requests of this table are signed with; raises `ConfigError`."""
    setting = f"notifications.{name}.secret_file"
    found = secret_files.read(setting, settings.secret_file, f"mdwatch-webhook-{name}")
    if found is None:
        raise ConfigError([f"{setting}: the webhook has no secret to sign with; name its file"])
    return found


def signature(key: str, timestamp: str, body: bytes) -> str:
    """The signature: HMAC-SHA256, in hex, of the moment, a dot and the body."""
    return hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """What is signed for one address goes to no other."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        """None: the redirection is the answer."""


def send(settings: NotificationSettings, letter: Letter, now: int) -> None:
    """Sends it at this moment (milliseconds); raises `Undelivered`, and `ConfigError` where it cannot be signed."""
    key = secret(letter.notification, settings)
    told = WebhookShape(id=letter.message_id, notification=letter.notification, occurrences=letter.occurrences)
    body = json.dumps(plain(told)).encode()
    timestamp = str(now // 1000)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "mdwatch",
        "X-Mdwatch-Delivery": letter.message_id,
        "X-Mdwatch-Timestamp": timestamp,
        "X-Mdwatch-Signature": f"sha256={signature(key, timestamp, body)}",
    }
    request = urllib.request.Request(letter.recipient, body, headers, method="POST")  # noqa: S310 - settings take http and https only
    host = urlsplit(letter.recipient).netloc
    try:
        with WebClient(_NoRedirects()).open(request, _SECONDS) as answer:
            answer.read(1_000)
    except urllib.error.HTTPError as error:
        with error:
            raise Undelivered(f"{host} answered {unreached.status(error)}", final=error.code == _GONE) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Undelivered(f"{host} cannot be reached: {unreached.why(error)}") from None
