"""Paths behind a scheme or a host: stores of objects, shares, databases in a file, and what `scp` and Git call a remote.

Sources: the documentation of Amazon S3, Google Cloud Storage, Azure (``abfs``, ``wasb``, ``az``), Hadoop (``hdfs`` and the
schemes of its connectors), Databricks (``dbfs``), Oracle and Alibaba (``oci``, ``oss``), Tencent (``cos``); the ``smb``, ``nfs``,
``afp`` and ``cifs`` schemes; RFC 4516 (``ldap``); RFC 3986 section 3.2.2 (an empty authority names this machine, as in
``sqlite:///``); git-fetch(1), section "GIT URLS", and scp(1) for ``user@host:path``.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.detectors.extensions import MARKS
from tightlip_scrubbers.detectors.path_ends import closed, is_marked, posix_end
from tightlip_scrubbers.detectors.path_tables import APOSTROPHE, PLACEHOLDERS
from tightlip_scrubbers.detectors.url_places import url_start
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span, trim

_USER_BACKWARDS: Final = compile_pattern(r"[A-Za-z0-9_.+\-]{1,64}+")
_DN: Final = re.compile(r"[A-Za-z]{1,20}=")  # a distinguished name has commas between its parts
_TEMPLATE: Final = ("{", "<", "*", "%s", "...", "$")


def _says_nothing(path: str) -> bool:
    """Tell whether a path is that of an example, of templates and placeholders alone."""
    parts = [part for part in path.replace("\\/", "/").split("/") if part]
    return all(part.lower() in PLACEHOLDERS or part.startswith(_TEMPLATE) for part in parts)


def below(text: str, start: int, end: int) -> Span | None:
    """Take what stands behind the scheme: bucket, key, server, share, container and account are all data."""
    end = trim(text, start, closed(text, start, end)) if _DN.match(text, start) else posix_end(text, start, end)
    return None if end <= start or is_marked(text, start) or _says_nothing(text[start:end]) else (start, end)


def local(text: str, start: int, end: int) -> Span | None:
    """Take the path of a URL without a host; a single word is a name of code, as in ``postgresql:///orders``."""
    end = posix_end(text, start, end)
    path = text[start:end].strip("/")
    if (
        not path
        or is_marked(text, start)
        or path.isalpha()
        or text.startswith(":memory:", start)
        or _says_nothing(path)
    ):
        return None
    return start, end


def remote(text: str, start: int, end: int) -> Span | None:
    """Take ``user@host:path`` whole; in a URL the same signs are user info and a port."""
    colon = text.index(":", start)
    end = posix_end(text, colon + 1, end)
    host, path = text[start:colon], text[colon + 1 : end]
    if not any(sign in path for sign in "/.~") or path.replace(".", "").isdecimal():
        return None
    user = _USER_BACKWARDS.match(text[max(0, start - 65) : start][::-1])
    if user is None or url_start(text, start) >= 0 or not host.strip("@.-"):
        return None
    return start - user.end(), end


_RUN: Final = rf"(?:{APOSTROPHE}|[^\s\"'`<>|:]|:(?![0-9\s\[]|\Z)|:(?=[0-9]{{1,5}}/))*+"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="path.store",
        kind="path",
        gate=has("://", ":\\/"),
        pattern=(
            r":(?<=[a-zA-Z0-9]:)(?:(?:(?<=s3:)|(?<=s3[an]:)|(?<=gs:)|(?<=gcs:)|(?<=az:)|(?<=abfs:)|(?<=abfss:)|(?<=adl:)"
            r"|(?<=wasb:)|(?<=wasbs:)|(?<=hdfs:)|(?<=viewfs:)|(?<=dbfs:)|(?<=oss:)|(?<=oci:)|(?<=cos[n]:)|(?<=cos:)|(?<=obs:)"
            r"|(?<=r2:)|(?<=b2:)|(?<=smb:)|(?<=cifs:)|(?<=nfs:)|(?<=afp:)|(?<=minio:)|(?<=swift:)|(?<=rsync:)|(?<=alluxio:)"
            rf"|(?<=S3:)|(?<=GS:)|(?<=SMB:)|(?<=webhdfs:))(?<![A-Za-z0-9]{{8}}:)(?:\\{{0,3}}+/){{1,2}}+({_RUN}))?+"
        ),
        group=1,
        validator=below,
        marker=markers.PATH,
        marks=MARKS,
        matches=(
            "get s3://acme-payroll/2024/ann.csv failed",
            "gs://ann-bucket",
            "abfss://raw@acme.dfs.core.windows.net/x/y.parquet",
            "smb://nas/ann/x.doc, then",
            r"to \"s3:\/\/ann\/x\"",
        ),
        misses=("must look like s3://bucket/key", "s3://{bucket}/{key}", "s3:// is missing", "https://example.com/x"),
    ),
    Rule(
        id="path.server",
        kind="path",
        gate=has("ftp", "scp:", "dav", "ldap", "vscode", signs="/:"),
        pattern=rf"(?:s?ftps?|scp|davs?|ldaps?|ldapi|vscode(?:-[a-z]{{1,16}})?)://[^\s/\"'`<>|]{{0,255}}+/({_RUN})",
        group=1,
        validator=below,
        marker=markers.PATH,
        marks=MARKS,
        matches=("sftp://files.example.com/ann/x.csv", "ldap://dc.example.com/cn=ann,dc=acme", "(ftp://x.io/pub/ann)"),
        misses=("ftp://files.example.com/", "sftp://host/path", "the ftp server", "ldap://host"),
    ),
    Rule(
        id="path.local-url",
        kind="path",
        gate=has(":///"),
        pattern=rf":///(?<=[A-Za-z0-9]:///)(?<!le:///)(?<!LE:///)/{{0,3}}+({_RUN})",
        group=1,
        validator=local,
        marker=markers.PATH,
        marks=MARKS,
        matches=(
            "sqlite:///home/ann/x.db locked",
            "sqlite:///ann.db",
            "sqlite+aiosqlite:////srv/ann/x.db",
        ),
        misses=("sqlite:///:memory:", "postgresql:///orders", "sqlite:///", "http:///"),
    ),
    Rule(
        id="path.remote",
        kind="path",
        gate=has("@"),
        pattern=rf"@[A-Za-z0-9][A-Za-z0-9.\-]{{0,255}}+:(?![0-9]+[\s,;]|\s){_RUN}",
        group=0,
        validator=remote,
        marker=markers.PATH,
        marks=MARKS,
        matches=("scp ann@build:/srv/ann/x.txt here", "git@git.example.com:ann/letters.git", "(ann@nas:~/x)"),
        misses=(
            *("image@sha256:0123abcd", "https://[credentials]@host:80/x", "@app.route:", "at @x: y", "@media screen:"),
            "root@host:22",
        ),
    ),
)
