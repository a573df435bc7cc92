"""Key names: which of them say that their value is a secret.

A name is split into segments (``clientSecret``, ``client_secret``, ``x-client-secret``), and its *head noun* decides, as
in English compounds: the last segment says what the value is, those before it say which. ``token_count`` is a count,
``count_token`` is a token. Looking for words anywhere in the name, as key filters do, takes ``author`` for ``auth`` and
``primaryKey`` for a key.

The tables below are our own. They hold no vendor's names, only the words that names are made of.
"""

import re
from collections.abc import Mapping
from typing import Final

MAX_NAME: Final = 128
"""Only so many characters from the end of a name are read: the head noun stands there."""

HEADS: Final[frozenset[str]] = frozenset(
    {
        *("password", "passwords", "passwd", "passwort", "passcode", "passphrase", "pass", "pwd", "pw"),
        *("secret", "secrets", "token", "tokens", "jwt", "bearer", "credential", "credentials", "cred", "creds"),
        *("auth", "authorization", "cookie", "cookies", "csrf", "xsrf", "sid", "dsn"),
        *("otp", "totp", "pin", "cvv", "cvc", "salt", "mnemonic", "sig", "apikey", "apikeys", "apitoken"),
        *("contraseña", "senha", "пароль", "密码"),
    }
)
"""Nouns that are secrets by themselves, whatever stands before them."""

QUALIFIED: Final[Mapping[str, frozenset[str]]] = {
    "key": frozenset(
        {
            *("api", "access", "secret", "private", "signing", "encryption", "decryption", "symmetric"),
            *("master", "shared"),
            *("account", "auth", "ssh", "gpg", "pgp", "rsa", "hmac", "jwt", "aes", "session", "service"),
            *("subscription",),
            *("license", "storage", "deploy", "webhook", "client", "consumer", "admin", "root", "recovery", "write"),
        }
    ),
    "id": frozenset({"session", "sess"}),
    "code": frozenset(
        {"otp", "mfa", "fa", "verification", "auth", "authorization", "pin", "recovery", "security", "backup", "login"}
    ),
    "phrase": frozenset({"pass", "seed", "recovery", "secret", "backup"}),
    "word": frozenset({"pass"}),
    "hash": frozenset({"password", "passwd", "pass", "pwd", "secret", "token"}),
    "digest": frozenset({"password", "passwd", "pass", "pwd", "secret", "token"}),
    "string": frozenset({"connection", "conn"}),
    "signature": frozenset({"hub", "webhook", "request", "hmac", "x", "signed", "aws", "amz"}),
    "seed": frozenset({"wallet", "totp", "otp", "secret"}),
}
"""Nouns that are secrets only after one of these words: ``api_key`` is one, ``cache_key`` is not."""

HARMLESS: Final[Mapping[str, frozenset[str]]] = {
    # "unexpected token: )" is what parsers say.
    "token": frozenset({"unexpected"}),
    # Language models bill by them.
    "tokens": frozenset(
        {
            *("max", "min", "total", "prompt", "completion", "input", "output", "num", "number", "used", "cached"),
            *("remaining", "reasoning", "unexpected"),
        }
    ),
    "auth": frozenset({"no", "requires", "needs"}),
    "pass": frozenset({"first", "second", "last", "single", "multi", "render"}),
}
"""Secret nouns that are none after one of these words."""

TRANSPARENT: Final[frozenset[str]] = frozenset(
    {
        *("value", "values", "text", "str", "data", "raw", "plain", "plaintext", "encoded", "b64", "base64", "pem"),
        *("old", "new", "current", "previous", "confirm", "confirmation", "again", "repeat", "header"),
        *("env", "encrypted"),
    }
)
"""Last segments that say nothing of what the value is: ``password_confirmation``, ``token_value``. Digits are too."""

GLUED: Final[tuple[str, ...]] = (
    *("password", "passwords", "passwd", "passphrase", "passcode", "pwd", "secret", "secrets", "token", "tokens"),
    *("credential", "credentials", "apikey", "secretkey", "accesskey", "privatekey", "authkey", "encryptionkey"),
    *("signingkey", "masterkey", "sshkey", "accountkey", "cookie", "sessionid", "sessid", "authorization"),
)
"""Ends of one-word names: ``PGPASSWORD``, ``accesstoken``. No English word but a compound of it has one of these ends."""

# Segments: a run of capitals that no small letter follows (API in APIKey), a capital with its small letters, digits.
# "Any letter but A-Z" counts as small, so that names in other alphabets stay whole.
_SEGMENT: Final = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|[0-9]+")


def segments(name: str) -> list[str]:
    """Split a name at its separators and capitals, in lower case: ``xApiKey`` and ``x-api-key`` give the same three."""
    return [part.lower() for part in _SEGMENT.findall(name[-MAX_NAME:])]


def is_secret_key(name: str) -> bool:
    """Tell whether a value under this name is a secret.

    Args:
        name: A key, attribute, variable, header or option name, in any case style. Words apart by spaces are segments
            too (``"API key"``).
    """
    parts = segments(name)
    while parts and (parts[-1].isdecimal() or (len(parts) > 1 and parts[-1] in TRANSPARENT)):
        parts.pop()
    if not parts:
        return False
    head, before = parts[-1], parts[:-1]
    if head == "id" and before[-2:] == ["access", "key"]:  # names the customer's account
        return True
    if head.endswith("s") and head[:-1] in QUALIFIED and head not in HEADS:
        head = head[:-1]
    if head in HEADS or head.endswith(GLUED):
        harmless = HARMLESS.get(head)
        return harmless is None or harmless.isdisjoint(before)
    qualified = QUALIFIED.get(head)
    return qualified is not None and bool(before) and not qualified.isdisjoint(before) and "public" not in before
