"""Adapters: what is rebuilt from typed facts fits the real message, holds no value, and runs none of the host's code."""

from __future__ import annotations

import dataclasses
import datetime as dt
import errno
import importlib
import io
import ipaddress
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import urllib.error
import xml.etree.ElementTree as ET
from email.message import Message
from types import FunctionType, ModuleType, WrapperDescriptorType
from typing import TYPE_CHECKING, Annotated, Any
from xml.parsers import expat

import pytest
from probe import failure, last_value, reporter_for

from tightlip.attributes import attribute
from tightlip.capture import Reading, snapshot
from tightlip.message.adapter import TAKEN, Adapter, Adapters
from tightlip.message.adapters import frozen_instance, oserror, pydantic_validation, ssl_texts, urllib_errors, xml_parse
from tightlip.message.adapters.table import ADAPTERS, UNREAD_ADAPTERS
from tightlip.message.template import Hole, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from probe import MakePackage

    from tightlip.message.template import Template

#: Two sets of values; nothing may differ, and nothing of them may be seen.
CANARIES = ("s3cr3tcanary", "0thervalue")


def template_of(exc: BaseException, adapters: Sequence[Adapter] = ADAPTERS) -> Template | None:
    table = Adapters(adapters)
    link = snapshot(exc, Reading(takers={TAKEN: table.take})).links[0]
    return table.template(link)


def text_of(exc: BaseException, adapters: Sequence[Adapter] = ADAPTERS) -> str | None:
    """The template as it is shown, after a check that it fits what the exception says, holes standing for any text."""
    template = template_of(exc, adapters)
    if template is None:
        return None
    pattern = "".join(".*" if isinstance(part, Hole) else re.escape(part) for part in template)
    assert re.fullmatch(pattern, str(exc), re.DOTALL), (shown(template), str(exc))
    assert not any(canary in shown(template) for canary in CANARIES)
    return shown(template)


# OSError.

OS_ERRORS: dict[str, tuple[Callable[[str], BaseException], str | None]] = {
    "no file": (lambda c: OSError(2, os.strerror(2)), "[Errno 2] No such file or directory"),
    "a file": (lambda c: OSError(2, os.strerror(2), c), "[Errno 2] No such file or directory: {filename}"),
    "two files": (
        lambda c: OSError(2, os.strerror(2), c, None, c),
        "[Errno 2] No such file or directory: {filename} -> {filename2}",
    ),
    "a subclass": (lambda c: ConnectionRefusedError(111, os.strerror(111)), "[Errno 111] Connection refused"),
    "chosen by number": (lambda c: OSError(errno.EPIPE, os.strerror(errno.EPIPE)), "[Errno 32] Broken pipe"),
    "other words": (lambda c: OSError(2, c, c), "[Errno 2] {strerror}: {filename}"),
    "an invented number": (lambda c: OSError(4_111_111, c), None),
    "a huge number": (lambda c: OSError(10**6000, c), None),
    "a number as text": (lambda c: OSError("2", c), None),
    "a true number": (lambda c: OSError(True, c), None),
    "would block": (
        lambda c: BlockingIOError(11, "write could not complete without blocking", 4),
        "[Errno 11] write could not complete without blocking",
    ),
    "host error": (lambda c: socket.herror(1, "Unknown host"), "[Errno 1] Unknown host"),
    "host error, other words": (lambda c: socket.herror(1, c), "[Errno 1] {strerror}"),
    "address error": (
        lambda c: socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
        "[Errno -2] Name or service not known",
    ),
    "timeout": (lambda c: TimeoutError("timed out"), "timed out"),
    "read timeout": (lambda c: TimeoutError("The read operation timed out"), "The read operation timed out"),
    "write timeout": (lambda c: TimeoutError("The write operation timed out"), "The write operation timed out"),
    "handshake timeout": (
        lambda c: TimeoutError("_ssl.c:989: The handshake operation timed out"),
        "_ssl.c:{line}: The handshake operation timed out",
    ),
    "stream": (lambda c: failure(io.BufferedReader(io.BytesIO()).write, b""), "write"),
    "other text": (OSError, None),
    "nothing": (lambda c: TimeoutError(), None),
    "long text": (lambda c: OSError("timed out" * 1000), None),
    "more arguments": (lambda c: OSError("timed out", c, c, c, c, c), None),
}


@pytest.mark.parametrize("case", OS_ERRORS)
def test_an_os_error_is_rebuilt_from_its_number_or_a_fixed_text(case: str) -> None:
    """Number, count of file names, or a row of the table; two sets of values give the same."""
    make, expected = OS_ERRORS[case]
    assert [text_of(make(canary)) for canary in CANARIES] == [expected, expected]


def test_real_os_errors_fit() -> None:
    """Errors that the system itself raises get templates that fit them."""
    closed = socket.socket()
    closed.close()
    failures = [
        failure(os.rename, "/nowhere/s3cr3tcanary", "/nowhere/0thervalue"),
        failure(os.listdir, "/nowhere/s3cr3tcanary"),
        failure(os.close, 10**6),
        failure(closed.send, b"s3cr3tcanary"),
        failure(socket.inet_aton, "s3cr3tcanary"),
        failure(socket.getservbyname, "s3cr3tcanary"),
        failure(io.BytesIO().detach),
        failure(io.StringIO().fileno),
    ]
    assert all(text_of(exc) for exc in failures), [text_of(exc) for exc in failures]


def test_windows_numbers_have_windows_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the slot exists, its number comes first, and its words from the system."""

    class Slot:
        def __get__(self, exc: object, owner: object = None) -> int:
            return 5

    monkeypatch.setattr(oserror, "_WINERROR", Slot())
    monkeypatch.setattr("ctypes.FormatError", lambda number: {5: "Access is denied.\r\n"}[number], raising=False)
    taken = oserror.take(OSError(13, "Access is denied", "s3cr3tcanary"))
    assert taken == oserror.Facts(5, "windows", 1, "Access is denied")
    assert shown(oserror.template(taken)) == "[WinError 5] Access is denied: {filename}"


# ssl, between two ends in memory.


def handshake(client: ssl.SSLContext, server: ssl.SSLContext | None, name: str) -> ssl.SSLError:
    """The error of the client's handshake with ``server``, or with something that speaks no TLS."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(to_client, to_server, server_hostname=name)
    theirs = None if server is None else server.wrap_bio(to_server, to_client, server_side=True)
    if theirs is None:
        to_client.write(b"s3cr3tcanary and other garbage")
    for _ in range(10):
        for end in (ours, theirs):
            try:
                if end is not None:
                    end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError as error:
                return error
    raise AssertionError("the handshake did not fail")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A self-signed certificate for ``good.example`` with its key, in one file."""
    importlib.import_module("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "good.example")])
    day, now = dt.timedelta(days=1), dt.datetime.now(dt.UTC)
    names = [x509.DNSName("good.example"), x509.IPAddress(ipaddress.ip_address("192.0.2.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(file)


def client_context(certificate: str | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if certificate is not None:
        context.load_verify_locations(certificate)
    return context


def server_context(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_an_end_that_speaks_no_tls() -> None:
    """The reason by its name, its words from the name, and the line as a hole."""
    expected = "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:{line})"
    # OpenSSL from 3.2 on has another reason for it.
    assert text_of(handshake(client_context(), None, "h")) in (
        expected,
        "[SSL: RECORD_LAYER_FAILURE] record layer failure (_ssl.c:{line})",
    )


def test_an_end_that_wants_more() -> None:
    """An error without library and reason is one of the fixed texts."""
    ours = client_context().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="h")
    assert text_of(failure(ours.do_handshake)) == "The operation did not complete (read) (_ssl.c:{line})"


def test_an_end_that_is_gone() -> None:
    """The reason has words that do not follow from its name."""
    gone = ssl.MemoryBIO()
    gone.write_eof()
    ours = client_context().wrap_bio(gone, ssl.MemoryBIO(), server_hostname="h")
    found = text_of(failure(ours.do_handshake)) or ""
    assert found.endswith("EOF occurred in violation of protocol (_ssl.c:{line})")


@pytest.mark.parametrize(
    ("is_trusted", "name", "expected"),
    [
        (False, "good.example", "self-signed certificate"),
        (True, "s3cr3tcanary.example", "Hostname mismatch, certificate is not valid for '{hostname}'."),
        (True, "0thervalue.example", "Hostname mismatch, certificate is not valid for '{hostname}'."),
        (True, "192.0.2.77", "IP address mismatch, certificate is not valid for '{address}'."),
    ],
)
def test_a_certificate_that_does_not_verify(is_trusted: bool, name: str, expected: str, certificate: str) -> None:
    """What was wrong comes from OpenSSL's table, by the number; the host's name stays a hole."""
    error = handshake(client_context(certificate if is_trusted else None), server_context(certificate), name)
    begin = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
    assert text_of(error) == f"{begin}{expected} (_ssl.c:{{line}})"


def test_a_file_that_is_no_certificate(certificate: str) -> None:
    """An error of OpenSSL's other parts."""
    assert text_of(failure(client_context().load_verify_locations, cadata="s3cr3tcanary"))
    with_data = failure(client_context().load_verify_locations, cadata=b"0thervalue")
    assert (text_of(with_data) or "").startswith("not enough data: ")


def ssl_error(said: str, **fields: object) -> ssl.SSLError:
    error = ssl.SSLError(1, said)
    for name, value in fields.items():
        setattr(error, name, value)
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            ssl_error("[SSL: SSLV3_ALERT_BAD_CERTIFICATE] ssl/tls alert bad certificate (_ssl.c:1)", library="SSL", reason="SSLV3_ALERT_BAD_CERTIFICATE"),
            "[SSL: SSLV3_ALERT_BAD_CERTIFICATE] ssl/tls alert bad certificate (_ssl.c:{line})",
        ),
        (
            ssl_error("[SSL: S3CR3T] s3cr3tcanary (_ssl.c:1)", library="SSL", reason="S3CR3T"),
            "[SSL: {reason}] {text} (_ssl.c:{line})",
        ),
        (ssl_error("[SSL] PEM lib (_ssl.c:3900)", library="SSL", reason=None), "[SSL] PEM lib (_ssl.c:{line})"),
        (ssl_error("[S3CR3T: WRONG_VERSION_NUMBER] x (_ssl.c:1)", library="S3CR3T", reason="WRONG_VERSION_NUMBER"), None),
        (ssl_error("s3cr3tcanary", library="SSL", reason="WRONG_VERSION_NUMBER"), None),
        (ssl_error("s3cr3tcanary (_ssl.c:1)"), None),
        (ssl_error("x" * 10_000, library="SSL"), None),
        (
            ssl_error("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: s3cr3tcanary (_ssl.c:1)", library="SSL", reason="CERTIFICATE_VERIFY_FAILED", verify_code=18),
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {verify_message} (_ssl.c:{line})",
        ),
        (ssl.SSLError("s3cr3tcanary"), None),
    ],
)  # fmt: skip
def test_made_up_ssl_errors(error: ssl.SSLError, expected: str | None) -> None:
    """Fields count where they are in a table and make the text that the error has."""
    assert text_of(error) == expected


def test_the_ssl_tables_are_names_and_words() -> None:
    """No row could be anything else than what OpenSSL writes."""
    assert all(re.fullmatch("[A-Z0-9_]+", name) for name in (*ssl_texts.REASONS, *ssl_texts.LIBRARIES))
    assert sorted(ssl_texts.VERIFY) == list(range(1, 95))


# Unicode.

UNICODE: dict[str, tuple[Callable[[], object], str]] = {
    "start byte": (
        b"s3cr3tcanary\xff".decode,
        "'utf-8' codec can't decode byte {byte} in position {start}: invalid start byte",
    ),
    "several bytes": (
        b"\xe2\x82".decode,
        "'utf-8' codec can't decode bytes in position {start}-{end}: unexpected end of data",
    ),
    "ascii": (
        lambda: b"\xff".decode("ascii"),
        "'ascii' codec can't decode byte {byte} in position {start}: ordinal not in range(128)",
    ),
    "encode": (
        lambda: "s3cr3tcanaryé".encode("ascii"),
        "'ascii' codec can't encode character {character} in position {start}: ordinal not in range(128)",
    ),
    "encode several": (
        lambda: "éé".encode("ascii"),
        "'ascii' codec can't encode characters in position {start}-{end}: ordinal not in range(128)",
    ),
    "surrogate": (
        "\ud800".encode,
        "'utf-8' codec can't encode character {character} in position {start}: surrogates not allowed",
    ),
    "latin": (
        lambda: "€".encode("latin-1"),
        "'latin-1' codec can't encode character {character} in position {start}: ordinal not in range(256)",
    ),
    "code page": (
        lambda: b"\x81".decode("cp1252"),
        "'charmap' codec can't decode byte {byte} in position {start}: character maps to <undefined>",
    ),
    "utf-16": (
        lambda: b"a".decode("utf-16"),
        f"'utf-16-{sys.byteorder[0]}e' codec can't decode byte {{byte}} in position {{start}}: truncated data",
    ),
    "multibyte": (
        lambda: b"\xff".decode("shift_jis"),
        "'shift_jis' codec can't decode byte {byte} in position {start}: illegal multibyte sequence",
    ),
    "escape": (
        lambda: b"\\x1".decode("unicode_escape"),
        "'unicodeescape' codec can't decode bytes in position {start}-{end}: truncated \\xXX escape",
    ),
}


@pytest.mark.parametrize("case", UNICODE)
def test_a_unicode_error_names_codec_and_reason(case: str) -> None:
    """Positions and what stood there are holes."""
    call, expected = UNICODE[case]
    assert text_of(failure(call)) == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            UnicodeDecodeError("s3cr3tcanary", b"x", 0, 1, "s3cr3tcanary"),
            "'{encoding}' codec can't decode byte {byte} in position {start}: {reason}",
        ),
        (
            UnicodeDecodeError("ascii", b"", 0, 1, "truncated data"),
            "'ascii' codec can't decode bytes in position {start}-{end}: truncated data",
        ),
        (UnicodeTranslateError("x", 0, 1, "s3cr3tcanary"), "can't translate character {character} in position {start}: {reason}"),
        (UnicodeTranslateError("xy", 0, 2, "0thervalue"), "can't translate characters in position {start}-{end}: {reason}"),
        (UnicodeError("s3cr3tcanary"), None),
    ],
)  # fmt: skip
def test_a_made_up_unicode_error(error: UnicodeError, expected: str | None) -> None:
    """What is in no table is a hole."""
    assert text_of(error) == expected


# JSON.

JSON = {
    "": "Expecting value",
    "{": "Expecting property name enclosed in double quotes",
    "[1 2]": "Expecting ',' delimiter",
    '{"a" 1}': "Expecting ':' delimiter",
    '"s3cr3tcanary': "Unterminated string starting at",
    '"\\q"': "Invalid \\escape",
    '"\\u12"': "Invalid \\uXXXX escape",
    '"a\nb"': "Invalid control character at",
    "1 2": "Extra data",
    "\ufeff1": "Unexpected UTF-8 BOM (decode using utf-8-sig)",
}


@pytest.mark.parametrize("document", JSON)
def test_a_json_error_says_what_was_expected(document: str) -> None:
    """The message is one of json's own; the place is three holes."""
    assert (
        text_of(failure(json.loads, document)) == f"{JSON[document]}: line {{lineno}} column {{colno}} (char {{pos}})"
    )


def test_a_trailing_comma() -> None:
    """Its message differs between versions, and fits in each."""
    assert (text_of(failure(json.loads, "[1,]")) or "").endswith(": line {lineno} column {colno} (char {pos})")


def test_another_message_of_a_json_error_is_a_hole() -> None:
    """A parser that borrows the class has words of its own."""
    error = json.JSONDecodeError("s3cr3tcanary", "0thervalue", 0)
    assert text_of(error) == "{msg}: line {lineno} column {colno} (char {pos})"


def test_requests_json_error_comes_through_its_own_name() -> None:
    """Its nearest base with an adapter would be ``OSError``."""
    requests = importlib.import_module("requests")
    inner: Any = failure(json.loads, "[")
    error = requests.exceptions.JSONDecodeError(inner.msg, inner.doc, inner.pos)
    assert text_of(error) == "Expecting value: line {lineno} column {colno} (char {pos})"


def test_a_json_error_with_changed_fields_has_no_template() -> None:
    """Fields are attributes; only those that make the text count."""
    for name, value in (("msg", "Extra data"), ("lineno", 7), ("colno", True), ("pos", -1), ("pos", 10**5000)):
        error: Any = failure(json.loads, "{")
        setattr(error, name, value)
        assert text_of(error) is None
        delattr(error, name)
        assert text_of(error) is None


# subprocess.


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (3, "Command '{cmd}' returned non-zero exit status 3."),
        (-9, f"Command '{{cmd}}' died with {signal.Signals(9)!r}."),
        (-64, None),
        (-65, None),
        (3221225477, "Command '{cmd}' returned non-zero exit status {returncode}."),
        (10**30, "Command '{cmd}' returned non-zero exit status {returncode}."),
        (True, None),
        ("3", None),
    ],
)
def test_a_failed_command_tells_its_status(status: Any, expected: str | None) -> None:
    """The command and its output are values."""
    for canary in CANARIES:
        found = text_of(subprocess.CalledProcessError(status, [canary], canary, canary))
        # Which numbers have a name depends on the system.
        assert found == expected or (status == -64 and (found or "").startswith("Command '{cmd}' died with "))


def test_a_command_that_took_too_long() -> None:
    """Its time is a value."""
    error = subprocess.TimeoutExpired(["s3cr3tcanary"], 3.5)
    assert text_of(error) == "Command '{cmd}' timed out after {timeout} seconds"


# urllib.


def http_error(code: Any, said: Any) -> urllib.error.HTTPError:
    return urllib.error.HTTPError("http://s3cr3tcanary/", code, said, Message(), None)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (http_error(404, "Not Found"), "HTTP Error 404: Not Found"),
        (http_error(404, "s3cr3tcanary"), "HTTP Error 404: {msg}"),
        (http_error(413, "Content Too Large"), "HTTP Error 413: Content Too Large"),
        (http_error(4_111_111, "Not Found"), "HTTP Error {code}: {msg}"),
        (http_error("404", "Not Found"), "HTTP Error {code}: {msg}"),
        (urllib.error.URLError("s3cr3tcanary"), "<urlopen error {reason}>"),
        (
            urllib.error.URLError(ConnectionRefusedError(111, "Connection refused")),
            "<urlopen error [Errno 111] Connection refused>",
        ),
        (urllib.error.URLError(TimeoutError("timed out")), "<urlopen error timed out>"),
        (urllib.error.URLError(OSError("s3cr3tcanary")), "<urlopen error {reason}>"),
        (urllib.error.URLError(OSError(2, "0thervalue")), "<urlopen error [Errno 2] {strerror}>"),
        (
            urllib.error.URLError(ssl_error("[SSL] PEM lib (_ssl.c:1)", library="SSL", reason=None)),
            "<urlopen error [SSL] PEM lib (_ssl.c:{line})>",
        ),
    ],
)
def test_a_urllib_error(error: urllib.error.URLError, expected: str) -> None:
    """The code and its usual phrase; of a held ``OSError``, that one's template."""
    assert text_of(error) == expected
    if isinstance(error, urllib.error.HTTPError):
        error.close()


def test_phrases_are_those_of_http() -> None:
    """The table knows this Python's phrases."""
    from http import HTTPStatus

    assert all(str(HTTPStatus(code).phrase) in known for code, known in urllib_errors.PHRASES.items())


# XML.


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("<a><s3cr3tcanary></a>", "mismatched tag"),
        ("", "no element found"),
        ("<a", "unclosed token"),
        ("<a>&s3cr3tcanary;</a>", "undefined entity"),
        ("<!DOCTYPE a SYSTEM 's3cr3tcanary'><a>&s3cr3tcanary;</a>", "undefined entity &{entity};"),
        ("<a>&#0;</a>", "reference to invalid character number"),
        ("<a x='1' x='2'/>", "duplicate attribute"),
        ("s3cr3tcanary", "syntax error"),
        ("<a/>0thervalue", "junk after document element"),
    ],
)
def test_an_xml_error_is_one_of_expats(document: str, expected: str) -> None:
    """Both parsers' errors; an entity's name is a value."""
    through: Any = failure(ET.fromstring, document)
    assert text_of(through) == f"{expected}: line {{line}}, column {{column}}"
    if "&{" not in expected:  # that is ElementTree's own
        direct: Any = failure(expat.ParserCreate().Parse, document.encode(), True)
        assert text_of(direct) == text_of(through)


def test_expats_table_is_expats() -> None:
    """Each text that this Expat has stands at its number."""
    known = [expat.ErrorString(number) for number in range(1, len(xml_parse.ERRORS) + 1)]
    assert all(text in (None, ours) for text, ours in zip(known, xml_parse.ERRORS, strict=True))


@pytest.mark.parametrize("code", [0, -1, 45, 3, True, "7", 10**100])
def test_an_xml_error_with_another_code_has_no_template(code: Any) -> None:
    """A number counts only with the text that it stands for."""
    error: Any = failure(ET.fromstring, "<a><b></a>")
    error.code = code
    assert text_of(error) is None


# Imports.


def test_modules_that_are_not_there(make_package: MakePackage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are values, which the message must be made of."""
    make_package("probe_names", {"__init__.py": "", "circular.py": "from probe_names.circular import s3cr3tcanary\n"})
    monkeypatch.setitem(sys.modules, "probe_names.halted", None)
    assert [text_of(failure(__import__, name)) for name in ("s3cr3tcanary", "s3cr3tcanary.b", "json.s3cr3tcanary")] == [
        "No module named {name!r}"
    ] * 3
    assert text_of(failure(__import__, "json.decoder.s3cr3tcanary")) == (
        "No module named {name!r}; {parent!r} is not a package"
    )
    assert text_of(failure(__import__, "probe_names.halted")) == "import of {name} halted; None in sys.modules"


def test_names_that_a_module_does_not_have(make_package: MakePackage) -> None:
    """With the file, without one, and of a module that is still being made."""
    make_package("probe_wanted", {"__init__.py": "", "circular.py": "from probe_wanted.circular import s3cr3tcanary\n"})
    run = [
        failure(exec, f"from {module} import {name}", {})
        for module, name in (("json", "s3cr3tcanary"), ("sys", "s3cr3tcanary"), ("probe_wanted.circular", "x"))
    ]
    assert [text_of(exc) for exc in run] == [
        "cannot import name {attribute!r} from {name!r} ({path})",
        "cannot import name {attribute!r} from {name!r} (unknown location)",
        "cannot import name {attribute!r} from partially initialized module {name!r} (most likely due to a circular import) ({path})",
    ]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ModuleNotFoundError("No module named 's3cr3tcanary'", name="0thervalue"), None),
        (ModuleNotFoundError("No module named 's3cr3tcanary'"), None),
        (ModuleNotFoundError("s3cr3tcanary", name="s3cr3tcanary"), None),
        (ImportError("s3cr3tcanary"), None),
        (ImportError(), None),
        (ImportError("a", "b"), None),
        (ImportError("x" * 100_000, name="x" * 100_000), None),
        (
            ImportError("libs3cr3tcanary.so.1: cannot open shared object file: No such file or directory"),
            "{library}: cannot open shared object file: No such file or directory",
        ),
    ],
)
def test_made_up_import_errors(error: ImportError, expected: str | None) -> None:
    """A text that is not made of the error's own name is not recognised."""
    assert text_of(error) == expected


# pydantic.

DETAILED = (pydantic_validation.DETAILED, *ADAPTERS)


def models() -> Any:
    """A model with errors of each kind."""
    pydantic: Any = importlib.import_module("pydantic")
    pydantic_core: Any = importlib.import_module("pydantic_core")

    def raising(make: Callable[[str], Exception]) -> Any:
        def check(value: str) -> str:
            raise make(value)

        return (Annotated[str, pydantic.BeforeValidator(check)], "")

    return pydantic.create_model(
        "S3cr3t",
        number=(int, 1),
        small=(int, pydantic.Field(1, lt=5)),
        name=(str, pydantic.Field("xxx", min_length=3)),
        items=(dict[str, int], {}),
        valued=raising(ValueError),
        asserted=raising(AssertionError),
        custom=raising(lambda value: pydantic_core.PydanticCustomError(value, "{value} is bad", {"value": value})),
        posing=raising(lambda value: pydantic_core.PydanticCustomError("missing", value)),
    )


PYDANTIC: dict[str, tuple[Callable[[str], dict[str, object]], str]] = {
    "number": (
        lambda c: {"number": c},
        "\n{loc}\n  Input should be a valid integer, unable to parse string as an integer [type=int_parsing{input}]{url}",
    ),
    "limit": (lambda c: {"small": len(c)}, "\n{loc}\n  Input should be less than {lt} [type=less_than{input}]{url}"),
    "length": (
        lambda c: {"name": c[:2]},
        "\n{loc}\n  String should have at least {min_length} character{expected_plural} [type=string_too_short{input}]{url}",
    ),
    "value error": (lambda c: {"valued": c}, "\n{loc}\n  Value error, {error} [type=value_error{input}]{url}"),
    "assertion": (
        lambda c: {"asserted": c},
        "\n{loc}\n  Assertion failed, {error} [type=assertion_error{input}]{url}",
    ),
    "custom": (lambda c: {"custom": c}, "\n{loc}\n  {msg} [type={type}{input}]{url}"),
    "custom under a known name": (lambda c: {"posing": c}, "\n{loc}\n  {msg} [type=missing{input}]{url}"),
    "key as place": (
        lambda c: {"items": {c: c}},
        "\n{loc}\n  Input should be a valid integer, unable to parse string as an integer [type=int_parsing{input}]{url}",
    ),
}


@pytest.mark.parametrize("case", PYDANTIC)
def test_a_validation_error_tells_its_types(case: str) -> None:
    """pydantic's own texts with their values as holes; a custom type or text is a hole."""
    model = models()
    make, expected = PYDANTIC[case]
    for canary in CANARIES:
        error = failure(model, **make(canary))
        assert text_of(error, DETAILED) == f"1 validation error for {{title}}{expected}"
        assert text_of(error) == "1 validation error for {title}\n{errors}"


def test_a_validation_error_without_a_place() -> None:
    """A value that is no model has an error that stands nowhere."""
    pydantic = importlib.import_module("pydantic")
    error = failure(pydantic.TypeAdapter(int).validate_json, '"s3cr3tcanary"')
    assert text_of(error, DETAILED) == (
        "1 validation error for {title}\n  Input should be a valid integer, unable to parse string as an integer"
        " [type=int_parsing{input}]{url}"
    )


def test_a_model_that_hides_its_input() -> None:
    """Its text has no input, and the template fits it."""
    pydantic = importlib.import_module("pydantic")
    model = pydantic.create_model("S3cr3t", __config__={"hide_input_in_errors": True}, a=(int, ...))
    assert text_of(failure(model), DETAILED) == (
        "1 validation error for {title}\n{loc}\n  Field required [type=missing{input}]{url}"
    )


@pytest.mark.parametrize("many", [9, 64, 65, 5000])
def test_many_validation_errors_are_cut(many: int) -> None:
    """The first eight are shown; of very many, the number alone is asked for."""
    pydantic = importlib.import_module("pydantic")
    error = failure(pydantic.TypeAdapter(list[int]).validate_python, ["s3cr3tcanary"] * many)
    found = text_of(error, DETAILED) or ""
    assert found.startswith(f"{many} validation errors for {{title}}\n")
    assert found.endswith("\n{errors}")
    assert found.count("[type=int_parsing") == (8 if many <= 64 else 0)


def test_counting_validation_errors_runs_no_code() -> None:
    """What a validator raised has a ``__str__``, which the adapter of the table does not reach."""
    pydantic = importlib.import_module("pydantic")
    calls: list[str] = []

    class Loud(ValueError):
        def __str__(self) -> str:
            calls.append("str")
            return "s3cr3tcanary"

    def check(value: object) -> object:
        raise Loud

    error = failure(pydantic.TypeAdapter(Annotated[int, pydantic.BeforeValidator(check)]).validate_python, 1)
    calls.clear()
    assert shown(template_of(error) or ()) == "1 validation error for {title}\n{errors}"
    assert calls == []


def test_a_class_that_poses_as_pydantics_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even if it stands in the module itself: its methods are made in Python, or another class's."""
    calls: list[str] = []

    def posing(self: object, **options: object) -> Any:
        calls.append("called")
        return 3

    methods: list[Any] = [posing, list.append, property(posing), staticmethod(posing), list.__len__]
    for method in methods:
        cls = type(
            "ValidationError",
            (ValueError,),
            {"__module__": "pydantic_core._pydantic_core", "error_count": method, "errors": method},
        )
        fake = ModuleType("pydantic_core._pydantic_core")
        fake.ValidationError = cls  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "pydantic_core._pydantic_core", fake)
        assert template_of(cls("s3cr3tcanary"), DETAILED) is None
        assert template_of(cls("s3cr3tcanary")) is None
    assert calls == []


# Attacks.


def attack(calls: list[str], text: str) -> tuple[type[str], type[int], Any]:
    """A ``str``, an ``int`` and a metaclass that note whatever is asked of them."""

    def noting(name: str) -> Any:
        def method(self: Any, *args: Any) -> Any:
            calls.append(name)
            raise AssertionError(text)

        return method

    asked = (
        "__repr__", "__str__", "__eq__", "__ne__", "__hash__", "__bool__", "__len__", "__format__", "__lt__", "__le__", "__gt__", "__ge__",
        "__index__", "__int__", "__add__", "__radd__", "__contains__", "__getitem__", "__iter__", "__neg__", "startswith", "endswith", "find",
    )  # fmt: skip
    methods = {name: noting(name) for name in asked}
    meta_methods = {
        name: noting(f"meta {name}")
        for name in (
            "__getattribute__",
            "__eq__",
            "__hash__",
            "__instancecheck__",
            "__subclasscheck__",
            "__repr__",
            "mro_",
        )
    }
    text_type = type("Text", (str,), methods)
    number_type = type("Number", (int,), methods)
    return text_type, number_type, type("Meta", (type,), meta_methods)


#: Class to arguments that make an instance of it.
ATTACKED: dict[type[BaseException], tuple[Any, ...]] = {
    OSError: (2, "No such file or directory", "s3cr3tcanary"),
    socket.gaierror: (-2, "Name or service not known"),
    socket.herror: (1, "Unknown host"),
    TimeoutError: ("timed out",),
    ssl.SSLError: (1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1)"),
    ssl.SSLCertVerificationError: (1, "[SSL] PEM lib (_ssl.c:1)"),
    UnicodeDecodeError: ("utf-8", b"s3cr3tcanary", 0, 1, "invalid start byte"),
    UnicodeEncodeError: ("utf-8", "s3cr3tcanary", 0, 1, "surrogates not allowed"),
    UnicodeTranslateError: ("s3cr3tcanary", 0, 1, "truncated data"),
    json.JSONDecodeError: ("Expecting value", "s3cr3tcanary", 0),
    subprocess.CalledProcessError: (3, "s3cr3tcanary"),
    subprocess.TimeoutExpired: ("s3cr3tcanary", 3),
    urllib.error.URLError: (OSError(2, "No such file or directory"),),
    ET.ParseError: ("mismatched tag: line 1, column 8",),
    expat.ExpatError: ("mismatched tag: line 1, column 8",),
    ImportError: ("No module named 's3cr3tcanary'",),
    ModuleNotFoundError: ("No module named 's3cr3tcanary'",),
}

FIELDS = (
    "errno", "strerror", "filename", "filename2", "winerror", "args", "reason", "library", "verify_code", "verify_message", "encoding",
    "object", "start", "end", "msg", "doc", "pos", "lineno", "colno", "returncode", "cmd", "output", "timeout", "code", "position",
    "name", "path", "name_from", "offset", "characters_written",
)  # fmt: skip


@pytest.mark.parametrize("cls", ATTACKED)
@pytest.mark.parametrize("kind", ["text", "number", "tuple", "exact", "huge", "deleted"])
def test_hostile_fields_neither_run_nor_leak(cls: type[BaseException], kind: str) -> None:
    """Fields of any type, in the instance's dict or in the slots: no code runs, and the template is the same for two sets of values."""
    found: list[str | None] = []
    calls: list[str] = []
    for canary in CANARIES:
        text, number, _ = attack(calls, canary)
        exc = cls(*ATTACKED[cls])
        values = {
            "text": text(canary), "number": number(2), "tuple": (text(canary), number(2)), "exact": canary, "huge": 10**5000 + len(canary),
        }  # fmt: skip
        for name in FIELDS:
            try:
                if kind == "deleted":
                    delattr(exc, name)
                else:
                    setattr(exc, name, values[kind])
            except (AttributeError, TypeError, ValueError, OverflowError, AssertionError):
                continue
        calls.clear()
        template = template_of(exc)
        assert calls == []
        found.append(None if template is None else shown(template))
    assert found[0] == found[1]
    assert not any(canary in str(found) for canary in CANARIES)


@pytest.mark.parametrize("cls", ATTACKED)
def test_a_subclass_that_lies_is_not_asked(cls: type[BaseException]) -> None:
    """Properties, ``__getattr__``, ``__class__``, a metaclass: nothing of it runs."""
    calls: list[str] = []
    _, _, meta = attack(calls, "s3cr3tcanary")

    def lying(self: object, *args: object) -> Any:
        calls.append("lie")
        return "s3cr3tcanary"

    body: dict[str, Any] = {"__getattr__": lying, "__getattribute__": lying, "__class__": property(lying)}
    body.update((name, property(lying)) for name in FIELDS)
    mine = meta("Mine", (cls,), body)
    genuine = cls(*ATTACKED[cls])
    # An ``__init__`` in Python would meet the properties; those in C fill the slots.
    given = genuine.args if isinstance(vars(cls).get("__init__"), FunctionType) else ATTACKED[cls]
    exc: BaseException = cls.__new__(mine, *given)
    in_c = next(base for base in cls.__mro__ if type(vars(base).get("__init__")) is WrapperDescriptorType)
    vars(in_c)["__init__"](exc, *given)
    object.__getattribute__(exc, "__dict__").update(vars(genuine))
    calls.clear()
    template = template_of(exc)
    assert calls == []
    assert template == template_of(genuine)


BY_NAME = {f"{one.cls} {one.take.__name__}": one for one in (*ADAPTERS, *DETAILED)}


@pytest.mark.parametrize("case", BY_NAME)
def test_a_class_that_bears_a_known_name_gives_fixed_texts_or_nothing(case: str) -> None:
    """The adapter is found by name; what it takes of another class is empty, or holds no value."""
    adapter = BY_NAME[case]
    module, _, name = adapter.cls.rpartition(".")
    found = []
    for canary in CANARIES:
        fake = type(name, (Exception,), {"__module__": module})
        exc: Any = fake(canary)
        for field in FIELDS:
            if field != "args":
                setattr(exc, field, canary)
        found.append(str(template_of(exc, (adapter,))))
    assert found[0] == found[1]
    assert not any(canary in found[0] for canary in CANARIES)


def test_a_subclass_with_its_own_text_has_none() -> None:
    """What it says is not what the adapter rebuilds."""

    class Mine(OSError):
        def __str__(self) -> str:
            return "s3cr3tcanary"

    assert template_of(Mine(2, "No such file or directory")) is None


def test_without_comparing_a_number_decides() -> None:
    """The table for a policy that reads no text takes numbers alone."""
    error = OSError(2, "s3cr3tcanary")
    assert shown(template_of(error, UNREAD_ADAPTERS) or ()) == "[Errno 2] No such file or directory"
    assert template_of(TimeoutError("timed out"), UNREAD_ADAPTERS) is None
    assert template_of(failure(b"\xff".decode), UNREAD_ADAPTERS) is None


# From end to end.


def test_an_sdk_whose_dependency_fails_in_c(make_package: MakePackage) -> None:
    """The rung of the report is ``adapter``."""
    module = make_package(
        "probe_in_c",
        "import json\n"
        "def decode(b): return b.decode()\n"
        "def parse(t): return json.loads(t)\n"
        "def wanted(): from json import s3cr3tcanary\n",
    )
    reporter = reporter_for("probe_in_c")
    event = reporter.preview(failure(module.decode, b"s3cr3tcanary\xff"))
    assert event is not None
    assert event["tags"]["rung"] == "adapter"
    assert last_value(event)["value"] == (
        "'utf-8' codec can't decode byte {byte} in position {start}: invalid start byte"
    )
    parsed = reporter.preview(failure(module.parse, "{s3cr3tcanary"))
    assert last_value(parsed)["value"] == (
        "Expecting property name enclosed in double quotes: line {lineno} column {colno} (char {pos})"
    )
    assert last_value(reporter.preview(failure(module.wanted)))["value"] == (
        "cannot import name {attribute!r} from {name!r} ({path})"
    )


def test_a_vendors_adapter(make_package: MakePackage) -> None:
    """A class whose message is made in Rust: its number, and a table of the vendor's own."""
    module = make_package(
        "probe_native",
        "class EngineError(Exception):\n"
        "    pass\n"
        "def query(sql):\n"
        "    error = EngineError('[1] syntax error near ' + sql)\n"
        "    error.code = 1\n"
        "    return (_ for _ in ()).throw(error)\n",
    )

    texts = {1: "syntax error near ", 2: "table is locked by "}

    def take(exc: BaseException) -> int | None:
        code = attribute(exc, "code")
        return code if type(code) is int and code in texts else None

    def template(code: int) -> Template:
        return (f"[{code}] {texts[code]}", Hole("sql"))

    adapter = Adapter("probe_native.EngineError", take, template)
    reporter = reporter_for("probe_native", adapters=[adapter])
    for canary in CANARIES:
        error = failure(module.query, canary)
        assert text_of(error, [adapter]) == "[1] syntax error near {sql}"
        assert last_value(reporter.preview(error))["value"] == "[1] syntax error near {sql}"


@pytest.mark.parametrize("which", ["assign", "delete"])
def test_a_frozen_dataclass(which: str) -> None:
    """What a frozen dataclass says of its field: raised in generated code, told by its two forms."""

    @dataclasses.dataclass(frozen=True)
    class Point:
        s3cr3t: int = 1

    def change() -> None:
        if which == "assign":
            Point().s3cr3t = 2  # type: ignore[misc]
        else:
            del Point().s3cr3t

    exc = failure(change)
    taken = frozen_instance.take(exc)
    assert taken is not None
    assert (
        "".join(map(str, frozen_instance.template(taken)))
        == f"cannot {which}{' to' * (which == 'assign')} field {{name!r}}"
    )
    assert frozen_instance.take(ValueError("cannot assign to the field")) is None
