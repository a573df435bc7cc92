"""Which segments of a URL's path, or of a route, are data: ids, names, tokens, dates, files; words of the route stay.

``/api/v1/users/1024/orders`` is two facts: which route, which is code, and whose, which is not. The same segment in the address
of public documentation (``https://docs.python.org/3/whatsnew/3.11.html``) tells of nobody.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tightlip_scrubbers.common_words import COMMON_WORDS
from tightlip_scrubbers.detectors.extensions import class_of
from tightlip_scrubbers.detectors.path_ends import tidy
from tightlip_scrubbers.detectors.path_tables import PLACEHOLDERS, ROUTES
from tightlip_scrubbers.detectors.url_places import is_requested, run_start, url_start
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.randomness import MIN_KEYED, is_uuid, looks_random

if TYPE_CHECKING:
    from tightlip_scrubbers.spans import Span

PUBLIC_HOSTS: Final[tuple[str, ...]] = (
    *(
        "github.com",
        "gitlab.com",
        "bitbucket.org",
        "readthedocs.io",
        "readthedocs.org",
        "rtfd.io",
        "github.io",
        "python.org",
        "pypa.io",
    ),
    *(
        "pypi.org",
        "npmjs.com",
        "npmjs.org",
        "unpkg.com",
        "jsdelivr.net",
        "crates.io",
        "docs.rs",
        "rubygems.org",
        "nuget.org",
    ),
    *("stackoverflow.com", "stackexchange.com", "wikipedia.org", "w3.org", "ietf.org", "rfc-editor.org", "iana.org"),
    *("whatwg.org", "mozilla.org", "microsoft.com", "json-schema.org", "schema.org", "openapis.org", "unicode.org"),
    *("aka.ms", "goo.gl", "sphinx-doc.org", "numpy.org", "scipy.org", "pydata.org", "pytorch.org", "tensorflow.org"),
    *(
        "djangoproject.com",
        "palletsprojects.com",
        "sqlalchemy.org",
        "sqlalche.me",
        "pydantic.dev",
        "apache.org",
        "gnu.org",
    ),
    *("kernel.org", "debian.org", "man7.org", "postgresql.org", "mysql.com", "sqlite.org", "mongodb.com", "redis.io"),
    *(
        "doi.org",
        "arxiv.org",
        "creativecommons.org",
        "opensource.org",
        "spdx.org",
        "nist.gov",
        "iso.org",
        "ecma-international.org",
    ),
    *(
        "kubernetes.io",
        "k8s.io",
        "helm.sh",
        "prometheus.io",
        "opentelemetry.io",
        "grpc.io",
        "protobuf.dev",
        "graphql.org",
        "yaml.org",
    ),
    *(
        "golang.org",
        "go.dev",
        "rust-lang.org",
        "nodejs.org",
        "deno.land",
        "typescriptlang.org",
        "babeljs.io",
        "eslint.org",
        "jestjs.io",
    ),
    *(
        "webpack.js.org",
        "vite.dev",
        "vitejs.dev",
        "rollupjs.org",
        "react.dev",
        "reactjs.org",
        "vuejs.org",
        "angular.dev",
        "angular.io",
    ),
    *(
        "svelte.dev",
        "nextjs.org",
        "expressjs.com",
        "fastify.dev",
        "jquery.com",
        "php.net",
        "ruby-lang.org",
        "rubyonrails.org",
    ),
    *(
        "rubydoc.info",
        "spring.io",
        "openjdk.org",
        "jenkins.io",
        "gradle.org",
        "scala-lang.org",
        "kotlinlang.org",
        "swift.org",
    ),
    *(
        "haskell.org",
        "r-project.org",
        "julialang.org",
        "llvm.org",
        "cmake.org",
        "cppreference.com",
        "openssl.org",
        "letsencrypt.org",
    ),
    *(
        "nginx.org",
        "haproxy.org",
        "freedesktop.org",
        "archlinux.org",
        "freebsd.org",
        "openbsd.org",
        "opengroup.org",
        "die.net",
    ),
    *(
        "ansible.com",
        "terraform.io",
        "dask.org",
        "scikit-learn.org",
        "matplotlib.org",
        "networkx.org",
        "jupyter.org",
        "ipython.org",
    ),
    *(
        "pytest.org",
        "scrapy.org",
        "celeryproject.org",
        "aiohttp.org",
        "plotly.com",
        "ffmpeg.org",
        "git-scm.com",
        "trac.edgewall.org",
        "keras.io",
        "spacy.io",
        "huggingface.co",
        "django-rest-framework.org",
        "superuser.com",
        "serverfault.com",
        "askubuntu.com",
        "archive.org",
        "owasp.org",
        "httpwg.org",
        "xmpp.org",
        "raw.githubusercontent.com",
        "activestate.com",
        "faqs.org",
        "numba.org",
        "fastapi.tiangolo.com",
    ),
)
"""Hosts of public documentation, source and standards: an issue's number, a date, a heading there tells of nobody."""

_PUBLIC_ENDS: Final = tuple("." + host for host in PUBLIC_HOSTS)
_PUBLIC_LABELS: Final = frozenset(
    {"docs", "doc", "documentation", "developer", "developers", "devdocs", "wiki", "manual"}
)

PEOPLE: Final[frozenset[str]] = frozenset(
    """
    users people persons customers accounts members employees patients profiles tenants organizations organisations orgs
    workspaces companies clients contacts students teachers drivers guests owners authors subscribers buyers sellers vendors
    families households namespaces mailboxes inboxes by-name by-email by-username username u
    """.split()  # noqa: SIM905
)
"""Segments before a name: what follows is whose."""

_PERSON: Final = frozenset(
    {"user", "profile", "person", "customer", "member", "employee", "patient", "tenant", "author"}
)
"""These stand before names, and before words as often: ``/user/repos``."""

_SECRET_BEFORE: Final = frozenset(
    {"reset", "invite", "invitation", "confirm", "verify", "activate", "unsubscribe", "magic"}
)

ROUTE_WORDS: Final[frozenset[str]] = PLACEHOLDERS | frozenset(
    """
    me self current all list search new create edit update delete add remove login logout register signup signin signout
    settings profile profiles account accounts password reset verify confirm invite invites import export count batch bulk
    stats status metrics health roles permissions groups teams sessions tokens keys search query find get set index show
    info details view admin active archived default public private orders items posts comments messages notifications
    applications applications subscriptions payments invoices cards billing usage limits quotas events logs activity
    avatar photo image images files documents upload uploads download downloads id ids name names email emails username
    login-as lookup validate check exists merge transfer sync refresh callback authorize token oauth sso mfa v1 v2 v3
    users user people persons customers customer members member employees employee patients patient tenants tenant orgs
    organizations organisations workspaces projects namespaces pods services deployments secrets configmaps
    """.split()  # noqa: SIM905
)
"""Segments of routes that stand where a name could."""

_TECHNICAL: Final = re.compile(
    r"v?[0-9]{1,4}(?:\.[0-9]{1,5}){1,3}(?:[\-.+]?[A-Za-z]{1,6}[.\-]?[0-9]{0,4})?"  # a version
    r"|(?:sha|md|aes|rsa|utf|base|oauth|iso|iec|rfc|pep|cp|windows|cve|http|x|p|ed|es|hs|rs|secp|ecma|ascii|latin|crc)-?_?"
    r"[0-9]{1,5}(?:-[0-9]{1,5})?(?:[a-z][0-9]?)?"
    r"|[a-z]{2,12}-(?:north|south|east|west|central)[a-z]{0,6}-?[0-9]",  # a region of a cloud
    re.IGNORECASE,
)
_STATUS: Final = re.compile(r"[45]0[0-9]|[45]xx")
_DATE: Final = re.compile(r"(?:19|20)[0-9]{2}(?:-?[0-9]{2}){0,2}")
_NUMBERED: Final = frozenset(
    {
        "issues",
        "issue",
        "pull",
        "pulls",
        "questions",
        "rfc",
        "errors",
        "status",
        "port",
        "year",
        "ticket",
        "tickets",
        "bug",
        "bugs",
        "discussions",
    }
)
_MIXED: Final = re.compile(r"(?=[^0-9]*[0-9][^0-9]*[0-9])(?=.*[A-Za-z])[A-Za-z0-9]{8,}")
_TEMPLATE: Final = re.compile(r"[{}<>*$]|%[sdr](?![0-9A-Fa-f])|^:|\.\.\.|\[[a-z]")
_MAIL: Final = re.compile(r"[^@]@[\w\-]+\.[A-Za-z]")
_POSITION: Final = re.compile(r"(?::[0-9]{1,7}){1,2}:?\Z|:[a-zA-Z]{2,20}\Z")
_PERCENT: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_WORDY: Final = re.compile(r"[a-z]+(?:[-_][a-z]+)*")
_README: Final = re.compile(r"[A-Z]{4,16}")
"""Names of files that tell of the code beside them: README, CHANGELOG."""
_REVISED: Final = frozenset({"blob", "tree", "commit", "commits", "raw", "blame", "compare"})
_REVISION: Final = re.compile(r"[0-9a-f]{7,40}")
_ADVISORY: Final = re.compile(r"GHSA(?:-[0-9a-z]{4}){3}|CVE-[0-9]{4}-[0-9]{4,7}")
PLAIN: Final = r"[A-Za-z][a-z_\-]{0,24}(?:[\s/?#\"'`<>\\;|,):&]|\Z)"
"""A plain word with its end, as a part of a pattern: most segments are such, and none of those is data by itself."""
NAMED: Final = "|".join(sorted(PEOPLE | _PERSON | _SECRET_BEFORE))
"""Segments after which a plain word is data too, as a part of a pattern."""
# What a bundler made: words, and a hash of the code as webpack (8 to 20 hexadecimal digits), Vite (8 of Base64) and esbuild (8 of Base32)
# write it. Digits alone are somebody's number.
_BUNDLE: Final = re.compile(
    r"_?(?:[A-Za-z]{1,24}|[0-9]{1,4})(?:[._\-~][A-Za-z]{2,24}){0,4}[.\-~](?![0-9_\-]+\.)"
    r"(?:(?=[a-f]*[0-9])(?:[0-9a-f]{16}|[0-9a-f]{20})|(?=[A-Za-z_\-]*[0-9]|[a-z]*[A-Z])[A-Za-z0-9_\-]{8})"
    r"(?:\.[a-z]{2,8}){0,2}\.(?:js|mjs|css|wasm)(?:\.map)?"
)
_BUNDLE_ENDS: Final = (".js", ".mjs", ".css", ".wasm", ".map")
_MANY_DIGITS: Final = 3
_DECIMALS: Final = re.compile(r"\d").findall
_LONG: Final = 40
_NUMBERED_ROUTES: Final = PEOPLE | ROUTES
_FIRST: Final = compile_pattern(r"[^\W\d_][^/\\^$\[\]?+|]*+\\?/")
_DOCS: Final = re.compile(
    r"/(?:docs?|documentation|changelog|blog|user-?guide|api-reference|tutorials?|en/(?:latest|stable|master|main))/"
)
_AUTHORITY_END: Final = re.compile(r"[/?#\\]")
_PREFIXED: Final = re.compile(r"[a-z]{2,8}_(?=[A-Za-z]*[0-9])[A-Za-z0-9]{8,64}")  # "cus_NffrFeUfNV2Hib"
_LONG_HEX: Final = re.compile(r"(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,}")


def is_public(host: str) -> bool:
    """Tell whether a host serves public documentation, source or standards."""
    host = host.rpartition("@")[2].partition(":")[0].lower()
    return ("." + host).endswith(_PUBLIC_ENDS) or not _PUBLIC_LABELS.isdisjoint(host.split(".")[:2])


def is_data(segment: str, before: str, *, public: bool = False) -> bool:
    """Tell a segment that is data from a word of the route.

    Args:
        segment: The segment, as it stands in the URL.
        before: The one before it.
        public: Whether the host is one of public documentation.
    """
    before = before.lower()
    whose = not public and (before in PEOPLE or (before in _PERSON and not _are_words(segment)))
    if not segment or _TEMPLATE.search(segment) or segment.lower() in ROUTE_WORDS:
        return False
    if public and ((before in _REVISED and _REVISION.fullmatch(segment)) or _ADVISORY.fullmatch(segment)):
        return False
    is_bundle = segment.endswith(_BUNDLE_ENDS) and _BUNDLE.fullmatch(segment) is not None
    if _MAIL.search(segment) or (
        len(segment) >= MIN_KEYED and not is_bundle and (looks_random(segment) or is_uuid(segment))
    ):
        return True
    if whose:
        return segment not in {".", ".."}
    if public or is_bundle:
        return False
    if "@" in segment[1:] and ".git@" not in segment:
        return True
    if (segment[0] in "~@" and segment[1:2] not in {"0", "1"}) or _PERCENT.search(segment):
        return len(segment) > 1
    if (
        _TECHNICAL.fullmatch(segment.removesuffix(".html").removesuffix(".txt"))
        or (before in _NUMBERED and segment.isdecimal())
        or _STATUS.fullmatch(segment)
    ):
        return False
    return _is_written_data(segment, before)


def _are_words(segment: str) -> bool:
    """Tell words of a route, in whatever style: ``bulk_new``."""
    return all(word in COMMON_WORDS or word in ROUTE_WORDS for word in re.split("[-_]", segment.lower()))


def _is_written_data(segment: str, before: str) -> bool:
    """Tell by its characters alone: digits, hexadecimal, files, length."""
    digits = len(_DECIMALS(segment))
    if (
        digits >= _MANY_DIGITS
        or _MIXED.fullmatch(segment)
        or _LONG_HEX.fullmatch(segment)
        or _PREFIXED.fullmatch(segment)
    ):
        return True
    stem, dot, extension = segment.rpartition(".")
    if dot and class_of(segment) in {"document", "archive", "data", "media", "key"} and not stem.endswith("."):
        return extension.lower() not in {"txt", "md", "rst"} or not (_WORDY.fullmatch(stem) or _README.fullmatch(stem))
    if before in _SECRET_BEFORE:
        return True
    return len(segment) > _LONG and not _WORDY.fullmatch(segment)


def segment(text: str, start: int, end: int) -> Span | None:
    """Confirm a segment behind a slash as data, in a URL or in a route that stands alone."""
    slash = start - 1
    while text[slash - 1] == "\\" and slash > 0:
        slash -= 1
    authority = url_start(text, start)
    if authority >= slash or (authority < 0 and not _in_route(text, slash, end)):  # the host itself, or no route
        return None
    end = tidy(text, start, end)
    what = text[start:end]
    behind = _POSITION.search(what)  # a line and column, or a verb: "/users/1024:activate"
    if behind is not None:
        what, end = what[: behind.start()], start + behind.start()
    previous = text[max(0, slash - 64) : slash].replace("\\/", "/").rpartition("/")[2]
    if end <= start or not is_data(what, previous):
        return None
    # Documentation has fewer segments that are data.
    public = authority >= 0 and is_documentation(text, authority, start)
    return None if public and not is_data(what, previous, public=True) else (start, end)


def is_documentation(text: str, authority: int, position: int) -> bool:
    """Tell whether the host of a URL, or its path before a position, says that it leads to public documentation."""
    return is_public(host_of(text, authority, position)) or _DOCS.search(text, authority, position) is not None


def host_of(text: str, authority: int, end: int) -> str:
    """Return the host, with all that stands beside it in the authority of a URL."""
    found = _AUTHORITY_END.search(text, authority, end)
    return text[authority : found.start() if found else end]


def _in_route(text: str, slash: int, end: int) -> bool:
    """Tell whether the slash stands in a route: it begins with a slash at a border, and has a word first."""
    start = run_start(text, slash)
    if text[start] == "\\":
        start += 1
    if text[start] != "/":
        numbered = text[start:slash].partition("/")[0].lower() in _NUMBERED_ROUTES
        return numbered and len(_DECIMALS(_POSITION.sub("", text[slash + 1 : end]))) >= _MANY_DIGITS
    if start == slash:  # "GET /~ann"
        return text[slash + 1] == "~" or (text[slash + 1] == "@" and is_requested(text, slash))
    return start < slash and _FIRST.match(text, start + 1, slash + 1) is not None
