"""Made-up addresses of machines, and paths."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final, TypeAlias

from benchmarks.scrubbing.people import file, folder, hexadecimal, host, name
from benchmarks.scrubbing.planted import Secret

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    Make: TypeAlias = Callable[[random.Random], Secret]


def _v4(rng: random.Random) -> str:
    """An address of any network, private ones and the loopback among them."""
    network = rng.choice(("10", "192.168", "172.20", "127.0", "100.64", "169.254", "203.0", "198.51", "", "", "", ""))
    parts = network.split(".") if network else [str(rng.randrange(11, 223))]
    parts += [str(rng.randrange(1, 255)) for _ in range(4 - len(parts))]
    made = ".".join(parts)
    return made if len(made) > 6 else _v4(rng)  # a shorter one has no six characters to look for


def _v6(rng: random.Random) -> ipaddress.IPv6Address:
    prefix = rng.choice((0x20010DB8, 0x2A000000 + rng.randrange(0xFFFFFF), 0x26000000 + rng.randrange(0xFFFFFF)))
    low = rng.getrandbits(64) if rng.random() < 0.6 else rng.randrange(1 << 16, 1 << 32)
    return ipaddress.IPv6Address(prefix << 96 | rng.getrandbits(16) << 80 | low)


def ipv4(rng: random.Random) -> Secret:
    made = _v4(rng)
    return Secret("ipv4", made, (made,))


def ipv4_port(rng: random.Random) -> Secret:
    made = _v4(rng)
    return Secret("ipv4 port", f"{made}:{rng.choice((80, 443, 5432, 6379, 8080, 50213))}", (made,))


def ipv4_network(rng: random.Random) -> Secret:
    made = _v4(rng)
    return Secret("ipv4 network", f"{made}/{rng.choice((8, 16, 24, 30, 32))}", (made,))


def ipv6(rng: random.Random) -> Secret:
    made = str(_v6(rng))
    return Secret("ipv6", rng.choice((made, made.upper())), (made, made.upper()))


def ipv6_full(rng: random.Random) -> Secret:
    made = _v6(rng).exploded
    return Secret("ipv6 full", made, (made,))


def ipv6_port(rng: random.Random) -> Secret:
    made = str(_v6(rng))
    return Secret("ipv6 port", f"[{made}]:{rng.choice((80, 443, 8080))}", (made,))


def ipv6_zone(rng: random.Random) -> Secret:
    made = str(ipaddress.IPv6Address(0xFE80 << 112 | rng.getrandbits(64)))
    return Secret("ipv6 zone", f"{made}%{rng.choice(('eth0', 'en0', 'wlan0', '3'))}", (made,))


def ipv6_mapped(rng: random.Random) -> Secret:
    made = _v4(rng)
    return Secret("ipv6 mapped", f"::ffff:{made}", (made,))


def mac(rng: random.Random) -> Secret:
    sign = rng.choice((":", "-", ":"))
    made = sign.join(hexadecimal(rng, 2) for _ in range(6))
    made = rng.choice((made, made.upper()))
    return Secret("mac", made, (made,))


def posix(rng: random.Random) -> Secret:
    root = rng.choice(("/var/lib", "/srv", "/opt", "/tmp", "/mnt", "/etc", "/data", "/usr/local/share", "/app", ""))
    first, second, (stem, leaf) = folder(rng), folder(rng), file(rng)
    return Secret("path posix", f"{root}/{first}/{second}/{leaf}", (first, second, stem))


def home(rng: random.Random) -> Secret:
    owner, inner, (stem, leaf) = name(rng), folder(rng), file(rng)
    root = rng.choice(("/home", "/Users", "/home", "/root/.cache"))
    return Secret("path home", f"{root}/{owner}/{inner}/{leaf}", (owner, inner, stem))


def tilde(rng: random.Random) -> Secret:
    owner, (stem, leaf) = name(rng), file(rng)
    inner = rng.choice((".config", ".ssh", "Documents"))
    return Secret("path tilde", rng.choice((f"~/{inner}/{owner}/{leaf}", f"~{owner}/{inner}/{leaf}")), (owner, stem))


def relative(rng: random.Random) -> Secret:
    inner, (stem, leaf) = folder(rng), file(rng)
    return Secret("path relative", rng.choice(("./", "../", "../../")) + f"{inner}/{leaf}", (inner, stem))


def windows(rng: random.Random) -> Secret:
    owner, inner, (stem, leaf) = name(rng), folder(rng), file(rng)
    drive, root = rng.choice("CDE"), rng.choice(("Users", "Projects", "Program Files\\Acme", "ProgramData"))
    return Secret("path windows", f"{drive}:\\{root}\\{owner}\\{inner}\\{leaf}", (owner, inner, stem))


def windows_slashes(rng: random.Random) -> Secret:
    owner, (stem, leaf) = name(rng), file(rng)
    return Secret("path drive", f"{rng.choice('CDE')}:/Users/{owner}/AppData/{leaf}", (owner, stem))


def unc(rng: random.Random) -> Secret:
    server, share, (stem, leaf) = name(rng), folder(rng), file(rng)
    return Secret("path unc", f"\\\\{server}\\{share}\\{leaf}", (server, share, stem))


def file_url(rng: random.Random) -> Secret:
    owner, (stem, leaf) = name(rng), file(rng)
    return Secret("path file url", f"file:///{rng.choice(('home', 'Users', 'C:/Users'))}/{owner}/{leaf}", (owner, stem))


def spaced(rng: random.Random) -> Secret:
    first, last, (stem, leaf) = name(rng).capitalize(), name(rng).capitalize(), file(rng)
    root, sign = rng.choice((("/Users", "/"), ("/home", "/"), ("C:\\Users", "\\")))
    return Secret(
        "path with spaces", f"'{sign.join((root, f'{first} {last}', 'My Files', leaf))}'", (first, last, stem)
    )


def remote(rng: random.Random) -> Secret:
    owner, inner, (stem, leaf) = name(rng), folder(rng), file(rng)
    return Secret("path scp", f"{owner}@{host(rng) or 'build'}:/srv/{inner}/{leaf}", (owner, inner, stem))


ADDRESSES: Final[tuple[Make, ...]] = (
    ipv4,
    ipv6,
    ipv4_port,
    ipv6_full,
    ipv4_network,
    ipv4,
    ipv6_port,
    ipv6_zone,
    ipv6_mapped,
    ipv6,
    ipv4,
)
PATHS: Final[tuple[Make, ...]] = (
    posix,
    home,
    windows,
    unc,
    tilde,
    relative,
    home,
    posix,
    file_url,
    windows_slashes,
    windows,
    spaced,
    remote,
)
