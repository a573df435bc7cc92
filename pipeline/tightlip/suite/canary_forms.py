"""The kinds of canaries: one table.

The forms of keys are those that the vendors document; every value is made up, and no one has issued it. What text scrubbing keeps by design is
the same in every value: the host of a URL, the names of parameters and columns, the size class that a marker such as ``[table:small]`` tells.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tightlip.suite.canary_kind import Form, Found, Kind, Part, form
from tightlip.suite.canary_parts import (
    BASE32,
    BASE62,
    BASE64URL,
    DIGITS,
    HEX,
    PASSWORD,
    TITLE,
    UPPER,
    WORD,
    between,
    card,
    chars,
    encoded,
    iban,
    lines,
    one,
    pem_body,
    prose,
    row,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_OCTET: Final = between(10, 254)
_SITE: Final = one(".example", ".test", ".net", ".org", ".io")
_JWT_HEADER: Final = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
_VARIED: Final = chars(BASE62, 28, 48)


def _kind(
    name: str, what: str, data_class: str, found: Found, forms: Mapping[str, Form] | Form, *, plain: bool = True
) -> Kind:
    return Kind(
        name, what, data_class, found, MappingProxyType({"": forms} if isinstance(forms, Form) else dict(forms)), plain
    )


_API_KEYS: Final = {
    "anthropic": form("sk-ant-api03-", chars(BASE64URL, 93), "AA"),
    "aws": form("AKIA", chars(BASE32, 16)),
    "blaxel": form("bl_", chars(BASE62, 32, 48)),
    "databricks": form("dapi", chars(HEX, 32)),
    "digitalocean": form("dop_v1_", chars(HEX, 64)),
    "doppler": form("dp.pt.", chars(BASE62, 43)),
    "gitlab": form("glpat-", chars(BASE64URL, 20)),
    "google": form("AIza", chars(BASE64URL, 35)),
    "huggingface": form("hf_", chars(BASE62, 34)),
    "linear": form("lin_api_", chars(BASE62, 40)),
    "npm": form("npm_", chars(BASE62, 36)),
    "openai": form("sk-proj-", chars(BASE62, 74), "T3BlbkFJ", chars(BASE62, 74)),
    "sendgrid": form("SG.", chars(BASE64URL, 22), ".", chars(BASE64URL, 43)),
    "shopify": form("shpat_", chars(HEX, 32)),
    "slack": form("xoxb-", chars("123456789", 11, 13), "-", chars("123456789", 11, 13), "-", chars(BASE62, 24)),
    "stripe": form("sk_live_", chars(BASE62, 24, 99)),
    "twilio": form("SK", chars(HEX, 32)),
    "vault": form("hvs.", chars(BASE64URL, 90, 110)),
}

TABLE: Final[tuple[Kind, ...]] = (
    # Secrets.
    _kind("api_key", "A key of a vendor whose keys are known by their form; the form is the vendor.", "secret", "form", _API_KEYS),
    _kind("token", "An opaque access token, of a form that no vendor owns.", "secret", "form", form(_VARIED)),
    _kind(
        "jwt", "A signed JSON web token (RFC 7519).", "secret", "form",
        # The last character of the fixed text is one of four: its last two bits are of the subject.
        form(_JWT_HEADER, encoded(12, 40), ".", chars(BASE64URL, 43), fixed=tuple(f"{_JWT_HEADER}eyJzdWIiOi{c}" for c in "IJKL")),
    ),
    _kind("password", "A password as rules for passwords ask for it.", "secret", "place", form(PASSWORD)),
    _kind("passphrase", "A secret sentence of made-up words.", "secret", "place", form(words(5, 8))),
    _kind(
        "private_key", "A private key in PEM, of several lines.", "secret", "form",
        {
            "pkcs8": form("-----BEGIN PRIVATE KEY-----\n", Part(pem_body, varies=True), "\n-----END PRIVATE KEY-----"),
            "openssh": form(
                "-----BEGIN OPENSSH PRIVATE KEY-----\n", Part(pem_body, varies=True), "\n-----END OPENSSH PRIVATE KEY-----"
            ),
        },
        plain=False,
    ),
    _kind(
        "connection", "The address of a database, with user and password in it; the machine is always the same.", "secret", "form",
        form("postgresql://", WORD, ":", chars(BASE62, 14, 24), "@db.acme.example:5432/orders"),
    ),
    # Requests.
    _kind("cookie", "The value of a session cookie.", "request", "form", form(chars(BASE64URL, 24, 44))),
    _kind("header_value", "The value of a header that the customer chose.", "request", "place", form(WORD, "-", chars(BASE62, 10, 20))),
    _kind("query_string", "Parameters of a URL, without the question mark; their names are always the same.", "request", "form", form("customer=", WORD, "&session=", chars(BASE62, 24, 40))),
    _kind("form_body", "The body of a form that was sent; its fields are always the same.", "request", "form", form("name=", words(2, 4, "+"), "&email=", WORD, "%40", WORD, ".org")),
    _kind(
        "request_body", "A body in JSON; its keys are always the same.", "request", "form",
        form('{"customer": "', words(1, 3), '", "delivery": {"street": "', words(2, 3), '"}, "coupon": "', chars(UPPER, 8, 14), '"}'),
        plain=False,
    ),
    # Paths.
    _kind(
        "path", "A file of a POSIX system, outside of homes.", "path", "form",
        form(one("/srv/", "/opt/", "/mnt/", "/data/", "/var/lib/"), WORD, "/", WORD, "/", WORD, one(".csv", ".db", ".xlsx", ".pdf", ".json"), fixed=("/var/lib/", "/data/", ".xlsx", ".json", "/srv/", "/opt/", "/mnt/")),
    ),
    _kind("home_path", "A file in a user's home.", "path", "form", {
        "linux": form("/home/", WORD, "/", WORD, "/", WORD, ".csv"),
        "mac": form("/Users/", WORD, "/", WORD, "/", WORD, ".csv"),
    }),
    _kind("windows_path", "A file of a Windows drive, in a user's folder.", "path", "form", form("C:\\Users\\", WORD, "\\", WORD, "\\", WORD, ".docx"), plain=False),
    _kind("unc_path", "A file of a Windows server.", "path", "form", form("\\\\", WORD, "\\", WORD, "\\", WORD, ".xlsx"), plain=False),
    _kind("file_name", "A file's name without its folder.", "path", "place", form(WORD, "-", WORD, one(".csv", ".pdf", ".docx"), fixed=(".docx",))),
    # Contents. So few lines that two of them side by side are of one size class, which is all that may be told of them.
    _kind("file_content", "Some lines of a file that holds data.", "content", "form", form(lines(9, 12, row)), plain=False),
    _kind("source_line", "A line of the customer's own program.", "content", "place", form(WORD, "_", WORD, " = ", WORD, ".", WORD, "(", between(1_000, 999_999), ")")),
    _kind("env_value", "A setting from the environment.", "content", "place", form(WORD, "=", WORD, "-", chars(BASE62, 8, 16))),
    _kind("shell_command", "A command with its arguments.", "content", "place", form(WORD, "-ctl --", WORD, " ", WORD, " --", WORD, "=", WORD)),
    _kind("sql", "A statement with values in it; its tables and columns are always the same.", "content", "form", form("SELECT id FROM orders WHERE customer = '", WORD, " ", WORD, "' AND reference = '", chars(UPPER, 9, 16), "'"), plain=False),
    _kind("text", "Sentences of made-up words.", "content", "place", form(lines(1, 2, prose)), plain=False),
    _kind("bytes_hex", "Bytes as hexadecimal digits.", "content", "place", form(Part(lambda random: random.randbytes(random.randint(16, 40)).hex(), varies=True))),
    # Addresses of machines.
    _kind("ip", "An IPv4 address.", "ip", "form", {
        "private": form("10.", _OCTET, ".", _OCTET, ".", _OCTET),
        "public": form(between(11, 99), ".", _OCTET, ".", _OCTET, ".", _OCTET),
    }),
    _kind("ipv6", "An IPv6 address.", "ip", "form", {
        "global": form("2a0", chars(HEX, 1), *[part for _ in range(7) for part in (":", chars(HEX[1:], 4))]),
        "short": form("2a0", chars(HEX, 1), ":", chars(HEX[1:], 4), ":", chars(HEX[1:], 3, 4), "::", chars(HEX[1:], 2, 4)),
    }),
    _kind("mac", "The hardware address of a network card.", "ip", "form", form("02", *[part for _ in range(5) for part in (":", chars(HEX, 2))])),
    # People.
    _kind("email", "A mail address.", "pii", "form", form(WORD, ".", WORD, "@", WORD, _SITE, fixed=(".example", ".test"))),
    _kind("user_name", "The name a user logs in by.", "pii", "place", form(WORD, "_", chars(DIGITS, 2, 4))),
    _kind("person", "A person's name.", "pii", "place", {
        "plain": form(TITLE, " ", TITLE),
        "accents": form(TITLE, one("é", "ü", "ø", "ñ"), " ", TITLE, one("ř", "ö", "ç", "å")),
    }),
    _kind("phone", "A phone number with its country.", "pii", "form", {
        "us": form("+1 ", between(201, 989), "-", between(201, 989), "-", chars(DIGITS, 4)),
        "gb": form("+44 20 ", chars("23456789", 4), " ", chars(DIGITS, 4)),
        "de": form("+49 30 ", chars("23456789", 7, 9)),
    }),
    _kind("card", "The number of a payment card; its check digit is right.", "pii", "form", {
        "visa": form(card(("4",), 16)),
        "visa_spaced": form(card(("4",), 16, (4, 4, 4, 4))),
        "mastercard": form(card(("51", "52", "53", "54", "55"), 16)),
        "amex": form(card(("34", "37"), 15)),
    }),
    _kind("iban", "A bank account; its check digits are right.", "pii", "form", {
        "de": form(iban("DE", chars(DIGITS, 18))),
        "fr": form(iban("FR", chars(DIGITS, 23))),
        "gb": form(iban("GB", chars(BASE62[26:52], 4), chars(DIGITS, 14))),
        "nl": form(iban("NL", chars(BASE62[26:52], 4), chars(DIGITS, 10))),
    }),
    _kind("national_id", "A number that a state gave to a person.", "pii", "place", {
        "us_ssn": form(between(100, 665), "-", between(10, 99), "-", between(1000, 9999)),
        "gb_nino": form(one("AB", "CE", "HJ", "KL", "MP"), chars(DIGITS, 6), one("A", "B", "C", "D")),
    }),
    _kind("address", "Street, town and code.", "pii", "place", form(between(10, 9_999), " ", TITLE, " Street, ", TITLE, " ", between(10_000, 99_999))),
    _kind("customer_id", "A customer's number, in the vendor's own form.", "pii", "place", form("CUST-", chars("123456789", 7, 11))),
    _kind("host_name", "The name of a machine of the customer's.", "pii", "place", form(WORD, "-", WORD, "-", between(10, 999), fixed=())),
    _kind("number", "A long number, such as an id of a database; `|number` plants it as a number.", "pii", "place", form(chars("123456789", 9, 15))),
    # Addresses on the web.
    _kind("url", "A URL of a fixed service, with an opaque segment and a query.", "url", "form", form("https://api.acme.example/v1/accounts/", chars(BASE62, 24, 40), "?session=", chars(BASE62, 24, 40))),
    # The customer's application.
    _kind("uuid", "A random UUID (RFC 9562).", "application", "place", form(chars(HEX, 8), "-", chars(HEX, 4), "-4", chars(HEX, 3), "-", one("8", "9", "a", "b"), chars(HEX, 3), "-", chars(HEX, 12))),
    _kind("identifier", "A name from the customer's code.", "application", "place", form(WORD, "_", WORD)),
    _kind("module", "A module of the customer's code.", "application", "place", form(WORD, ".", WORD, ".", WORD)),
    _kind("reference", "A reference in capitals and digits, such as an order's.", "application", "place", form(chars(UPPER, 4), "-", chars(UPPER, 5, 9))),
    _kind("word", "A made-up word, such as a project's name.", "application", "place", form(WORD)),
)  # fmt: skip
"""All kinds, in the order of the documentation."""
