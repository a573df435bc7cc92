"""The adapter for ``ssl.SSLError``: its text from OpenSSL's names and numbers.

``[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:{line})``. Modules/_ssl.c
(``fill_and_set_sslerror``) makes it of a library, a reason, the reason's text, what was wrong with the certificate, and its own line. Here
each of them is a member of a table or a hole, and what they make together must fit the text that the error has.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tightlip.attributes import attribute
from tightlip.message.adapter import Adapter
from tightlip.message.adapters.ssl_texts import LIBRARIES, REASONS, TEXTS, VERIFY
from tightlip.message.matching import fits
from tightlip.message.template import Hole, Template, join

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A value that is in no table.
Unknown: TypeAlias = Literal[0]
UNKNOWN: Unknown = 0

_STRERROR: Any = OSError.__dict__["strerror"]
_MOST_TEXT = 2_000

#: X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH, for which _ssl.c has words of its own.
_MISMATCHES: dict[int, Template] = {
    62: ("Hostname mismatch, certificate is not valid for '", Hole("hostname"), "'."),
    64: ("IP address mismatch, certificate is not valid for '", Hole("address"), "'."),
}
_END: Template = (" (_ssl.c:", Hole("line"), ")")


@dataclass(frozen=True, slots=True)
class Facts:
    """Members of the tables in `ssl_texts`; `UNKNOWN` for a text that is in none of them, None for no text.

    Attributes:
        library: As ``SSL``.
        reason: As ``WRONG_VERSION_NUMBER``.
        text: As ``wrong version number``.
        verify: As ``self-signed certificate``; a number for the words of `_MISMATCHES`.
    """

    library: str | None
    reason: str | Unknown | None
    text: str | Unknown
    verify: str | int | None


def take(exc: BaseException) -> Facts | None:
    """The facts that rebuild the text of ``exc``, the most telling ones first."""
    said = _STRERROR.__get__(exc)
    if type(said) is not str or len(said) > _MOST_TEXT:
        return None
    library = _member(attribute(exc, "library"), LIBRARIES)
    if library == UNKNOWN:
        return None
    reason = None if library is None else _member(attribute(exc, "reason"), REASONS)
    code = attribute(exc, "verify_code")
    # Most candidates are ruled out by their words alone.
    candidates = (facts for facts in _candidates(library, reason, code) if facts.text == UNKNOWN or facts.text in said)
    return next((facts for facts in candidates if fits(template(facts), said)), None)


def template(facts: Facts) -> Template:
    """The text as _ssl.c puts it together."""
    return join([
        _head(facts),
        (Hole("text") if isinstance(facts.text, int) else facts.text,),
        _verify(facts.verify),
        _END,
    ])  # fmt: skip


def _candidates(library: str | None, reason: str | Unknown | None, code: object) -> Iterator[Facts]:
    texts: list[str | Unknown] = [*_usual(reason), *TEXTS]
    if library is not None:
        texts.append(UNKNOWN)
    verifies: tuple[str | int | None, ...] = (None,)
    if type(code) is int:
        verifies = (*((code,) if code in _MISMATCHES else ()), *VERIFY.get(code, ()), None, UNKNOWN)
    for text, verify in product(texts, verifies):
        yield Facts(library, reason, text, verify)


def _usual(reason: str | Unknown | None) -> tuple[str, ...]:
    """What OpenSSL says for a reason: its name in lower case; from 3.2 on the alerts of SSL 3 have another name."""
    if not isinstance(reason, str):
        return ()
    words = reason.lower().replace("_", " ")
    return (words, words.replace("sslv3 alert", "ssl/tls alert"))


def _head(facts: Facts) -> Template:
    if facts.library is None:
        return ()
    if facts.reason is None:
        return (f"[{facts.library}] ",)
    return (f"[{facts.library}: ", Hole("reason") if isinstance(facts.reason, int) else facts.reason, "] ")


def _verify(verify: str | int | None) -> Template:
    if verify is None:
        return ()
    if isinstance(verify, str):
        return (f": {verify}",)
    return (": ", *_MISMATCHES.get(verify, (Hole("verify_message"),)))


def _member(value: object, known: frozenset[str]) -> str | Unknown | None:
    if type(value) is not str:
        return None
    return value if value in known else UNKNOWN


ADAPTER = Adapter("ssl.SSLError", take, template)
