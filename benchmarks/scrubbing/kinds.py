"""Generators of made-up secrets, one a kind."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Final, TypeAlias

from benchmarks.scrubbing import places
from benchmarks.scrubbing.checksums import base58check, bech32, iban, luhn
from benchmarks.scrubbing.people import hexadecimal, host, name, password
from benchmarks.scrubbing.planted import ALNUM, BASE64, HEX, URLSAFE, Secret, run, shaped
from benchmarks.scrubbing.vendors import SHAPES

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    Make: TypeAlias = Callable[[random.Random], Secret]

_KEYS: Final = (
    *("password", "passwd", "pwd", "db_password", "secret", "client_secret", "api_key", "apiKey", "access_token"),
    *("auth_token", "private_key", "SMTP_PASSWORD", "session_token", "refreshToken", "x-api-key", "signing_secret"),
)
_VARIABLES: Final = (
    *("DB_PASSWORD", "SECRET_KEY", "API_TOKEN", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD", "REDIS_PASSWORD", "JWT_SECRET"),
    *("STRIPE_API_KEY", "SMTP_PASS", "GITHUB_TOKEN", "ENCRYPTION_KEY"),
)
_OPTIONS: Final = ("--password", "--token", "--api-key", "--client-secret", "--db-password", "--auth-token")


def vendor(rng: random.Random) -> Secret:
    """A token of a vendor's shape."""
    made, parts = shaped(rng, rng.choice(SHAPES[rng.choice(list(SHAPES))]))
    return Secret("vendor token", made, parts)


def _token(rng: random.Random) -> str:
    """A JWT: RFC 7519, signed by a random key."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = {"sub": name(rng), "iat": rng.randrange(1_700_000_000, 1_790_000_000), "scope": name(rng, 2)}
    header = {"alg": rng.choice(("HS256", "RS256", "ES256")), "typ": "JWT"}
    return f"{part(header)}.{part(claims)}.{run(rng, URLSAFE, rng.choice((43, 86)))}"


def jwt(rng: random.Random) -> Secret:
    made = _token(rng)
    return Secret("jwt", made, tuple(made.split(".")[1:]))


def bearer(rng: random.Random) -> Secret:
    made = run(rng, URLSAFE, rng.randrange(24, 50)) + rng.choice(ALNUM)
    before = rng.choice(("Authorization: Bearer ", "authorization: bearer ", "Bearer ", "'Authorization': 'Bearer "))
    return Secret("bearer", before + made + ("'" if before.startswith("'") else ""), (made,))


def bearer_jwt(rng: random.Random) -> Secret:
    made = _token(rng)
    return Secret("bearer jwt", f"Bearer {made}", tuple(made.split(".")[1:]))


def basic(rng: random.Random) -> Secret:
    made = base64.b64encode(f"{name(rng)}:{password(rng)}".encode()).decode()
    return Secret("basic", rng.choice(("Authorization: Basic ", "Basic ")) + made, (made,))


def pem_line(rng: random.Random) -> Secret:
    """A private key as environment variables and JSON hold it: its line breaks are escaped."""
    label, body = _key(rng)
    return Secret("pem one line", "\\n".join((f"-----BEGIN {label}-----", *body, f"-----END {label}-----")), body)


def pem_lines(rng: random.Random) -> Secret:
    label, body = _key(rng)
    return Secret("pem", "\n".join((f"-----BEGIN {label}-----", *body, f"-----END {label}-----")), body)


def _key(rng: random.Random) -> tuple[str, tuple[str, ...]]:
    label = rng.choice(("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"))
    body = [run(rng, BASE64, 64) for _ in range(rng.randrange(1, 4))]
    return label, (*body, run(rng, BASE64, rng.randrange(20, 60)) + "==")


def assigned(rng: random.Random) -> Secret:
    value = password(rng)
    sign = rng.choice(("=", " = ", ": ", "=", ":", " := ", "=>"))
    quote = rng.choice(("", "", '"', "'"))
    return Secret("password after key", f"{rng.choice(_KEYS)}{sign}{quote}{value}{quote}", (value,))


def as_json(rng: random.Random) -> Secret:
    value = password(rng)
    return Secret("password in json", json.dumps({"user": "app", rng.choice(_KEYS): value}), (value,))


def as_repr(rng: random.Random) -> Secret:
    value = password(rng)
    return Secret("password in repr", repr({rng.choice(_KEYS): value, "retries": 3}), (value,))


def as_yaml(rng: random.Random) -> Secret:
    value = password(rng)
    return Secret("password in yaml", f"{rng.choice(_KEYS)}: {value}", (value,))


def as_option(rng: random.Random) -> Secret:
    value = password(rng)
    return Secret("password in command", f"{rng.choice(_OPTIONS)}{rng.choice((' ', '='))}{value}", (value,))


def as_variable(rng: random.Random) -> Secret:
    value = password(rng)
    return Secret("password in environment", f"{rng.choice(('', 'export '))}{rng.choice(_VARIABLES)}={value}", (value,))


def as_header(rng: random.Random) -> Secret:
    value = run(rng, ALNUM, rng.randrange(16, 40))
    header = rng.choice(("X-Api-Key", "X-Auth-Token", "Api-Key", "X-CSRF-Token", "Proxy-Authorization"))
    return Secret("secret header", f"{header}: {value}", (value,))


def cookie(rng: random.Random) -> Secret:
    first, second = run(rng, ALNUM, 26), run(rng, ALNUM, 32)
    text = rng.choice(
        (f"Cookie: sessionid={first}; csrftoken={second}", f"Set-Cookie: sid={first}; auth={second}; Path=/; HttpOnly")
    )
    return Secret("cookie", text, (first, second))


def as_xml(rng: random.Random) -> Secret:
    value, key = run(rng, ALNUM, rng.randrange(10, 24)), rng.choice(("password", "apiKey", "secret", "token"))
    return Secret("password in xml", f"<{key}>{value}</{key}>", (value,))


def connection(rng: random.Random) -> Secret:
    """A connection URL; its password stands in it as it is, or percent-encoded signs would be no signs."""
    scheme, port = rng.choice(
        (("postgres", 5432), ("postgresql+psycopg", 5432), ("mysql", 3306), ("mongodb", 27017), ("amqp", 5672))
    )
    user, value = name(rng), run(rng, ALNUM, rng.randrange(8, 24))
    made = f"{scheme}://{user}:{value}@{host(rng)}:{port}/{rng.choice(('orders', 'app', 'main'))}"
    return Secret("connection url", made, (user, value))


def redis(rng: random.Random) -> Secret:
    value = run(rng, ALNUM, rng.randrange(8, 24))
    return Secret("connection redis", f"redis://:{value}@{host(rng)}:6379/0", (value,))


def ado(rng: random.Random) -> Secret:
    value = run(rng, ALNUM, rng.randrange(8, 24))
    text = rng.choice(
        (
            f"Server=tcp:{host(rng)},1433;Database=orders;User Id=app;Password={value};Encrypt=True",
            f"host={host(rng)} port=5432 dbname=orders user=app password={value}",
            f"jdbc:postgresql://{host(rng)}:5432/orders?user=app&password={value}",
            f"Driver={{ODBC Driver 18}};Server={host(rng)};Uid=app;Pwd={value}",
        )
    )
    return Secret("connection string", text, (value,))


def storage(rng: random.Random) -> Secret:
    value = run(rng, BASE64, 86) + "=="
    text = f"DefaultEndpointsProtocol=https;AccountName=acme;AccountKey={value};EndpointSuffix=core.windows.net"
    return Secret("connection storage", text, (value,))


def url_user(rng: random.Random) -> Secret:
    user, value = name(rng), run(rng, ALNUM, rng.randrange(8, 24))
    return Secret("url user info", f"https://{user}:{value}@{host(rng) or 'build'}/repo/index", (user, value))


def url_query(rng: random.Random) -> Secret:
    owner, value = name(rng), run(rng, ALNUM, rng.randrange(8, 30))
    keys = rng.choice((("user", "sig"), ("q", "page_token"), ("name", "code"), ("owner", "state")))
    return Secret(
        "url query", f"https://{host(rng) or 'build'}/items?{keys[0]}={owner}&{keys[1]}={value}", (owner, value)
    )


def url_path(rng: random.Random) -> Secret:
    value = rng.choice((hexadecimal(rng, 32), run(rng, ALNUM, 28)))
    route = rng.choice(("reset", "invite", "download", "confirm"))
    return Secret("url path", f"https://{host(rng) or 'build'}/{route}/{value}", (value,))


def webhook(rng: random.Random) -> Secret:
    text, parts = shaped(
        rng,
        rng.choice(
            (
                "https://hooks.slack.com/services/T{U10}/B{U10}/{A24}",
                "https://discord.com/api/webhooks/{d18}/{b68}",
                "https://api.telegram.org/bot{d10}:AA{A33}/sendMessage",
                "https://{h32}@o{d6}.ingest.sentry.io/{d7}",
            )
        ),
    )
    return Secret("webhook url", text, tuple(part for part in parts if len(part) > 7))  # not the ids


def email(rng: random.Random) -> Secret:
    local = rng.choice(
        (name(rng), f"{name(rng)}.{name(rng)}", f"{name(rng)}+{name(rng, 2)}", f"{name(rng)}_{rng.randrange(99)}")
    )
    domain = name(rng)
    end = rng.choice((".com", ".org", ".de", ".co.uk", ".example", ".io", ".museum"))
    return Secret("e-mail", f"{local}@{domain}{end}", (local, domain))


def phone(rng: random.Random) -> Secret:
    number = str(rng.randrange(2, 10)) + "".join(rng.choices("0123456789", k=9))
    made = rng.choice(
        (
            f"+1 {number[:3]}-555-{number[6:]}",
            f"({number[:3]}) 555-{number[6:]}",
            f"{number[:3]}-555-{number[6:]}",
            f"+44 20 {number[:4]} {number[4:8]}",
            f"+49 30 {number[:8]}",
            f"+33 {number[0]} {number[1:3]} {number[3:5]} {number[5:7]} {number[7:9]}",
            f"+91-{number[:5]}-{number[5:]}",
            f"+1{number[:3]}555{number[6:]}",
        )
    )
    return Secret("phone", made, (made,))


def card(rng: random.Random) -> Secret:
    prefix, length = rng.choice(
        (("4", 16), ("51", 16), ("55", 16), ("2223", 16), ("34", 15), ("37", 15), ("6011", 16), ("36", 14))
    )
    made = luhn(prefix + "".join(rng.choices("0123456789", k=length - 1 - len(prefix))))
    sign = rng.choice(("", " ", "-"))
    groups = (4, 6, 5) if length < 16 else (4, 4, 4, 4)
    if sign:
        cut = [made[sum(groups[:place]) : sum(groups[: place + 1])] for place in range(len(groups))]
        made = sign.join(part for part in cut if part)
    return Secret("card", made, (made,))


def bank(rng: random.Random) -> Secret:
    country, shape = rng.choice(
        (
            ("DE", "{d18}"),
            ("FR", "{d20}{U1}{d2}"),
            ("GB", "{u4}{d14}"),
            ("NL", "{u4}{d10}"),
            ("ES", "{d20}"),
            ("CH", "{d17}"),
        )
    )
    made = iban(country, shaped(rng, shape)[0])
    if rng.random() < 0.5:
        made = " ".join(made[place : place + 4] for place in range(0, len(made), 4))
    return Secret("iban", made, (made,))


def ssn(rng: random.Random) -> Secret:
    area = rng.choice([number for number in range(1, 900) if number != 666])
    made = f"{area:03d}-{rng.randrange(1, 100):02d}-{rng.randrange(1, 10_000):04d}"
    return Secret("ssn", rng.choice(("", "SSN ", "ssn: ", "social security number ")) + made, (made,))


def entropy(rng: random.Random) -> Secret:
    """A long random token without a key, of mixed classes."""
    made = run(rng, rng.choice((ALNUM, URLSAFE, BASE64)), rng.randrange(32, 65))
    made = rng.choice(ALNUM) + made[1:-1] + rng.choice(ALNUM)
    return Secret("random token", made, (made,))


def crypto(rng: random.Random) -> Secret:
    made = rng.choice(
        (
            base58check(0, rng.randbytes(20)),
            base58check(5, rng.randbytes(20)),
            bech32(rng.randbytes(20)),
            "0x" + run(rng, HEX, 40),
        )
    )
    return Secret("crypto address", made, (made,))


def user(rng: random.Random) -> Secret:
    owner = name(rng)
    return Secret("user name", rng.choice(("user=", "username: ", "login=", '"username": "')) + owner, (owner,))


def seed_phrase_key(rng: random.Random) -> Secret:
    value = run(rng, HEX, rng.choice((32, 40, 64)))
    return Secret("hex after key", f"{rng.choice(('api_key', 'token', 'secret_key', 'signature'))}={value}", (value,))


KINDS: Final[tuple[Make, ...]] = (
    *(vendor, jwt, vendor, assigned, places.ipv4, places.home, email, vendor, connection, as_json, card, bearer),
    *(vendor, phone, as_option, places.windows, url_user, places.ipv6, entropy, vendor, basic, as_yaml, bank),
    *(places.posix, vendor, pem_line, as_variable, ssn, url_query, crypto, vendor, as_repr, ado, places.mac, email),
    *(cookie, vendor, as_header, places.unc, webhook, bearer_jwt, assigned, redis, url_path, pem_lines, storage),
    *(vendor, places.tilde, entropy, as_xml, seed_phrase_key, places.ipv4_port, user, vendor, places.file_url, card),
)
"""Which kinds are planted, in turn; one named more often is planted more often."""
