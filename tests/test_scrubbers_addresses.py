"""Network and hardware addresses, names of machines: what is one, what only has the form, and what stays around it."""

import random
from ipaddress import IPv4Address, IPv6Address

import pytest

from tightlip_scrubbers import find, scrub, scrub_text

CONTEXTS = [
    "failed for {}.",
    "rejected {}, then retried",
    "denied ({}) by policy",
    'value "{}" refused',
    'body {{\\"v\\":\\"{}\\",\\"n\\":1}} refused',
    "GET https://h.example/p?v={}&n=1",
    "f('{}', n=2) failed",
    "2026-11-22 10:11:12,123 ERROR [app] {} failed",
    "| zeroth | {} | last |",
    "zeroth\n{}\nlast",
    "peer={}; last",
    "é{}é",
    "было{}было",
    "[{}]:8080",
    "from_{}_now",
]


def is_left(text: str) -> bool:
    """Whether no rule of addresses or of people finds something."""
    return not [finding for finding in find(text) if finding.kind in {"ip", "pii"}]


class TestInternet:
    @pytest.mark.parametrize("context", CONTEXTS)
    def test_any_v4_address(self, context: str) -> None:
        """Whatever stands around an address, nothing of it stays."""
        dice = random.Random(4)
        for _ in range(40):
            address = str(IPv4Address(dice.getrandbits(32)))
            assert address not in scrub_text(context.format(address))
            assert address.rpartition(".")[0] not in scrub_text(context.format(address))

    @pytest.mark.parametrize("context", CONTEXTS)
    def test_any_v6_address(self, context: str) -> None:
        """So too in each of its text forms."""
        dice = random.Random(6)
        for number in (
            1,
            0x2001_0DB8 << 96 | 1,
            0xFE80 << 112 | dice.getrandbits(64),
            0xFD00 << 112 | dice.getrandbits(80),
            0x2A00 << 112 | dice.getrandbits(112),
            0xFFFF << 32 | dice.getrandbits(32),
        ):
            address = IPv6Address(number)
            for form in (address.compressed, address.exploded, address.compressed.upper()):
                clean = scrub_text(context.format(form))
                assert form not in clean
                assert form[-6:] not in clean

    @pytest.mark.parametrize(
        ("text", "clean"),
        [
            ("from 10.0.0.1 to 10.0.0.9: ok", "from [ip] to [ip]: ok"),
            ("10.0.0.1-10.0.0.9", "[ip]-[ip]"),
            ("route 192.168.0.0/16 via 192.168.1.1 dev x", "route [ip]/16 via [ip] dev x"),
            ("[2001:db8::1]:443 is down", "[[ip]]:443 is down"),
            ("2001:db8::/32 and fe80::1%eth0, both", "[ip]/32 and [ip], both"),
            ("IP 10.1.2.3.51234 > 10.9.8.7.443: Flags", "IP [ip].51234 > [ip].443: Flags"),
            ("connect to 2001:db8:1:2:3:4:5:6:8080 failed", "connect to [ip]:8080 failed"),
            ("0177.0.0.01 and 0x7f.0x0.0x0.0x1", "[ip] and [ip]"),
            ("ip=0x0A000001 id=0x0A000001", "ip=[ip] id=0x0A000001"),
            ("remote_addr: 167772161, count: 167772161", "remote_addr: [ip], count: 167772161"),
            ("::ffff:10.0.0.1", "[ip]"),
            ("<td>8.8.8.8</td> of <8.8.4.4>", "<td>[ip]</td> of <[ip]>"),
            ("TCP 10.0.0.1:80->8.8.8.8:443, 10.0.0.2=>8.8.4.4", "TCP [ip]:80->[ip]:443, [ip]=>[ip]"),
        ],
    )
    def test_whole_sentences(self, text: str, clean: str) -> None:
        """The address goes, ports, masks and words stay."""
        assert scrub_text(text) == clean

    @pytest.mark.parametrize(
        "text",
        [
            "version 1.2.3.4 is required, 1.2.3 is installed",
            "Mozilla/5.0 (X11) Chrome/120.0.0.0 Edg/120.0.2210.91",
            "see section 4.1.2.3 and appendix 1.2.3.4",
            "OID 1.3.6.1.4.1.311.21",
            "std::vector<int>::iterator in ns::c2::d3",
            "crate::a1::b2 and core::fmt::Error",
            "rows[::2], rows[1::2], rows[i::1]",
            "at 10:11:12 for 00:00:05",
            "pip: needs numpy>=1.26.4.1",
            "needs numpy>1.26.4.1,<2.0.0.0 and numpy<1.26.4.9",
            "SHA1 aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd",
            "ratio 1:2:3:4:5:6",
            "a 4-by-4 grid of 1.5.2.x",
        ],
    )
    def test_near_misses(self, text: str) -> None:
        """Versions, sections, times, names of code and fingerprints are no addresses."""
        assert is_left(text)

    @pytest.mark.parametrize(
        ("text", "clean"),
        [
            ("Connection refused: ('10.1.2.3', 5432)", "Connection refused: ('[ip]', 5432)"),
            ("bound to ('2a09:4932:a7fc:39e6:5f3b:267d:a399:deed', 80, 0, 2) twice", "bound to ('[ip]', 80, 0, 2) twice"),
            ("from [2a09:5796:6af3:dff8:d94b:61de:1a3d:6196]:8443 in 10 s", "from [[ip]]:8443 in 10 s"),
            ("from [2a09:4932:a7fc:39e6:5f3b:267d:a399:deed]:8443 in 10 s", "from [[ip]]:8443 in 10 s"),
            ("DROP IN=eth0 MAC=02:97:6b:ee:36:e6 SRC=8.8.4.4 DST=10.1.2.3 PROTO=TCP DPT=22", "DROP IN=eth0 MAC=[mac] SRC=[ip] DST=[ip] PROTO=TCP DPT=22"),
        ],
    )  # fmt: skip
    def test_an_address_and_its_port_are_no_list_of_values(self, text: str, clean: str) -> None:
        """Which port and which protocol it was stays, whatever letters the address has."""
        assert scrub_text(text) == clean
        assert scrub_text(clean) == clean

    def test_a_version_word_decides_only_for_its_own_number(self) -> None:
        """The address that follows a version goes all the same."""
        assert scrub_text("version 1.2.3.4 from 10.0.0.1") == "version 1.2.3.4 from [ip]"

    def test_a_number_under_an_address_key_of_a_dict(self) -> None:
        """An address kept as an integer is known by its key, and a flag under it is none."""
        assert scrub({"remote_addr": 167772161, "ip": True, "count": 167772161}) == {
            "remote_addr": "[ip]",
            "ip": True,
            "count": 167772161,
        }


class TestHardware:
    @pytest.mark.parametrize("context", CONTEXTS)
    def test_any_hardware_address(self, context: str) -> None:
        """In the notations of IEEE, Linux and Cisco."""
        dice = random.Random(8)
        for _ in range(20):
            pairs = [f"{dice.getrandbits(8):02x}" for _ in range(5)] + ["a1"]
            dotted = ".".join(pairs[n] + pairs[n + 1] for n in (0, 2, 4))
            for form in (":".join(pairs), "-".join(pairs).upper(), dotted):
                assert form[2:] not in scrub_text(context.format(form))


class TestHosts:
    @pytest.mark.parametrize(
        ("text", "clean"),
        [
            ("dial db01.prod.acme.corp:5432: refused", "dial [host]:5432: refused"),
            ("node ip-10-0-0-1.ec2.internal is gone", "node [host] is gone"),
            ("Anns-MacBook-Pro.local is offline", "[host] is offline"),
            ("synced to Ann's iPhone.", "synced to [host]."),
            ("on DESKTOP-4K2J9QX, twice", "on [host], twice"),
            ("hostname: web01, port: 80", "hostname: [host], port: 80"),
            ("psql --host db-3 --port 5", "psql --host [host] --port 5"),
            ("dial ledger.corp.local:5432: refused", "dial [host]:5432: refused"),
        ],
    )
    def test_whole_sentences(self, text: str, clean: str) -> None:
        """A machine's name goes, its port stays."""
        assert scrub_text(text) == clean

    @pytest.mark.parametrize(
        "text",
        [
            "os.system and threading.local() of urllib3.internal",
            "self.local = x.internal",
            "threading.local:12",
            "host: localhost and host=None",
            "expected host:port",
            "a host is required",
            "example.com is a domain",
        ],
    )
    def test_near_misses(self, text: str) -> None:
        """Modules, attributes and words about hosts stay."""
        assert is_left(text)


@pytest.mark.parametrize(
    "seed", ["1.", ":", "a:", "::1", "0x1.", "1-", "aa:", "aa-", "10.0.0.1", "fe80:", "1.1.1.1.", "x.local", "-1"]
)
def test_hostile_texts_settle(seed: str) -> None:
    """A long repetition gives a fixed point, in bounded work: the suite has no clock, it only must end."""
    clean = scrub_text(seed * 4_000)
    assert scrub_text(clean) == clean
