"""ID tokens of OpenID Connect are checked: who signed them, for whom, when, and for which sign-in.

By joserfc, which comes with the extra `oidc`, and so is imported when a token is there to be checked.
"""

import hmac
from collections.abc import Iterable, Mapping
from typing import Any, Final

from mdwatch.errors import Rejected

_SKEW: Final = 60  # seconds by which the provider's clock may differ from ours
# Signed with a key that the provider alone has. Not "none", and nothing signed with a secret that we have, too.
_ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
)


class UnknownKey(Exception):
    """The token was signed with a key that is not among these: the provider may have taken a new one."""


def is_there() -> bool:
    """Whether the extra is installed."""
    try:
        import joserfc  # noqa: F401, PLC0415 - it is of the extra
    except ImportError:
        return False
    return True


def claims(
    token: str, keys: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: int, offered: Iterable[str]
) -> Mapping[str, Any]:
    """What an ID token says (OpenID Connect Core, 3.1.3.7); raises `Rejected` and `UnknownKey`.

    `keys` is the provider's JWK set, `offered` the algorithms that it says it signs with, `now` the moment in seconds.
    """
    from joserfc import errors, jwk, jwt  # noqa: PLC0415 - it is of the extra

    allowed = [name for name in _ALGORITHMS if name in set(offered)] or ["RS256"]
    try:
        found = jwt.decode(token, jwk.KeySet.import_key_set(_for_signing(keys)), algorithms=allowed)
        jwt.JWTClaimsRegistry(
            now=now,
            leeway=_SKEW,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        ).validate(found.claims)
    except (errors.InvalidKeyIdError, errors.BadSignatureError) as error:
        raise UnknownKey(str(error)) from None
    except (errors.JoseError, ValueError, TypeError, KeyError) as error:
        raise Rejected(f"its ID token is not good: {error}") from None
    told = found.claims
    several = isinstance(told["aud"], list) and len(told["aud"]) > 1
    if told.get("azp", None if several else client_id) != client_id:
        raise Rejected("its ID token is not good: it is for another service (azp)")
    if not hmac.compare_digest(str(told.get("nonce", "")).encode(), nonce.encode()):
        raise Rejected("its ID token is not good: it is of another sign-in (nonce)")
    return dict(told)


def _for_signing(keys: Mapping[str, Any]) -> Any:
    """The keys that sign, of a set that may hold others and kinds that nobody here knows."""
    found = [key for key in keys.get("keys", ()) if isinstance(key, Mapping)]
    known = ("RSA", "EC", "OKP")
    return {"keys": [dict(key) for key in found if key.get("use", "sig") == "sig" and key.get("kty") in known]}
