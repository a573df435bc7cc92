"""Private keys that are no PEM.

Sources: the age specification (``AGE-SECRET-KEY-1``, Bech32 in capitals); PuTTY's manual, appendix "PPK file format"; minisign and signify (their keys
are Base64 that begins with the algorithm); RFC 7517 and RFC 7518 section 6 (JWK: ``d``, ``k`` and the primes are private).
"""

import re
from typing import Final

from tightlip_scrubbers.detectors.tokens.made_up import base64, hexa, upper, url
from tightlip_scrubbers.detectors.tokens.shape import vendor, whole
from tightlip_scrubbers.rule import Found, Rule

_REACH: Final = 4_096
_PPK_END: Final = re.compile(r"Private-(?:MAC|Hash): ?[0-9a-f]{0,64}")


def putty(text: str, start: int, end: int) -> Found:
    """Take a PuTTY key from its private lines to its check sum; without one the text was cut: all of it goes."""
    close = _PPK_END.search(text, end)
    return start, len(text) if close is None else close.end()


def jwk(text: str, start: int, end: int) -> Found | None:
    """Confirm a private member of a JWK: the type of the key stands in the same object, not far from it."""
    return (start, end) if text.find("kty", max(0, start - _REACH), end + _REACH) >= 0 else None


RULES: Final[tuple[Rule, ...]] = (
    vendor(
        "age",
        r"AGE-(?:SECRET-KEY|PLUGIN-[A-Z0-9]{1,24})-(?:PQ-)?1[A-Z0-9]{20,}+",
        needles=("AGE-SECRET-KEY-", "AGE-PLUGIN-"),
        examples=(
            f"AGE-SECRET-KEY-1{upper(58)}",
            f"AGE-PLUGIN-YUBIKEY-1{upper(40)}",
            f"AGE-SECRET-KEY-PQ-1{upper(100)}",
        ),
        misses=("AGE-SECRET-KEY-1 is the prefix", "AGE-PLUGIN-NAME"),
    ),
    vendor(
        "putty",
        r"Private-Lines: ?[0-9]{1,4}",
        needles=("Private-Lines:",),
        check=putty,
        run=12,
        examples=(
            f"Private-Lines: 1\n{base64(44)}\nPrivate-MAC: {hexa(64)}\n",
            f"Private-Lines: 2\\n{base64(64)}\\n{base64(20)}\\nPrivate-MAC: {hexa(64)}\\n",
        ),
        misses=("the header Private-Lines is missing", "Private-Lines: none"),
    ),
    vendor(
        "minisign",
        r"RW(?:RTY0Iy|RCSwAAAA)[A-Za-z0-9+/]{40,}+={0,2}+",
        needles=("RWRTY0Iy", "RWRCSwAAAA"),
        check=whole,
        run=48,
        examples=(f"RWRTY0Iy{base64(200)}=", f"RWRCSwAAAA{base64(130)}"),
        misses=("RWRTY0Iy is how it begins", "RWRCSwAAAA alone"),
    ),
    vendor(
        "jwk",
        # Where the braces around it are there, the object goes whole: this is for a part of one.
        r"\"(?:d|k|p|q|dp|dq|qi)\\{0,8}\"\s{0,8}:\s{0,8}\\{0,8}\"([A-Za-z0-9_\-]{10,}+)",
        needles=("kty",),
        group=1,
        check=jwk,
        run=10,
        examples=(
            f'"kty":"OKP","crv":"Ed25519","d":"{url(43)}"',
            f'"k": "{url(43)}", "kty": "oct"',
            f'\\"kty\\":\\"EC\\",\\"d\\":\\"{url(43)}\\"',
        ),
        misses=('{"kty":"OKP"}', '{"kty": "OKP", "d": ""}'),
    ),
)
