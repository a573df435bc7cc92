"""Long random texts without a key: what no vendor's shape names and no key stands before.

Only runs in which small letters, capitals and digits change as no words do. Left, because they name code or data and open nothing:
names of code, paths, file names, versions, dates, UUIDs, hexadecimal digests, digests and fingerprints that name their algorithm, and
public keys. Base64 of longer content is for the rows of that class.

Measured when written: of letters alone, drawn at random, with 24, 32 and 40 characters 99.7%, 99.8% and 100% are above the share, and of
Base62 more; of 7,800 long names of mixed letters in the standard library and 100 packages none is, but three tables and examples of keys.
"""

import base64
import binascii
import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.randomness import is_hex, is_named_digest, is_uuid, kinds, unlikeliness
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span

_MIN: Final = 24
_MIN_ONE_CASE: Final = 26
_MOST: Final = 4096
# A token may happen to have no digit. Names end at 0.42: `XK_Hangul_KkogjiDalrinIeung`, `AWSCloudHSMReadOnlyAccess`.
_SHARE: Final = 0.46
_ONE_CASE_SHARE: Final = 0.5
_MAX_SEPARATORS: Final = 0.15
_MIN_OF_EACH: Final = 2
_BEFORE: Final = re.compile(
    r"(?:(?:md5|sha(?:1|224|256|384|512)|SHA(?:1|256|384|512)|MD5)[:\-=]|ssh-[a-z0-9]{2,8} |ecdsa-sha2-nistp[0-9]{3} |ssh-[a-z0-9@.\-]{2,40} )\Z"
)
_ULID: Final = re.compile(r"0[0-7][0-9A-HJKMNP-TV-Z]{24}|0[0-7][0-9a-hjkmnp-tv-z]{24}")
_MANGLED: Final = re.compile(r"_{1,3}Z[A-Z0-9]|_R[A-Z]|\?[A-Za-z]|[$_]s[0-9]{1,2}[A-Za-z]")
_SPLIT: Final = re.compile(r"[^/=.:]+")


def _is_readable(text: str) -> bool:
    """Tell Base64 of a readable text: it is not random, and `encoded` looks what it says."""
    plain = text.replace("-", "+").replace("_", "/")
    plain = plain[: len(plain) - len(plain) % 4]
    try:
        return base64.b64decode(plain, validate=True).decode("utf-8").isprintable()
    except (binascii.Error, UnicodeDecodeError):
        return False


def _is_random(text: str) -> bool:
    """Tell a generator's text from a name, a digest and an id."""
    if len(text) < _MIN or is_uuid(text) or is_hex(text.replace("-", "").replace("_", "")):
        return False
    if is_named_digest(text) or _ULID.fullmatch(text) is not None or _MANGLED.match(text) is not None:
        return False
    if _is_readable(text):
        return False
    small, capital, digits, other = kinds(text)
    if other > _MAX_SEPARATORS * len(text) or digits > len(text) * 0.6:
        return False
    if small >= _MIN_OF_EACH and capital >= _MIN_OF_EACH:
        return unlikeliness(text) >= _SHARE
    return digits >= _MIN_OF_EACH and not other and len(text) >= _MIN_ONE_CASE and unlikeliness(text) >= _ONE_CASE_SHARE


def _is_path(text: str) -> bool:
    """Tell an address or a path by its words: then each part is looked at by itself."""
    return any(len(part) > 2 and part.isalpha() and part[1:].islower() for part in text.split("/"))  # noqa: PLR2004


def run(text: str, start: int, end: int) -> Span | None:
    """Confirm a run as random, or the part of it between slashes: addresses have random segments."""
    if _BEFORE.search(text, max(0, start - 48), start) is not None or text.startswith("AAAA", start):
        return None
    if end - start > _MOST:
        return None
    whole = text[start:end].rstrip("=")
    if ("/" not in whole or not _is_path(whole)) and _is_random(whole):
        return start, end
    for found in _SPLIT.finditer(text, start, end):
        if _is_random(found[0]):
            return found.span()
    return None


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="secret.entropy",
        kind="secret",
        gate=has(run=_MIN),
        pattern=r"[A-Za-z0-9_+/\-](?<![A-Za-z0-9_+/\-]{2})[A-Za-z0-9_+/\-]{23,}+={0,2}",
        group=0,
        validator=run,
        marker=markers.SECRET,
        matches=(
            "got xK9mQ2vL7pR4tW8zB3nJ6hF1 back",
            "nonce q8Zr2Lk0vN5xT7yB1mC4wD9e, then",
            "(aB3+dE6/gH9jK2mN5pQ8sT1vW4yZ7==)",
            "k3j9x0q7w2z8v5b1n6m4c0f7h2 was sent",
            "invited by BAqdIotvxPzSnQChmRkiqtndhOibpKt, twice",
        ),
        misses=(
            "commit 9f2c1d0b7a6e5f4d3c2b1a09f8e7d6c5b4a39281",
            "id 550e8400-e29b-41d4-a716-446655440000",
            "pod my-service-deployment-7d9f8b6c5-x2x4z",
            "in module package.subpackage.ModuleNameWithNumber2",
            "role AWSBugBustServiceRolePolicy or AWSCloudHSMReadOnlyAccess",
            "key XK_Hangul_KkogjiDalrinIeung is dead",
            "AbstractSingletonProxyFactoryBean4You",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "_ZN4llvm12DenseMapBaseINS_8DenseMapIPKvE4findE",
            "org/springframework/web/servlet/mvc2/Handler",
            "integrity sha384-oqVuAfXRKap7fdgcCY5uykM6",
        ),
    ),
)
