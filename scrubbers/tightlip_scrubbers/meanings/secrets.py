"""Names of secrets: those that say it by themselves, and those that say it only of a value that looks random.

A name of the first table makes any value go, so each of its words must be certain. A name of the second costs nothing
where it is wrong: words, numbers, paths and UUIDs under it stay.
"""

from collections.abc import Mapping
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.meaning import Meaning
from tightlip_scrubbers.meanings import tongues
from tightlip_scrubbers.randomness import looks_random

_HEADS: Final[frozenset[str]] = tongues.NOUNS | frozenset(
    {
        *("password", "passwords", "passwd", "passwds", "passcode", "passcodes", "passphrase", "passphrases", "pass"),
        *("pwd", "pwds", "pw", "pws", "psw", "pswd", "passw", "pword", "passwrd", "pswrd", "passkey", "passkeys"),
        *("secret", "secrets", "token", "tokens", "tok", "jwt", "jwts", "bearer", "credential", "credentials"),
        *("cred", "creds", "auth", "auths", "authorization", "authorisation", "authz", "authn", "cookie", "cookies"),
        *("csrf", "xsrf", "csrftoken", "dsn", "otp", "otps", "totp", "hotp", "pin", "puk", "cvv", "cvc", "ccv", "cvn"),
        *("salt", "salts", "mnemonic", "mnemonics", "apikey", "apikeys", "apitoken", "apisecret", "psk", "pepper"),
        *("connectionstring", "connstr", "connstring", "secretkey", "privatekey", "privkey", "xprv", "skey", "akey"),
    }
)
"""Nouns that are secrets by themselves, whatever stands before them."""

_KEYS: Final[frozenset[str]] = frozenset(
    {
        *("api", "access", "secret", "private", "priv", "signing", "sign", "signature", "encryption", "encrypt"),
        *("enc", "decryption", "decrypt", "cipher", "crypto", "cryptographic", "symmetric", "master", "shared"),
        *("preshared", "account", "auth", "authentication", "authorization", "oauth", "ssh", "gpg", "pgp", "rsa"),
        *("dsa", "ecdsa", "ed", "hmac", "jwt", "jws", "jwe", "aes", "des", "fernet", "session", "service"),
        *("subscription", "license", "licence", "activation", "storage", "deploy", "deployment", "webhook", "client"),
        *("consumer", "admin", "root", "recovery", "write", "token", "pass", "password", "credential", "wallet"),
        *("security", "unseal", "vault", "instrumentation", "ingest", "ingestion", "tls", "ssl", "wireguard", "wg"),
        *("wpa", "wifi", "wep", "pairing", "unlock", "bot", "integration", "restricted", "rest"),
    }
)
"""What makes a key a secret. ``primary``, ``foreign``, ``sort``, ``cache``, ``public`` do not."""

_OF_PASSWORD: Final[frozenset[str]] = frozenset(
    {"password", "passwords", "passwd", "pass", "pwd", "pw", "passphrase", "secret", "token", "credential", "pin"}
)

_QUALIFIED: Final[Mapping[str, frozenset[str]]] = {
    "key": _KEYS,
    "id": frozenset({"session", "sess", "phpsess", "jsession"}),
    "sid": frozenset({"connect", "session", "sess"}),
    "code": frozenset(
        {
            *("otp", "mfa", "fa", "tfa", "verification", "auth", "authentication", "authorization", "pin", "recovery"),
            *("security", "backup", "login", "access", "pass", "sms", "reset", "unlock", "activation", "device"),
            *("pairing", "totp", "factor", "onetime", "passwordless", "secret", "scratch", "signin", "door", "gate"),
        }
    ),
    "phrase": frozenset({"pass", "seed", "recovery", "secret", "backup", "mnemonic", "wallet"}),
    "word": frozenset({"pass"}),
    "words": frozenset({"seed", "recovery", "mnemonic", "pass"}),
    "hash": _OF_PASSWORD,
    "digest": _OF_PASSWORD,
    "sha": _OF_PASSWORD,
    "string": frozenset({"connection", "conn"}),
    "str": frozenset({"connection", "conn"}),
    "strings": frozenset({"connection", "conn"}),
    "signature": frozenset(
        {"hub", "webhook", "request", "hmac", "x", "signed", "aws", "amz", "access", "url", "slack"}
    ),
    "seed": frozenset({"wallet", "totp", "otp", "secret", "mnemonic", "private", "bip"}),
    "answer": frozenset({"security", "secret", "recovery", "challenge"}),
    "verifier": frozenset({"code", "pkce", "oauth"}),
    "assertion": frozenset({"client", "saml", "jwt"}),
    "response": frozenset({"saml", "captcha", "recaptcha", "hcaptcha"}),
    "ticket": frozenset({"auth", "login", "service", "session", "kerberos", "cas", "granting"}),
    "link": frozenset({"magic", "reset", "invite", "login"}),
    "blob": frozenset({"secret", "credential", "token"}),
    "material": frozenset({"key", "secret"}),
    "nonce": frozenset({"secret", "login"}),
    "headers": frozenset({"auth", "authorization"}),
}
"""Nouns that are secrets only after one of these words: ``api_key`` is one, ``cache_key`` is not."""

_HARMLESS: Final[Mapping[str, frozenset[str]]] = {
    # "unexpected token: )" is what parsers say; the others are the marks of a language model's vocabulary.
    "token": frozenset(
        {
            *("unexpected", "unrecognized", "unrecognised", "illegal", "expected", "unterminated", "stray", "trailing"),
            *("syntax", "lexer", "parser", "lookahead", "pad", "padding", "eos", "bos", "unk", "sep", "cls", "mask"),
            *("stop", "special", "punctuation", "operator", "delimiter", "keyword", "max", "min", "per"),
        }
    ),
    # Language models bill by them.
    "tokens": frozenset(
        {
            *("max", "min", "total", "prompt", "completion", "input", "output", "num", "number", "n", "used", "cached"),
            *("remaining", "reasoning", "unexpected", "cache", "audio", "image", "text", "context", "billed", "count"),
            *(
                "special",
                "stop",
                "additional",
                "expected",
                "illegal",
                "thinking",
                "prediction",
                "consumed",
                "estimated",
            ),
        }
    ),
    "tok": frozenset({"unexpected", "next", "max"}),
    "auth": frozenset({"no", "requires", "needs", "require", "skip", "disable", "enable", "use"}),
    "pass": frozenset(
        {
            *("first", "second", "third", "last", "single", "multi", "render", "forward", "backward", "low", "high"),
            *("band", "by", "test", "tests", "optimization", "optimizer", "compiler", "depth", "shadow", "boarding"),
            *("will", "must", "not", "did"),
        }
    ),
    "pin": frozenset(
        {
            *("gpio", "led", "rx", "tx", "clk", "clock", "data", "reset", "cs", "mosi", "miso", "sda", "scl", "input"),
            *("output", "digital", "analog", "pwm", "interrupt", "button", "sensor", "chip", "connector", "map"),
            *("drop", "version", "board", "enable"),
        }
    ),
    "salt": frozenset({"sea", "table", "rock"}),
    "pepper": frozenset({"black", "bell", "red", "green"}),
    "cookies": frozenset({"num", "accept", "enable", "disable", "no", "use", "allow", "third", "party"}),
    "cookie": frozenset({"accept", "enable", "use", "allow", "no"}),
    "secret": frozenset({"is", "no", "top"}),
    "bearer": frozenset({"is", "card"}),
}
"""Secret nouns that are none after one of these words."""

_GLUED: Final[tuple[str, ...]] = (
    *("password", "passwords", "passwd", "passphrase", "passcode", "pwd", "pw", "pass", "secret", "secrets"),
    *("token", "tokens", "credential", "credentials", "creds", "apikey", "apikeys", "secretkey", "secretkeys"),
    *("accesskey", "accesskeys", "accesskeyid", "privatekey", "authkey", "encryptionkey", "decryptionkey"),
    *("signingkey", "masterkey", "sharedkey", "sshkey", "accountkey", "storagekey", "licensekey", "sessionkey"),
    *("servicekey", "clientkey", "deploykey", "cookie", "cookies", "sessionid", "sessid", "authorization"),
    *("authcode", "pincode", "otpcode", "verificationcode", "securitycode", "connectionstring", "passwordhash"),
    *("jwt", "codeverifier", *tongues.GLUED),
)
"""Ends of one-word names: ``PGPASSWORD``, ``accesstoken``. No English word but those of ``_UNGLUED`` has one of them."""

_UNGLUED: Final[frozenset[str]] = frozenset(
    {
        *("bypass", "compass", "encompass", "trespass", "surpass", "overpass", "underpass", "lowpass", "highpass"),
        *("bandpass", "multipass", "twopass", "onepass", "singlepass", "firstpass", "lastpass", "allpass", "impass"),
        *("oldpwd", "getpwd", "nopass", "flypass", "eyepass", "mountainpass", "nextpass", "subpass", "prepass"),
        *("renderpass", "forwardpass", "backwardpass", "boardingpass", "postpass", "outpass"),
    }
)

_WEAK_HEADS: Final[frozenset[str]] = frozenset(
    {
        *("key", "keys", "sid", "sig", "signature", "signatures", "nonce", "hash", "hmac", "state", "verifier"),
        *("challenge", "seed", "api", "session", "sess", "ticket", "assertion", "webhook", "hook", "license"),
        *("licence", "pat", "oauth", "sso", "saml", "mfa", "captcha", "recaptcha", "cursor", "continuation"),
        *("invite", "invitation", "clave", "llave", "chave", "clé", "cle", "chiave", "klucz", "klíč", "sleutel"),
        *("schlüssel", "schluessel", "nyckel", "nøkkel", "nøgle", "avain", "anahtar", "ключ", "キー", "키"),
        *("iv", "kek", "dek", "cmk", "ikey", "wif", "macaroon", "paseto", "keytab", "proof", "grant", "vault"),
    }
)
"""Nouns that are secrets if the value looks random."""

_WEAK_QUALIFIED: Final[Mapping[str, frozenset[str]]] = {
    "id": frozenset(
        {
            *("client", "app", "application", "auth", "key", "secret", "token", "oauth", "consumer", "login", "cookie"),
            *("integration", "credential", "access", "grant", "invite", "license", "subscription", "visitor"),
        }
    ),
    "url": frozenset({"webhook", "hook", "callback", "invite", "signed", "presigned", "reset", "login"}),
    "uri": frozenset({"webhook", "hook", "callback", "invite", "signed", "presigned", "reset", "login"}),
    "code": frozenset({"invite", "invitation", "referral", "redemption", "gift", "user", "confirmation", "join"}),
    "sid": frozenset({"account"}),
}

_WEAK_HARMLESS: Final[Mapping[str, frozenset[str]]] = {
    # Keys that look up: they are made of digests, and name the row that went wrong.
    "key": frozenset(
        {
            *("cache", "partition", "sort", "primary", "foreign", "row", "object", "etag", "dedup", "routing"),
            *("hash", "range", "bucket", "index", "lookup", "shard", "group", "unique", "host", "s3"),
        }
    ),
    "hash": frozenset(
        {
            *("commit", "git", "file", "content", "tree", "blob", "block", "build", "image", "asset", "chunk"),
            *("module", "package", "wheel", "source", "tx", "transaction", "sha", "md", "parent", "head", "base"),
        }
    ),
}

_ANYWHERE: Final[frozenset[str]] = frozenset(
    {
        *("password", "passwd", "passphrase", "passcode", "pwd", "secret", "secrets", "token", "apikey", "jwt"),
        *("bearer", "credential", "credentials", "creds", "auth", "authorization", "oauth", "cookie", "csrf"),
    }
)
"""Words that make a random value a secret wherever in the name they stand: ``TOKEN_GITHUB``, ``password_db_eu``."""

_CLEAR: Final[frozenset[tuple[str, ...]]] = frozenset({("public", "key", "token")})
"""Eight bytes of the hash of a .NET assembly's public key: a part of its name (ECMA-335 II.6.3)."""

_PUBLIC: Final[frozenset[str]] = frozenset({"public", "pub", "publishable", "fingerprint", "checksum"})

MEANINGS: Final[tuple[Meaning, ...]] = (
    Meaning(
        "secret.assignment",
        "secret",
        markers.SECRET,
        heads=_HEADS,
        qualified=_QUALIFIED,
        harmless=_HARMLESS,
        glued=_GLUED,
        unglued=_UNGLUED,
        phrases=tongues.PHRASES | {("one", "time", "code"), ("one", "time", "pass"), ("sign", "in", "code")},
        leading=tongues.LEADING,
        clear=_CLEAR,
    ),
)
"""Names that say: this is a secret."""

WEAK: Final[tuple[Meaning, ...]] = (
    Meaning(
        "secret.random",
        "secret",
        markers.SECRET,
        heads=_WEAK_HEADS,
        qualified=_WEAK_QUALIFIED,
        harmless=_WEAK_HARMLESS,
        glued=("key", "keys", "auth", "hash", "sig", "signature", "session", "nonce"),
        anywhere=_ANYWHERE,
        never=_PUBLIC,
        check=looks_random,
    ),
)
"""Names that say: this is a secret if it looks random. Asked last, behind the names of people and of requests."""
