"""Secrets behind the name of their scheme, and secrets that have a form of their own.

Sources: RFC 6750 section 2.1 (Bearer), RFC 7617 section 2 (Basic), RFC 7616 section 3.4 (Digest), RFC 4559 (Negotiate), "Signature
Version 4" of the AWS General Reference, "Authorize with Shared Key" and "Service SAS" of Azure Storage, RFC 7519 section 3 and
RFC 7516 section 3.1 (JWT, three parts, or five encrypted), the PASETO specification, RFC 7468 sections 10 and 11 and RFC 4880
section 6.2 (PEM), PROTOCOL.key of OpenSSH, PuTTY's "PPK file format", Google Authenticator's "Key Uri Format".
"""

import base64
import binascii
import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.detectors.values import PARAMS
from tightlip_scrubbers.detectors.words import is_value_like
from tightlip_scrubbers.randomness import looks_random
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span, trim

_MIN_BEARER: Final = 8
_LONG_BEARER: Final = 24
_MIN_HEADER: Final = 12
_PRINTABLE: Final = re.compile(rb"[\x20-\x7e\t\r\n]+")


def bearer(text: str, start: int, end: int) -> Span | None:
    """Confirm what follows ``Bearer`` as a token: English words after it have no digit and no inner capital."""
    end = trim(text, start, end)
    token = text[start:end]
    if len(token) < _MIN_BEARER:
        return None
    varied = any(c.isdigit() for c in token) or (token[1:] != token[1:].lower() and not token.isupper())
    return (start, end) if varied or len(token) >= _LONG_BEARER else None


def basic(text: str, start: int, end: int) -> Span | None:
    """Confirm what follows ``Basic`` as credentials: Base64 of a text with a colon in it (RFC 7617 section 2)."""
    decoded = _decoded(text[start:end])
    return (start, end) if decoded is not None and b":" in decoded else None


def scheme(text: str, start: int, end: int) -> Span | None:
    """Confirm what follows another scheme's name: Base64 or a token that is no word, so that prose stays."""
    end = trim(text, start, end)
    token = text[start:end]
    return (start, end) if is_value_like(token, least=12) and (looks_random(token) or token[-1] == "=") else None


def parameters(text: str, start: int, end: int) -> Span | None:
    """Take a scheme's parameters to the last: which of them is secret differs, and the others name user and resource."""
    found = PARAMS.match(text, start)
    end = trim(text, start, found.end()) if found is not None else end
    first = re.compile(r"[ \t]{1,4}").search(text, start, end)
    return (first.end() if first is not None else start), end


def _decoded(text: str) -> bytes | None:
    """Return what Base64 or Base64url says, or None. A text that was cut is read as far as it goes."""
    text = text.rstrip("=").replace("-", "+").replace("_", "/")
    text = text[:-1] if len(text) % 4 == 1 else text
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return None


def jwt(text: str, start: int, end: int) -> Span | None:
    """Confirm a token whose first part is Base64url of a JSON object: with a second part, or long enough to be a header.

    A header says ``alg`` or ``typ`` (RFC 7515 section 4.1); signed cookies have other names in it, and two parts more.
    """
    while end > start and text[end - 1] == ".":  # one in thirty signatures ends with a hyphen or an underscore
        end -= 1
    first, dot, _ = text[start:end].partition(".")
    decoded = _decoded(first)
    if decoded is None or not decoded.startswith(b"{") or _PRINTABLE.fullmatch(decoded[:-3] or b"{") is None:
        return None
    if b'":' not in decoded:
        return None
    names_algorithm = any(name in decoded for name in (b'"alg"', b'"typ"', b'"enc"', b'"kid"'))
    return (start, end) if dot or (names_algorithm and len(first) >= _MIN_HEADER) else None


def pem(text: str, start: int, end: int) -> Span | None:
    """Take a private key from its first line to its last; without a last line the text was cut: all of it goes."""
    label = re.sub(r".*BEGIN", "", text[start:end])
    close = text.find("END" + label, end)
    return start, len(text) if close < 0 else close + len("END" + label)


def to_the_end(text: str, start: int, end: int) -> Span | None:
    """Take a key to its end: PuTTY's file ends with the line of its check sum; without one the text was cut."""
    if not text.startswith("PuTTY", start):
        return start, trim(text, start, end)
    check = re.compile(r"Private-(?:MAC|Hash): [0-9a-f]{1,128}").search(text, end)
    return start, len(text) if check is None else check.end()


def whole(text: str, start: int, end: int) -> Span | None:
    """Take the token without the sentence's own punctuation."""
    return start, trim(text, start, end)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="secret.pem",
        kind="secret",
        gate=has("PRIVATE KEY", signs="-"),
        pattern=r"-{4,5}+ ?BEGIN (?:[A-Z0-9]{1,16}+ ){0,3}PRIVATE KEY(?: BLOCK)? ?-{4,5}",
        group=0,
        validator=pem,
        marker=markers.SECRET,
        matches=(
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----",
            "key -----BEGIN RSA PRIVATE KEY-----\\nMIIBOgIBAAJBAK\\n-----END RSA PRIVATE KEY----- loaded",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA",
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBF\n-----END PGP PRIVATE KEY BLOCK-----",
            "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2/56wAAAi4\n---- END SSH2 ENCRYPTED PRIVATE KEY ----",
        ),
        misses=(
            "-----BEGIN PUBLIC KEY-----",
            "-----BEGIN CERTIFICATE-----",
            "expected a PRIVATE KEY block",
        ),
    ),
    Rule(
        id="secret.key-file",
        kind="secret",
        gate=has("PuTTY-User-Key-File", "b3BlbnNzaC1rZXktdjE", digits=1),
        pattern=r"(?:PuTTY-User-Key-File-[1-3]: |b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/=\s\\]*+)",
        group=0,
        validator=to_the_end,
        marker=markers.SECRET,
        matches=(
            "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\nAAAAIFx\nPrivate-MAC: 0a1b2c",
            "key b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAE.",
        ),
        misses=("b3BlbnNzaC1r", "no PuTTY-User-Key-File found"),
    ),
    Rule(
        id="secret.bearer",
        kind="secret",
        gate=has("earer", "EARER", words=True),
        pattern=r"(?:Bearer|bearer|BEARER)(?: {1,4}+|%20|\+|\\u0020)([A-Za-z0-9\-._~+/%|:]++=*+)",
        group=1,
        validator=bearer,
        marker=markers.SECRET,
        matches=(
            "sent Bearer mF_9.B5f-4.1JqM",
            "(Bearer abcdefghijklmnopqrstuvwxyz)",
            "bearer tGzv3JOkF0XG5Qx2TlKWIA==",
            "got Bearer%20abc123def456",
        ),
        misses=("Bearer token is missing", "bearer authentication failed", "Bearer: the RFC"),
    ),
    Rule(
        id="secret.basic",
        kind="secret",
        gate=has("asic ", "ASIC ", "asic%20", words=True),
        pattern=r"(?:Basic|basic|BASIC)(?: {1,4}+|%20)([A-Za-z0-9+/\-_]{4,}+=*+)",
        group=1,
        validator=basic,
        marker=markers.SECRET,
        matches=("sent Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic YTpi, twice"),
        misses=("Basic authentication failed", "a basic JavaScript test", "Basic YWxhZGRpbg=="),
    ),
    Rule(
        id="secret.scheme",
        kind="secret",
        gate=has(
            "Negotiate ",
            "NTLM ",
            "SSWS ",
            "DPoP ",
            "GenieKey ",
            "Splunk ",
            "Bot ",
            "Token ",
            "ApiKey ",
            "Apikey ",
            "SharedKey",
            "Kerberos ",
        ),
        pattern=r"(?:Negotiate|NTLM|SSWS|DPoP|GenieKey|Splunk|Bot|Token|ApiKey|Apikey|SharedKey|SharedKeyLite|Kerberos) {1,4}+([A-Za-z0-9+/\-_.~:]{12,}+=*+)",
        group=1,
        validator=scheme,
        marker=markers.SECRET,
        matches=(
            "Negotiate YIIJvwYGKwYBBQUCoIIJszCCCa8",
            "sent NTLM TlRMTVNTUAABAAAAB4IIogAAAAA=",
            "header was Token 9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b",
        ),
        misses=("Negotiate authentication failed", "NTLM authentication_required", "Token verification_failed"),
    ),
    Rule(
        id="secret.parameters",
        kind="secret",
        gate=has(
            "Digest ",
            "AWS4-",
            "Hawk ",
            "OAuth ",
            "SharedAccessSignature ",
            "Signature ",
            "vapid ",
            "HMAC",
            "SharedKey ",
            "MAC id",
            signs="=",
        ),
        pattern=r"(?:[Dd]igest|OAuth|Hawk|Signature|AWS4-HMAC-SHA256|AWS4-ECDSA-P256-SHA256|HMAC-SHA256|EG1-HMAC-SHA256|SharedAccessSignature|vapid|MAC)[ \t]{1,4}+[A-Za-z_][\w\-]{0,40}+=[^\s=]",
        group=0,
        validator=parameters,
        marker=markers.SECRET,
        matches=(
            'sent Digest username="ann", realm="x", nonce="dcd98b", response="6629fae"',
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=5d672d79",
            'Hawk id="dh37fgj492je", ts="1353832234", mac="6R4rV5iE"',
            "SharedAccessSignature sr=x&sig=abc%3D&se=1438205742",
        ),
        misses=("Digest authentication failed", "OAuth scope missing", "Signature mismatch", "MAC address unknown"),
    ),
    Rule(
        id="secret.jwt",
        kind="secret",
        gate=has("eyJ", "eyA", "ewo", "ew0K"),
        pattern=r"e[yw][JA0o][A-Za-z0-9_\-.]{5,}+",
        group=0,
        validator=jwt,
        marker=markers.JWT,
        matches=(
            "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk.",
            "(eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.)",
            "cut eyJhbGciOiJIUzI1NiJ9.eyJzdW",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX-",
            "cut eyJhbGciOiJIUzI1NiIsInR5cCI6Ik",
        ),
        misses=(
            "eyJ is how a token begins",
            "the prefix eyJ.",
            "heyJude",
            "the moneyAmount.total",
            "eyJohn.smith.was.here",
        ),
    ),
    Rule(
        id="secret.paseto",
        kind="secret",
        gate=has(".local.", ".public.", digits=1),
        pattern=r"v[1-4]\.(?:local|public)\.[A-Za-z0-9_\-]{16,}+(?:\.[A-Za-z0-9_\-]++)?+",
        group=0,
        validator=whole,
        marker=markers.SECRET,
        matches=("v4.local.aGVsbG8gd29ybGQgaGVsbG8, then", "(v2.public.eyJleHAiOiIyMDM5LTAxIn0xYz.abc)"),
        misses=("v4.local.", "at v2.public.example", "v1.local.domain"),
    ),
    Rule(
        id="secret.otpauth",
        kind="secret",
        gate=has("otpauth", signs="/:"),
        pattern=r"otpauth(?:-migration)?:/{2}[a-z]{3,8}[/?][^\s\"'<>`]++",
        group=0,
        validator=whole,
        marker=markers.SECRET,
        matches=(
            "otpauth://totp/ACME:ann@example.com?secret=JBSWY3DPEHPK3PXP&issuer=ACME",
            "(otpauth-migration://offline?data=Abc%3D)",
        ),
        misses=("otpauth:// URLs are not supported", "an otpauth URI"),
    ),
)
