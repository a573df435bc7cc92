"""One try: what leaves, what each answer means, and that no server, proxy, tracer or fork makes it last, leak or show."""

from __future__ import annotations

import hashlib
import http.client
import json
import logging
import os
import select
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import receiver as ends
import urllib3
from receiver import KEY, PATIENCE, Certificate, Receiver, Reply, certificate

import tightlip
from tightlip import connection as connections
from tightlip import network_environment as environments
from tightlip import transport as transports
from tightlip.deadline import Deadline
from tightlip.transport import Dsn, HttpTransport
from tightlip.types import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
ENVELOPE = b'{"event_id":"9ec79c33ec9942ab8353589fcb2e04dc"}\n{"type":"event"}\n{"event_id":"9ec79c33ec9942ab8353589fcb2e04dc"}\n'
#: For a server that says nothing: how long a try may take.
SHORT = 0.2
TAKEN = Answer("taken", "200")


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies and authorities are what a test says."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def transport() -> Iterator[Callable[..., HttpTransport]]:
    """Makes transports and closes them."""
    made: list[HttpTransport] = []

    def make(dsn: str, seconds: float = PATIENCE) -> HttpTransport:
        made.append(HttpTransport(Dsn.parse(dsn), seconds))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("tls"))


class TestTheRequest:
    def test_it_is_a_gzipped_post_with_these_headers_alone(self, transport: Any) -> None:
        """The address and the key of the DSN, the envelope, and nothing of the machine."""
        with Receiver() as receiver:
            assert transport(receiver.dsn())(ENVELOPE) == TAKEN
        (request,) = receiver.requests
        assert (request.method, request.target) == ("POST", "/api/42/envelope/")
        client = f"tightlip/{tightlip.__version__}"
        assert request.headers == {
            "host": f"127.0.0.1:{receiver.port}",
            "content-type": "application/x-sentry-envelope",
            "content-encoding": "gzip",
            "accept-encoding": "identity",
            "content-length": str(len(request.body)),
            "user-agent": client,
            "x-sentry-auth": f"Sentry sentry_version=7, sentry_client={client}, sentry_key={KEY}",
        }
        assert request.envelope == ENVELOPE

    def test_the_same_envelope_is_the_same_bytes(self, transport: Any) -> None:
        """gzip's header holds no time of day."""
        with Receiver() as receiver:
            send = transport(receiver.dsn())
            assert send(ENVELOPE) == send(ENVELOPE) == TAKEN
        first, second = receiver.requests
        assert first.body == second.body
        assert first.body[4:8] == bytes(4)

    @pytest.mark.parametrize("size", [0, 1, 1_000_000])
    def test_any_size(self, transport: Any, size: int) -> None:
        """An envelope of no bytes and one of a megabyte that cannot be compressed arrive as they are."""
        envelope = os.urandom(size)
        with Receiver() as receiver:
            assert transport(receiver.dsn())(envelope) == TAKEN
        assert receiver.requests[0].envelope == envelope

    def test_a_host_is_named_as_in_the_dsn(self, transport: Any) -> None:
        """The Host header names the host that was meant, not the address that it has, and the folder before the project is kept."""
        with Receiver() as receiver:
            dsn = f"http://{KEY}@localhost:{receiver.port}/errors/of/42"
            assert transport(dsn)(ENVELOPE) == TAKEN
        (request,) = receiver.requests
        assert request.headers["host"] == f"localhost:{receiver.port}"
        assert request.target == "/errors/of/api/42/envelope/"


class TestDsn:
    @pytest.mark.parametrize(
        ("dsn", "url"),
        [
            ("https://abc@o1.ingest.example/7", "https://o1.ingest.example/api/7/envelope/"),
            ("http://abc@[::1]:9000/x/7", "http://[::1]:9000/x/api/7/envelope/"),
            ("https://abc@xn--bcher-kva.example/7", "https://xn--bcher-kva.example/api/7/envelope/"),
        ],
    )
    def test_good(self, dsn: str, url: str) -> None:
        """The parts go where Sentry's rules put them."""
        assert Dsn.parse(dsn) == Dsn(key="abc", url=url)

    @pytest.mark.parametrize(
        ("dsn", "what"),
        [
            ("https://5ecre7@bücher.example/7", "its host"),
            ("https://5ecre7@a..b/7", "its host"),
            (f"https://5ecre7@{'a' * 64}.example/7", "its host"),
            ("https://5ecre7@host/a b/7", "its path"),
            ("https://5ecre7@host/a\x7f/7", "its path"),
            ("https://5ecre7@host/é/7", "its path"),
            ("https://host/7", "no key"),
            ("https://5ecre7@host/", "no project"),
            ("ftp://5ecre7@host/7", "https://"),
            ("https://5ecre7@/7", "no host"),
            ("https://5ecre7@host:port/7", "is no URL"),
        ],
    )
    def test_bad(self, dsn: str, what: str) -> None:
        """What could not be written into a request is said when the reporter is made, without the key."""
        with pytest.raises(ValueError, match=what) as caught:
            Dsn.parse(dsn)
        assert "5ecre7" not in str(caught.value)


class TestWhatAnAnswerMeans:
    @pytest.mark.parametrize(
        ("status", "answer"),
        [
            *((status, Answer("taken", str(status))) for status in (200, 201, 202, 204)),
            *((status, Answer("later", "redirect")) for status in (300, 301, 302, 303, 304, 307, 308)),
            *((status, Answer("refused", str(status))) for status in (400, 401, 403, 404, 405, 406, 409, 410, 411, 413, 414, 415, 417, 422, 431, 451, 499)),
            *((status, Answer("later", str(status))) for status in (408, 421, 425)),
            (407, Answer("later", "proxy")),
            (429, Answer("later", "rate limit", 60.0)),
            *((status, Answer("later", str(status))) for status in (500, 501, 502, 503, 504, 507, 520, 599, 600, 999)),
        ],
    )  # fmt: skip
    def test_status(self, transport: Any, status: int, answer: Answer) -> None:
        """One request, and what its status says; nothing is followed and nothing repeated."""
        headers = {"Location": "/elsewhere"} if 300 <= status < 400 else {}
        body = b"" if status in (204, 304) else b"{}"
        with Receiver(Reply(status, headers, body)) as receiver:
            assert transport(receiver.dsn())(ENVELOPE) == answer
        assert len(receiver.requests) == 1

    @pytest.mark.parametrize(
        ("reply", "answer"),
        [
            (Reply(429, {"Retry-After": "7"}), Answer("later", "rate limit", 7.0)),
            (Reply(429, {"Retry-After": "7", "X-Sentry-Rate-Limits": "2700::key"}), Answer("later", "rate limit", 2700.0)),
            (Reply(429, {"Date": "Sun, 01 Nov 2026 12:00:00 GMT", "Retry-After": "Sun, 01 Nov 2026 12:00:09 GMT"}), Answer("later", "rate limit", 9.0)),
            (Reply(200, {"X-Sentry-Rate-Limits": "30:error:key"}), Answer("taken", "200", 30.0)),
            (Reply(200, {"X-Sentry-Rate-Limits": "30:transaction:key"}), TAKEN),
            (Reply(200, {"Retry-After": "30"}), TAKEN),
            (Reply(503, {"Retry-After": "30"}), Answer("later", "503")),
            (Reply(413, {"X-Sentry-Rate-Limits": "30::key"}), Answer("refused", "413", 30.0)),
        ],
    )  # fmt: skip
    def test_waits(self, transport: Any, reply: Reply, answer: Answer) -> None:
        """What the server asks to wait is passed on, also with an envelope that it took."""
        with Receiver(reply) as receiver:
            assert transport(receiver.dsn())(ENVELOPE) == answer

    def test_headers_that_come_twice_count_together(self, transport: Any) -> None:
        """Two lists of limits are one list."""

        def twice(peer: ends.Peer) -> bool:
            limits = b"X-Sentry-Rate-Limits: 5:span:key\r\nx-sentry-rate-limits: 9:error:key\r\n"
            peer.socket.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + limits + b"\r\n")
            return True

        with Receiver(twice) as receiver:
            assert transport(receiver.dsn())(ENVELOPE) == Answer("taken", "200", 9.0)


class TestFaults:
    @pytest.mark.parametrize(
        ("behaviour", "answer"),
        [
            (ends.hang, Answer("later", "time-out")),
            (ends.drip, Answer("later", "time-out")),
            (ends.reset, Answer("later", "no connection")),
            (ends.hang_up, Answer("later", "no connection")),
            (ends.half_an_answer, Answer("later", "no connection")),
            (ends.garbage, Answer("later", "no HTTP")),
            (ends.endless_headers, Answer("later", "no HTTP")),
            (ends.endless_line, Answer("later", "no HTTP")),
            (ends.endless_continues, Answer("later", "no HTTP")),
            # The status has come: the envelope was taken, whatever becomes of the rest.
            (ends.endless_body, TAKEN),
            (ends.drip_body, TAKEN),
            (ends.chunked, TAKEN),
        ],
        ids=lambda value: getattr(value, "__name__", ""),
    )
    def test_a_server_that_fails(
        self, transport: Any, monkeypatch: pytest.MonkeyPatch, behaviour: ends.Behaviour, answer: Answer
    ) -> None:
        """It comes to an answer while the server still goes on; afterwards the same transport works."""
        monkeypatch.setattr(connections, "_REST_SECONDS", 0.1)
        with Receiver(behaviour, Reply()) as receiver:
            send = transport(receiver.dsn(), SHORT if answer.reason == "time-out" else PATIENCE)
            assert send(ENVELOPE) == answer
            assert len(receiver.requests) == 1
            assert transport(receiver.dsn())(ENVELOPE) == TAKEN

    def test_memory_is_bounded(self, transport: Any) -> None:
        """Of an answer without an end no more is read than one buffer beyond the limit."""
        read: list[int] = []

        class Counted(connections._Bytes):
            def readinto(self, buffer: Any) -> int:
                count = super().readinto(buffer)
                read.append(count)
                return count

        with pytest.MonkeyPatch.context() as patch, Receiver(ends.endless_continues) as receiver:
            patch.setattr(connections, "_Bytes", Counted)
            assert transport(receiver.dsn())(ENVELOPE) == Answer("later", "no HTTP")
        assert connections.MOST_BYTES <= sum(read) < connections.MOST_BYTES + 65536

    def test_a_server_that_does_not_read(self) -> None:
        """A request that does not fit into the buffers on the way is given up in time."""
        with Receiver(reads=False) as receiver:
            connection = connections.Connection(environments.Place("http", "127.0.0.1", receiver.port))
            with pytest.raises(TimeoutError):
                connection.post("/", {}, bytes(32_000_000), Deadline(SHORT))
            connection.close()

    def test_a_server_that_reads_slowly(self) -> None:
        """Also where each part of it goes out in time: the end comes with most of it unread."""
        with Receiver(slowly=True) as receiver:
            connection = connections.Connection(environments.Place("http", "127.0.0.1", receiver.port))
            with pytest.raises(TimeoutError):
                connection.post("/", {}, bytes(32_000_000), Deadline(SHORT))
            assert receiver.read_slowly < 16_000_000
            connection.close()

    def test_a_refusal_before_the_whole_request_was_read(self, transport: Any) -> None:
        """A server that says 413 and closes is heard, although writing to it fails."""
        with Receiver(early=Reply(413)) as receiver:
            assert transport(receiver.dsn())(os.urandom(8_000_000)) == Answer("refused", "413")

    def test_nobody_listens(self, transport: Any) -> None:
        """A refused connection."""
        with Receiver() as receiver:
            dsn = receiver.dsn()
        assert transport(dsn)(ENVELOPE) == Answer("later", "no connection")

    def test_a_name_that_nobody_knows(self, transport: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """A failed look-up; its message, which names the host, goes nowhere."""

        def unknown(*_: object, **__: object) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "host.example is not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        assert transport("https://abc@host.example/7")(ENVELOPE) == Answer("later", "no address")

    def test_a_look_up_that_takes_for_ever(self, transport: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """A resolver that does not answer is left to itself in time; what it says later is not heard."""
        is_asked, may_answer = threading.Event(), threading.Event()

        def stuck(*arguments: Any) -> list[Any]:
            if socket.AI_NUMERICHOST in arguments:
                raise socket.gaierror
            is_asked.set()
            may_answer.wait(PATIENCE)
            return []

        monkeypatch.setattr(socket, "getaddrinfo", stuck)
        assert transport("https://abc@host.example/7", SHORT)(ENVELOPE) == Answer("later", "time-out")
        assert is_asked.is_set()
        may_answer.set()
        for thread in threading.enumerate():
            if thread.name == "tightlip look-up":
                thread.join(PATIENCE)

    @pytest.mark.parametrize("is_main", [True, False], ids=["main thread", "another thread"])
    def test_the_end_of_the_process(self, transport: Any, monkeypatch: pytest.MonkeyPatch, is_main: bool) -> None:
        """Where no thread can be started, a name is looked up directly, but not in the host's main thread, which would hang."""
        main = threading.main_thread() if is_main else threading.Thread()

        plain = threading.Thread.start

        def refuse(thread: threading.Thread) -> None:
            if thread.name == "tightlip look-up":
                raise RuntimeError("can't create new thread at interpreter shutdown")
            plain(thread)

        with Receiver() as receiver, pytest.MonkeyPatch.context() as patch:
            patch.setattr(threading, "main_thread", lambda: main)
            send = transport(receiver.dsn(host="localhost"))
            patch.setattr(threading.Thread, "start", refuse)
            answer = send(ENVELOPE)
            patch.undo()
        assert answer == (Answer("later", "time-out") if is_main else TAKEN)

    def test_the_next_address_of_a_name(self, transport: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """A name whose first address refuses is reached by its second."""
        with Receiver() as gone:
            refusing = gone.port

        def known(host: str, port: int, *more: int) -> list[Any]:
            if socket.AI_NUMERICHOST in more:
                raise socket.gaierror
            ports = (refusing, receiver.port)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports]

        with Receiver() as receiver:
            monkeypatch.setattr(socket, "getaddrinfo", known)
            assert transport("http://abc@host.example/7")(ENVELOPE) == TAKEN
        assert receiver.requests[0].headers["host"] == "host.example"

    @pytest.mark.parametrize(
        "error", [RuntimeError("x"), RecursionError(), MemoryError(), AttributeError(), KeyError()]
    )
    def test_what_nobody_thought_of(self, transport: Any, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
        """Any other error inside is an answer as well: the envelope stays."""

        def fail(*_: object) -> None:
            raise error

        monkeypatch.setattr(connections.Connection, "open", fail)
        assert transport("http://abc@127.0.0.1:9/7")(ENVELOPE) == Answer("later", "error")


class TestTls:
    @pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
    def test_an_authority_of_ones_own(
        self, transport: Any, certified: Certificate, monkeypatch: pytest.MonkeyPatch, variable: str
    ) -> None:
        """A file that the environment names is trusted, and the connection is used again."""
        monkeypatch.setenv(variable, str(certified.authority))
        with Receiver(certificate=certified) as receiver:
            send = transport(receiver.dsn())
            assert [send(ENVELOPE) for _ in range(3)] == [TAKEN] * 3
        assert receiver.connections == 1

    @pytest.mark.parametrize("variable", ["SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"])
    def test_a_folder_of_authorities(
        self, transport: Any, certified: Certificate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
    ) -> None:
        """So is a folder with the names that OpenSSL looks for."""
        from cryptography import x509

        name = x509.load_pem_x509_certificate(certified.authority.read_bytes()).subject.public_bytes()
        number = int.from_bytes(hashlib.sha1(name[2:]).digest()[:4], "little")
        (tmp_path / f"{number:08x}.0").write_bytes(certified.authority.read_bytes())
        monkeypatch.setenv(variable, str(tmp_path))
        with Receiver(certificate=certified) as receiver:
            assert transport(receiver.dsn())(ENVELOPE) == TAKEN

    def test_the_first_variable_counts(
        self, transport: Any, certified: Certificate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """OpenSSL's own variable goes before that of requests."""
        import certifi

        monkeypatch.setenv("SSL_CERT_FILE", str(certified.authority))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", certifi.where())
        with Receiver(certificate=certified) as receiver:
            assert transport(receiver.dsn())(ENVELOPE) == TAKEN
            monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certified.authority))
            assert transport(receiver.dsn())(ENVELOPE) == Answer("later", "TLS")

    def test_an_unknown_authority(self, transport: Any, certified: Certificate) -> None:
        """A server that nobody vouches for gets no byte of an event, and no key."""
        with Receiver(certificate=certified) as receiver:
            assert transport(receiver.dsn())(ENVELOPE) == Answer("later", "TLS")
        assert receiver.requests == []

    @pytest.mark.parametrize("options", [{"host": "127.0.0.2"}, {"host": "other.example"}, {"days": -1}], ids=str)
    def test_another_hosts_or_an_old_certificate(
        self, transport: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
    ) -> None:
        """A certificate of a known authority for another host, or for another time, is none."""
        made = certificate(tmp_path, **options)
        monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
        with Receiver(certificate=made) as receiver:
            assert transport(receiver.dsn())(ENVELOPE) == Answer("later", "TLS")
        assert receiver.requests == []

    @pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
    @pytest.mark.parametrize("text", [None, "no certificate\n"], ids=["missing", "broken"])
    def test_authorities_that_cannot_be_read(
        self, transport: Any, certified: Certificate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, text: str | None
    ) -> None:  # fmt: skip
        """No others are used instead, since someone meant just these."""
        file = tmp_path / "authorities.pem"
        if text is not None:
            file.write_text(text)
        monkeypatch.setenv(variable, str(file))
        with Receiver(certificate=certified) as receiver:
            assert transport(receiver.dsn())(ENVELOPE) == Answer("later", "authorities")
        assert receiver.requests == []

    def test_without_certifi_the_systems_count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where certifi is not installed, what OpenSSL was built with is used."""
        monkeypatch.setitem(sys.modules, "certifi", None)
        assert environments._authorities() == (None, None)

    def test_a_server_without_tls(self, transport: Any) -> None:
        """Something else on the port."""
        with Receiver(ends.garbage) as receiver:
            answer = transport(f"https://{KEY}@127.0.0.1:{receiver.port}/42", SHORT)(ENVELOPE)
        assert answer.outcome == "later"
        assert answer.reason in ("TLS", "no connection", "time-out")

    def test_a_server_that_does_not_shake_hands(self, transport: Any) -> None:
        """TLS that never begins ends in time."""
        with Receiver(reads=False) as receiver:
            dsn = f"https://{KEY}@127.0.0.1:{receiver.port}/42"
            assert transport(dsn, SHORT)(ENVELOPE) == Answer("later", "time-out")

    def test_checks_cannot_be_switched_off(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whatever the environment says: certificates are required, host names are compared, old versions of TLS refused."""
        for name in ("PYTHONHTTPSVERIFY", "GIT_SSL_NO_VERIFY", "NODE_TLS_REJECT_UNAUTHORIZED"):
            monkeypatch.setenv(name, "0")
        context = environments.tls_context()
        assert context.verify_mode == ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


class TestConnectionReuse:
    def test_one_connection_for_many(self, transport: Any) -> None:
        """Ten envelopes, one connection, also after refusals."""
        with Receiver(
            Reply(), Reply(413), Reply(429), Reply(500), ends.chunked, Reply(204, {}, b""), Reply()
        ) as receiver:
            send = transport(receiver.dsn())
            for _ in range(10):
                send(ENVELOPE)
        assert [request.connection for request in receiver.requests] == [0] * 10

    @pytest.mark.parametrize("reply", [Reply(200, {"Connection": "close"}), ends.reply_and_hang_up])
    def test_a_server_that_closes_after_each(self, transport: Any, reply: ends.Behaviour) -> None:
        """With or without a word about it: the next one has a new connection."""
        with Receiver(reply) as receiver:
            send = transport(receiver.dsn())
            for _ in range(3):
                assert send(ENVELOPE) == TAKEN
                if reply is not ends.reply_and_hang_up:
                    assert not send._idle
                time.sleep(0.02)  # the end of the connection is on its way
        assert [request.connection for request in receiver.requests] == [0, 1, 2]

    @pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
    @pytest.mark.parametrize("end", [ends.hang_up, ends.reset])
    def test_a_connection_that_ends_with_the_request_on_its_way(
        self, transport: Any, certified: Certificate, monkeypatch: pytest.MonkeyPatch, tls: bool, end: ends.Behaviour
    ) -> None:
        """The request is made once more on a new connection, as the same bytes."""
        monkeypatch.setenv("SSL_CERT_FILE", str(certified.authority))
        with Receiver(Reply(), end, Reply(), certificate=certified if tls else None) as receiver:
            send = transport(receiver.dsn())
            assert send(ENVELOPE) == send(ENVELOPE) == TAKEN
        assert [request.connection for request in receiver.requests] == [0, 0, 1]
        assert len({request.body for request in receiver.requests}) == 1

    def test_once_more_and_not_twice(self, transport: Any) -> None:
        """A server that hangs up on the new connection too is left alone."""
        with Receiver(Reply(), ends.hang_up) as receiver:
            send = transport(receiver.dsn())
            assert send(ENVELOPE) == TAKEN
            assert send(ENVELOPE) == Answer("later", "no connection")
        assert len(receiver.requests) == 3

    def test_a_time_out_is_not_repeated(self, transport: Any) -> None:
        """The time is over."""
        with Receiver(Reply(), ends.hang) as receiver:
            send = transport(receiver.dsn())
            assert send(ENVELOPE) == TAKEN
            send._seconds = SHORT
            assert send(ENVELOPE) == Answer("later", "time-out")
        assert len(receiver.requests) == 2

    def test_an_answer_too_many_is_not_the_next_ones(self, transport: Any) -> None:
        """What came unasked is not taken for the answer to the next envelope, which would be lost."""

        def twice(peer: ends.Peer) -> bool:
            peer.socket.sendall(Reply().encoded() * 2)
            return True

        is_idle = threading.Event()

        def later(peer: ends.Peer) -> bool:
            peer.socket.sendall(Reply().encoded())
            is_idle.wait(PATIENCE)
            peer.socket.sendall(Reply().encoded())
            return True

        with Receiver(twice, later, Reply(500)) as receiver:
            send = transport(receiver.dsn())
            assert send(ENVELOPE) == send(ENVELOPE) == TAKEN
            is_idle.set()
            select.select([send._idle[0][0]._socket], [], [], PATIENCE)  # until it has arrived
            assert send(ENVELOPE) == Answer("later", "500")

    def test_a_body_that_stays_out(self, transport: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """A connection on which part of an answer is still to come is not used for the next one."""
        monkeypatch.setattr(connections, "_REST_SECONDS", 0.1)

        def owes_a_body(peer: ends.Peer) -> bool:
            peer.socket.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}")
            return True

        with Receiver(owes_a_body, Reply()) as receiver:
            send = transport(receiver.dsn())
            assert send(ENVELOPE) == send(ENVELOPE) == TAKEN
        assert [request.connection for request in receiver.requests] == [0, 1]

    def test_nobody_waits_for_a_slow_body(self, transport: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Once the status is known, the rest has a short time of its own: the server is still talking when the answer is there."""
        monkeypatch.setattr(connections, "_REST_SECONDS", 0.1)
        is_over = threading.Event()

        def slow(peer: ends.Peer) -> bool:
            ends.drip_body(peer)
            is_over.set()
            return False

        with Receiver(slow) as receiver:
            assert transport(receiver.dsn(), 3600.0)(ENVELOPE) == TAKEN
            assert not is_over.is_set()

    def test_a_connection_that_was_silent_for_long_is_not_used(
        self, transport: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A router on the way may have forgotten it."""
        monkeypatch.setattr(transports, "_IDLE_SECONDS", 0.0)
        with Receiver() as receiver:
            send = transport(receiver.dsn())
            assert send(ENVELOPE) == send(ENVELOPE) == TAKEN
        assert receiver.connections == 2

    def test_threads_have_connections_of_their_own(self, transport: Any) -> None:
        """Eight threads send 10 each at the same time; each answer is that of its own envelope."""
        wrong: list[Answer] = []

        def echo(peer: ends.Peer) -> bool:
            return Reply(200, {"X-Sentry-Rate-Limits": f"{int(peer.request.envelope)}:error:key"})(peer)

        with Receiver(echo) as receiver:
            send = transport(receiver.dsn())

            def work(first: int) -> None:
                for number in range(first, first + 10):
                    answer = send(str(number).encode())
                    if answer != Answer("taken", "200", float(number)):
                        wrong.append(answer)

            threads = [threading.Thread(target=work, args=(first,)) for first in range(100, 180, 10)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert wrong == []
        assert len(receiver.requests) == 80
        assert len(send._idle) == 1


def test_consent_that_goes_while_it_connects() -> None:
    """It is asked when the connection is there, on a kept one too: no byte of a request leaves then."""
    answers = iter([True, False, True, False])
    with Receiver() as receiver:
        send = HttpTransport(Dsn.parse(receiver.dsn()), PATIENCE, may_send=lambda: next(answers))
        found = [send(ENVELOPE).reason for _ in range(4)]
        send.close()
    assert found == ["200", "no consent", "200", "no consent"]
    assert len(receiver.requests) == 2


class TestClose:
    def test_it_closes_what_is_kept(self, transport: Any) -> None:
        """The server sees the end of the connection, and a later call opens a new one."""
        with Receiver() as receiver:
            send = transport(receiver.dsn())
            send(ENVELOPE)
            send.close()
            send.close()
            assert send(ENVELOPE) == TAKEN
        assert receiver.connections == 2

    @pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
    def test_it_ends_a_try_of_another_thread(
        self, transport: Any, certified: Certificate, monkeypatch: pytest.MonkeyPatch, tls: bool
    ) -> None:
        """A try that waits for its answer comes back at once, and is not made again."""
        monkeypatch.setenv("SSL_CERT_FILE", str(certified.authority))
        answers: list[Answer] = []
        with Receiver(Reply(), ends.hang, certificate=certified if tls else None) as receiver:
            send = transport(receiver.dsn(), 3600.0)
            assert send(ENVELOPE) == TAKEN
            thread = threading.Thread(target=lambda: answers.append(send(ENVELOPE)))
            thread.start()
            assert receiver.wait_for(2)
            send.close()
            thread.join(PATIENCE)
            assert not thread.is_alive()
        assert [answer.outcome for answer in answers] == ["later"]
        assert len(receiver.requests) == 2

    def test_a_try_of_the_parents_is_not_ended(self) -> None:
        """After a fork, the copy of a connection that is in use in the parent is closed and not shut down, which would end both."""
        with Receiver() as receiver:
            place = environments.Place("http", "127.0.0.1", receiver.port)
            connection = connections.Connection(place)
            connection.post("/", {}, b"", Deadline(PATIENCE))
            parents = connection._socket.dup()
            connection._pid = -1
            connection.abort()
            assert connection._socket is None
            parents.settimeout(0)
            with pytest.raises(BlockingIOError):
                parents.recv(1)
            parents.close()

    def test_it_ends_a_try_that_has_not_connected_yet(self, transport: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Closed while the name is looked up: no connection is opened afterwards."""
        plain = socket.getaddrinfo

        def closed_meanwhile(*arguments: Any) -> list[Any]:
            send.close()
            return plain(*arguments)

        with Receiver() as receiver:
            send = transport(receiver.dsn())
            monkeypatch.setattr(socket, "getaddrinfo", closed_meanwhile)
            assert send(ENVELOPE) == Answer("later", "no connection")
        assert receiver.connections == 0

    def test_what_is_ended_stays_encrypted(self, certified: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
        """A TLS socket that is shut down in Python's way forgets its encryption, and the other thread would go on in the clear."""
        monkeypatch.setenv("SSL_CERT_FILE", str(certified.authority))
        with Receiver(certificate=certified) as receiver:
            connection = connections.Connection(environments.Place("https", "127.0.0.1", receiver.port))
            connection.post("/", {}, b"", Deadline(PATIENCE))
            connection.abort()
            assert connection._socket._sslobj is not None
            with pytest.raises(OSError):
                connection._socket.send(b"clear")
            connection.close()

    def test_nothing_is_left_open(self) -> None:
        """A transport that nobody closed says nothing on the host's stderr, where warnings are shown."""
        with Receiver() as receiver:
            code = f"from tightlip.transport import *; t = HttpTransport(Dsn.parse({receiver.dsn()!r})); print(t(b'x').outcome)"
            assert _run(code, "-X", "dev", "-W", "error") == ("taken\n", "", 0)


def _run(code: str, *options: str, **environment: str) -> tuple[str, str, int]:
    paths = [ROOT / "pipeline", ROOT / "scrubbers", ROOT / "tests"]
    found = subprocess.run(
        [sys.executable, *options, "-c", code],
        capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths)), **environment},
    )  # fmt: skip
    return found.stdout, found.stderr, found.returncode


_FORKED = """
import os, sys
from tightlip.transport import Dsn, HttpTransport

send = HttpTransport(Dsn.parse(sys.argv[1] if len(sys.argv) > 1 else os.environ["TO"]))
assert send(b"parent").outcome == "taken"
child = os.fork()
if child == 0:
    taken = send(b"child").outcome == send(b"child").outcome == "taken"
    send.close()
    os._exit(0 if taken else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
assert send(b"parent").outcome == "taken"
send.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
class TestProcesses:
    @pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
    def test_a_fork_has_a_connection_of_its_own(self, certified: Certificate, tls: bool) -> None:
        """The child opens one, and closing it does not end the parent's, which is used again."""
        with Receiver(certificate=certified if tls else None) as receiver:
            assert _run(_FORKED, TO=receiver.dsn(), SSL_CERT_FILE=str(certified.authority)) == ("0\n", "", 0)
        came = [(request.envelope, request.connection) for request in receiver.requests]
        assert came == [(b"parent", 0), (b"child", 1), (b"child", 1), (b"parent", 0)]

    def test_sigpipe_does_not_kill_a_host_that_lets_it(self) -> None:
        """With SIGPIPE's default action, as in many command-line tools, a server that hangs up costs an answer and nothing else."""
        code = (
            "import os, signal; signal.signal(signal.SIGPIPE, signal.SIG_DFL)\n"
            "from tightlip.transport import Dsn, HttpTransport\n"
            "from tightlip import connection\n"
            "plain = connection.Connection._connect\n"
            "def hung_up(self, deadline):\n"
            "    plain(self, deadline)\n"
            "    self._socket.shutdown(1)  # what is written now raises SIGPIPE\n"
            "connection.Connection._connect = hung_up\n"
            "print(HttpTransport(Dsn.parse(os.environ['TO']))(b'x'))\n"
            "print(signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set(), signal.sigpending() == set())\n"
        )
        with Receiver() as receiver:
            out, err, status = _run(code, TO=receiver.dsn())
        assert (err, status) == ("", 0)
        assert out == f"{Answer('later', 'no connection')}\nTrue True\n"


class TestProxies:
    @pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
    def test_http_goes_through(self, transport: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        """The whole address stands in the request to the proxy, with the user that the variable names."""
        with Receiver() as proxy:
            monkeypatch.setenv(name, f"http://jane:p%40ss@127.0.0.1:{proxy.port}")
            assert transport("http://abc@host.example/7")(ENVELOPE) == TAKEN
        (request,) = proxy.requests
        assert request.target == "http://host.example:80/api/7/envelope/"
        assert request.headers["host"] == "host.example"
        assert request.headers["proxy-authorization"] == "Basic amFuZTpwQHNz"

    @pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
    def test_https_goes_through_a_tunnel(
        self, transport: Any, certified: Certificate, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        """The proxy learns the host and nothing else; the server's certificate is checked; the tunnel is used again."""
        monkeypatch.setenv("SSL_CERT_FILE", str(certified.authority))
        with Receiver(certificate=certified) as server, Receiver() as proxy:
            monkeypatch.setenv(name, f"http://jane:secret@127.0.0.1:{proxy.port}")
            send = transport(server.dsn())
            assert send(ENVELOPE) == send(ENVELOPE) == TAKEN
            send.close()
        (request,) = proxy.requests
        assert (request.method, request.target) == ("CONNECT", f"127.0.0.1:{server.port}")
        assert set(request.headers) == {"host", "proxy-authorization"}
        assert "proxy-authorization" not in server.requests[0].headers
        assert server.requests[0].target == "/api/42/envelope/"

    def test_a_proxy_with_tls(self, transport: Any, certified: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
        """TLS inside TLS: the way to the proxy is checked, and so is the server behind it."""
        monkeypatch.setenv("SSL_CERT_FILE", str(certified.authority))
        with Receiver(certificate=certified) as server, Receiver(certificate=certified) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            send = transport(server.dsn())
            assert send(ENVELOPE) == send(ENVELOPE) == TAKEN
            send.close()
        assert [request.method for request in proxy.requests] == ["CONNECT"]
        assert len(server.requests) == 2

    def test_an_unknown_server_behind_a_proxy(
        self, transport: Any, certified: Certificate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A proxy that opens the encryption is not trusted, unless its authority is."""
        with Receiver(certificate=certified) as server, Receiver() as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            assert transport(server.dsn())(ENVELOPE) == Answer("later", "TLS")
        assert server.requests == []

    @pytest.mark.parametrize("names", ["127.0.0.1", "*", "elsewhere.example,127.0.0.1", "127.0.0.1:{port}"])
    def test_no_proxy(self, transport: Any, monkeypatch: pytest.MonkeyPatch, names: str) -> None:
        """What NO_PROXY names is reached directly."""
        with Receiver() as server, Receiver() as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            monkeypatch.setenv("NO_PROXY", names.format(port=server.port))
            assert transport(server.dsn())(ENVELOPE) == TAKEN
        assert proxy.requests == []
        assert len(server.requests) == 1

    def test_loopback_is_no_exception(self, transport: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without NO_PROXY, the loopback goes through as well, as with other clients."""
        with Receiver() as server, Receiver() as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            assert transport(server.dsn())(ENVELOPE) == TAKEN
        assert server.requests == []

    def test_an_address_of_version_6_in_no_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is written without brackets there."""
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("NO_PROXY", "::1")
        assert environments.proxy_for(environments.Place("http", "::1", 80)) is None

    def test_a_scheme_may_be_missing(self, transport: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """``proxy:3128`` is an HTTP proxy."""
        with Receiver() as proxy:
            monkeypatch.setenv("HTTP_PROXY", f"127.0.0.1:{proxy.port}")
            assert transport("http://abc@host.example/7")(ENVELOPE) == TAKEN
        assert "proxy-authorization" not in proxy.requests[0].headers

    @pytest.mark.parametrize(
        "named", ["socks5://127.0.0.1:{port}", "socks5h://127.0.0.1:{port}", "http://127.0.0.1:port", "http://", "http://bücher.example", "http://[::1"]
    )  # fmt: skip
    def test_a_proxy_that_we_cannot_use_is_not_gone_past(
        self, transport: Any, monkeypatch: pytest.MonkeyPatch, named: str
    ) -> None:
        """SOCKS, or no address at all: nothing is sent, neither there nor directly."""
        with Receiver() as server, Receiver() as proxy:
            monkeypatch.setenv("ALL_PROXY", named.format(port=proxy.port))
            assert transport(server.dsn())(ENVELOPE) == Answer("later", "proxy")
        assert server.connections == proxy.connections == 0

    @pytest.mark.parametrize(
        ("behaviour", "reason"),
        [
            (Reply(407), "proxy"),
            (Reply(403), "proxy"),
            (Reply(502), "proxy"),
            (ends.hang, "time-out"),
            (ends.drip, "time-out"),
            (ends.garbage, "no HTTP"),
            (ends.hang_up, "no connection"),
            (ends.endless_headers, "no HTTP"),
        ],
        ids=lambda value: getattr(value, "__name__", str(getattr(value, "status", value))),
    )
    def test_a_proxy_that_fails(
        self, transport: Any, certified: Certificate, monkeypatch: pytest.MonkeyPatch, behaviour: ends.Behaviour, reason: str
    ) -> None:  # fmt: skip
        """A tunnel that does not open is no refusal of the server's: the envelope stays."""
        monkeypatch.setenv("SSL_CERT_FILE", str(certified.authority))
        with Receiver(certificate=certified) as server, Receiver(behaviour) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            seconds = SHORT if reason == "time-out" else PATIENCE
            assert transport(server.dsn(), seconds)(ENVELOPE) == Answer("later", reason)
        assert server.connections == 0

    def test_a_proxy_whose_name_is_none(self, transport: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """A name that cannot be looked up at all is an address that nobody has."""
        monkeypatch.setenv("HTTP_PROXY", "http://a..b:3128")
        assert transport("http://abc@host.example/7")(ENVELOPE) == Answer("later", "no address")

    def test_a_request_cannot_name_the_proxy(self, transport: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """In a CGI process HTTP_PROXY is the ``Proxy`` header of whoever asked."""
        with Receiver() as server, Receiver() as proxy:
            monkeypatch.setenv("REQUEST_METHOD", "GET")
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            assert transport(server.dsn())(ENVELOPE) == TAKEN
        assert proxy.connections == 0


class TestUnseen:
    def test_no_client_that_tracers_wrap_is_called(self, transport: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """OpenTelemetry, ddtrace and their like wrap these methods, and add a span and ``traceparent`` there."""
        called: list[str] = []

        def wrap(owner: Any, name: str) -> None:
            plain = getattr(owner, name)

            def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
                called.append(f"{owner.__name__}.{name}")
                if name == "putrequest":
                    done = plain(self, *args, **kwargs)
                    self.putheader("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                    return done
                return plain(self, *args, **kwargs)

            monkeypatch.setattr(owner, name, wrapped)

        for name in ("request", "putrequest", "putheader", "endheaders", "getresponse", "connect", "send"):
            wrap(http.client.HTTPConnection, name)
        wrap(http.client.HTTPSConnection, "connect")
        wrap(urllib3.HTTPConnectionPool, "urlopen")
        wrap(urllib3.PoolManager, "urlopen")
        with Receiver() as receiver:
            assert transport(receiver.dsn())(ENVELOPE) == TAKEN
            assert called == []
            # The wrapping works: another client's request is seen, and gets the header.
            urllib3.PoolManager(retries=False).request("POST", f"{receiver.url}/host", body=b"x").close()
        ours, hosts = receiver.requests
        assert "traceparent" not in ours.headers
        assert "traceparent" in hosts.headers
        assert "HTTPConnectionPool.urlopen" in called

    def test_the_hosts_sentry_sdk(self) -> None:
        """With its tracing active and all requests and sockets watched: no trace header on ours, no span, no breadcrumb."""
        with Receiver() as receiver:
            out, err, status = _run(_HOST, TO=receiver.dsn(host="localhost"), PORT=str(receiver.port))
        assert (err, status) == ("", 0)
        ours, hosts = receiver.requests
        assert {"sentry-trace", "baggage", "traceparent", "tracestate"} & set(ours.headers) == set()
        assert "sentry-trace" in hosts.headers
        assert "baggage" in hosts.headers
        seen = json.loads(out)
        assert seen["outcome"] == "taken"
        # Those of the host's own request, and of its look-up and its connection.
        assert sorted(seen["spans"]) == ["http.client", "socket.connection", "socket.dns"]
        assert [crumb for crumb in seen["crumbs"] if "envelope" in crumb] == []
        assert len([crumb for crumb in seen["crumbs"] if "/host" in crumb]) == 1
        assert seen["same scope"]

    def test_no_log_line(
        self, transport: Any, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With all loggers at their loudest and http.client's own printing on: not a word of the address, and no logger changed."""
        records: list[logging.LogRecord] = []

        class Kept(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                records.append(record)

        handler, root = Kept(), logging.getLogger()
        monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
        level = root.level
        root.setLevel(logging.DEBUG)
        root.addHandler(handler)
        loggers = dict(logging.root.manager.loggerDict)
        try:
            for behaviour in (Reply(), ends.garbage, ends.reset, ends.hang_up):
                with Receiver(behaviour) as receiver:
                    transport(receiver.dsn())(ENVELOPE)
            assert records == []
            with Receiver() as receiver:
                urllib3.PoolManager(retries=False).request("GET", receiver.url).close()
            assert records != []
        finally:
            root.removeHandler(handler)
            root.setLevel(level)
        assert dict(logging.root.manager.loggerDict) == loggers
        ours, _, _ = capfd.readouterr().out.partition("send: b'GET")
        assert ours == ""

    def test_a_clock_set_back_is_not_remarked_upon(self) -> None:
        """urllib3 warns of it on stderr; here nothing does."""
        code = (
            "import datetime, os, sys\n"
            "class Date(datetime.date):\n"
            "    @classmethod\n"
            "    def today(cls): return cls(1980, 1, 1)\n"
            "datetime.date = Date\n"
            "from tightlip.transport import Dsn, HttpTransport\n"
            "print(HttpTransport(Dsn.parse(os.environ['TO']), 0.2)(b'x').reason)\n"
        )
        with Receiver(reads=False) as receiver:
            dsn = f"https://{KEY}@127.0.0.1:{receiver.port}/42"
            assert _run(code, "-W", "always", TO=dsn) == ("time-out\n", "", 0)


#: A host with everything on that sentry-sdk has for watching requests. It prints what its transaction and its scope hold at the end.
_HOST = """
import http.client, json, os, sentry_sdk
from sentry_sdk.integrations.socket import SocketIntegration
from sentry_sdk.transport import Transport
from tightlip.transport import Dsn, HttpTransport

sent = []

class Kept(Transport):
    def capture_envelope(self, envelope):
        sent.extend(item.payload.json for item in envelope.items if item.type == "transaction")

sentry_sdk.init(
    dsn="http://key@127.0.0.2:9/1", transport=Kept, integrations=[SocketIntegration()], auto_enabling_integrations=False,
    traces_sample_rate=1.0, trace_propagation_targets=[".*"],
)
before = sentry_sdk.get_current_scope(), sentry_sdk.get_isolation_scope()
send = HttpTransport(Dsn.parse(os.environ["TO"]))
with sentry_sdk.start_transaction(name="host"):
    outcome = send(b"ours").outcome
    send.close()
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ["PORT"]))
    connection.request("POST", "/host", body=b"x")
    connection.getresponse().read()
    connection.close()
same = before[0] is sentry_sdk.get_current_scope() and before[1] is sentry_sdk.get_isolation_scope()
(transaction,) = sent
spans = [span["op"] for span in transaction["spans"]]
crumbs = [json.dumps(crumb, default=str) for crumb in sentry_sdk.get_isolation_scope()._breadcrumbs]
print(json.dumps({"outcome": outcome, "spans": spans, "crumbs": crumbs, "same scope": same}))
"""
