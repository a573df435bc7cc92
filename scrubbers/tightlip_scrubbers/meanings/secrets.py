"""Names of secrets."""

from collections.abc import Mapping
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.meaning import Meaning

_SECRET_HEADS: Final[frozenset[str]] = frozenset(
    {
        *("password", "passwords", "passwd", "passwort", "passcode", "passphrase", "pass", "pwd", "pw"),
        *("secret", "secrets", "token", "tokens", "jwt", "bearer", "credential", "credentials", "cred", "creds"),
        *("auth", "authorization", "cookie", "cookies", "csrf", "xsrf", "sid", "dsn"),
        *("otp", "totp", "pin", "cvv", "cvc", "salt", "mnemonic", "sig", "apikey", "apikeys", "apitoken"),
        *("contraseña", "senha", "пароль", "密码"),
    }
)
"""Nouns that are secrets by themselves, whatever stands before them."""

_SECRET_QUALIFIED: Final[Mapping[str, frozenset[str]]] = {
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

_SECRET_HARMLESS: Final[Mapping[str, frozenset[str]]] = {
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

_SECRET_GLUED: Final[tuple[str, ...]] = (
    *("password", "passwords", "passwd", "passphrase", "passcode", "pwd", "secret", "secrets", "token", "tokens"),
    *("credential", "credentials", "apikey", "secretkey", "accesskey", "privatekey", "authkey", "encryptionkey"),
    *("signingkey", "masterkey", "sshkey", "accountkey", "cookie", "sessionid", "sessid", "authorization"),
)
"""Ends of one-word names: ``PGPASSWORD``, ``accesstoken``. No English word but a compound of it has one of these ends."""

MEANINGS: Final[tuple[Meaning, ...]] = (
    Meaning(
        "secret.assignment",
        "secret",
        markers.SECRET,
        heads=_SECRET_HEADS,
        qualified=_SECRET_QUALIFIED,
        harmless=_SECRET_HARMLESS,
        glued=_SECRET_GLUED,
    ),
)
"""Names that say: this is a secret."""
