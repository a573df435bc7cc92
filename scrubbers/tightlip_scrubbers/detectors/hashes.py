"""Hashes of passwords: they are found by their form, since a weak password is found from its hash by trying.

Sources: crypt(5) of libxcrypt, Passlib's "Modular Crypt Format" and its list of hashes, the PHC string format, Django's "Password
management", Werkzeug's ``generate_password_hash``, RFC 2307 section 5.3 and OpenLDAP's "Password Storage", PostgreSQL's ``pg_authid``,
MySQL's native password, the ``smbpasswd`` format, RFC 5802 (SCRAM).
"""

from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span, trim


def whole(text: str, start: int, end: int) -> Span | None:
    """Take the hash without the sentence's own punctuation."""
    return start, trim(text, start, end)


_REST: Final = r"[A-Za-z0-9./+$=,\-*]"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="secret.crypt",
        kind="secret",
        gate=has("$"),
        pattern=rf"\$(?:[1567y89]|2[abxy]?|gy|sm3|apr1|md5|sha1|P|H|S|argon2(?:id|i|d)?|scrypt|pbkdf2(?:-sha\d{{1,3}})?|bcrypt-sha256|krb5[a-z]{{2,8}}|"
        rf"bcrypt|3)\$(?=[^\s$]{{0,64}}[$A-Za-z0-9./]){_REST}{{16,512}}+",
        group=0,
        validator=whole,
        marker=markers.SECRET,
        matches=(
            "root:$6$rounds=5000$saltsalt$abcdefghijklmnopqrstuvwxyz0123456789./ABCDEFGHIJKLMNOPQRSTUVWXYZ:18000:0:99999:7:::",
            "hash $2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234, then",
            "($argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b1dWRWJTmaaJObG)",
        ),
        misses=("costs $1$ or $2$", "$5$", "pay $6$ now", "regex ^a$|$b$", "$1$2 are groups"),
    ),
    Rule(
        id="secret.kdf",
        kind="secret",
        gate=has("pbkdf2", "scrypt:", "scrypt$", "argon2$", "bcrypt", "sha1$", "sha256$", "md5$", "SCRAM-SHA"),
        pattern=r"(?:pbkdf2_sha\d{1,3}\$|pbkdf2:sha\d{1,3}:|scrypt[:$]|argon2\$|bcrypt(?:_sha256)?\$|sha1\$|sha256\$|md5\$|SCRAM-SHA-(?:1|256|512)\$)[A-Za-z0-9./+$=,\-:_]{24,512}+",
        group=0,
        validator=whole,
        marker=markers.SECRET,
        matches=(
            "pbkdf2_sha256$390000$abcdefsalt$Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmE=",
            "stored scrypt:32768:8:1$abcdefsalt$0f1e2d3c4b5a69788796a5b4c3d2e1f0, then",
            "SCRAM-SHA-256$4096:c2FsdHNhbHQ=$c3RvcmVka2V5c3RvcmVka2V5:c2VydmVya2V5c2VydmVy",
        ),
        misses=("pbkdf2_sha256$ is the default", "scrypt: not available", "sha1$ prefix", "pbkdf2:sha256:600000"),
    ),
    Rule(
        id="secret.ldap-hash",
        kind="secret",
        gate=has(
            "{SSHA",
            "{SHA",
            "{MD5}",
            "{SMD5}",
            "{CRYPT}",
            "{PBKDF2",
            "{ARGON2}",
            "{crypt}",
            "{ssha",
            "{BCRYPT}",
            signs="}",
        ),
        pattern=r"\{(?:S?SHA(?:\d{3})?|S?MD5|CRYPT|crypt|ssha(?:\d{3})?|PBKDF2(?:-SHA\d{1,3})?|ARGON2|BCRYPT)\}[A-Za-z0-9./+$=,\-]{10,512}+",
        group=0,
        validator=whole,
        marker=markers.SECRET,
        matches=("got {SSHA}DkMTwBl+a/3DQTxCYEApdUtNXGgdUac3", "ann:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="),
        misses=("the scheme {SSHA} is known", "{MD5}", "{SHA} or {CRYPT}"),
    ),
    Rule(
        id="secret.stored-hash",
        kind="secret",
        gate=has(":::", "*", "md5"),
        pattern=r"(?:[0-9a-fA-F]{32}:[0-9a-fA-F]{32}(?=:::)|\*[0-9A-F]{40}(?![0-9A-Za-z])|['\"]md5[0-9a-f]{32}(?=['\"]))",
        group=0,
        validator=whole,
        marker=markers.SECRET,
        matches=(
            "Administrator:500:0123456789abcdef0123456789abcdef:fedcba9876543210fedcba9876543210:::",
            "AS '*94BDCEBE19083CE2A1F959FD02F964C7AF4CFC29'",
        ),
        misses=("a::: b", "**bold**", "md5 of it", "2 * 3"),
    ),
)
