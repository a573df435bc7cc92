"""Words for parts of programs that stand where a log or a protocol has a name: ``AUTH middleware``, ``user model3``, ``logger.info:200``.

A changelog and a protocol's line have the same form: a keyword in capitals, then a word. What the word means tells them apart.
"""

import re
from typing import Final

THINGS: Final[frozenset[str]] = frozenset(
    """
    middleware token tokens service services module modules flow flows handler handlers test tests refactoring cleanup timeout timeouts
    attempt attempts form forms screens button buttons page pages directive directives mode modes exchange exchanges mechanism mechanisms
    statement statements privilege privileges right rights command commands option options flags arguments args story stories criteria
    acceptance agent input output model models data interface interfaces table tables guide space issue ticket ver version run runs
    config configuration realm realms archive store keystore endpoint endpoints route routes header headers parameter parameters provider
    providers plugin plugins backend backends frontend support policy policies scope scopes step steps experimental deprecated changed
    fixes bug bugs update updates helper helpers feature features guard guards hook hooks bypass regression logic layer layers
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
"""What a sentence on a program has behind ``AUTH``, ``LOGIN`` or ``user``."""

SOFTWARE: Final[frozenset[str]] = frozenset(
    """
    redis kafka rabbitmq postgres mysql mongo memcached nginx celery backend frontend gateway worker scheduler gpu cpu tpu memory disk pip npm
    yarn node python java ruby rust golang jdbc odbc http https grpc rest web api cluster cloud docker podman kubernetes release debug
    production staging development local remote default custom amd arm aarch win linux darwin ext ntfs xfs py
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
"""What a client, a profile or a build is named after."""

_CODE: Final = frozenset(
    """
    self this cls super java javax std sys os io file files name names test tests spec min module package config makefile readme template
    index messages strings locale translation translations model weights node server client proxy request response session user users app
    main flask celery uvicorn gunicorn fastapi socket asyncio logger logging log table dict numpy np df torch django asp vb ado
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
_REVERSED: Final = ("com.", "org.", "net.", "io.", "java.", "javax.", "edu.", "gov.", "self.", "this.", "torch.")
_FILE_ENDS: Final = (
    ".in",
    ".at",
    ".is",
    ".app",
    ".info",
    ".it",
    ".pt",
    ".ru",
    ".es",
    ".de",
    ".fr",
    ".tr",
    ".jp",
    ".cn",
    ".kr",
)
"""Domains of countries that are also methods, templates (autoconf) or the languages of a translation's file."""
_TITLE: Final = re.compile(r"[A-Z][a-z]+\.[a-z]{2,4}")
_PUBLIC: Final = frozenset(
    """
    pypi.org files.pythonhosted.org test.pypi.org registry.npmjs.org npmjs.com nodejs.org github.com api.github.com codeload.github.com
    raw.githubusercontent.com gitlab.com bitbucket.org crates.io static.crates.io rubygems.org repo1.maven.org repo.maven.apache.org
    proxy.golang.org sum.golang.org docker.io registry-1.docker.io auth.docker.io hub.docker.com quay.io gcr.io ghcr.io registry.k8s.io
    k8s.gcr.io mcr.microsoft.com public.ecr.aws huggingface.co archive.ubuntu.com security.ubuntu.com deb.debian.org security.debian.org
    dl-cdn.alpinelinux.org conda.anaconda.org repo.anaconda.com packages.microsoft.com acme-v02.api.letsencrypt.org
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
"""Registries of packages and images, mirrors of systems and hosts of source that everybody's machines ask: they tell of nobody."""


def is_public(name: str) -> bool:
    """Whether a name is a registry's, a mirror's or a host's of source that the public uses."""
    return name.lower() in _PUBLIC


def is_code(name: str) -> bool:
    """Whether a dotted name with a domain's ending is an attribute, a package or a file: ``self.app``, ``com.acme.app``, ``Makefile.in``."""
    first, dot, rest = name.partition(".")
    if name.lower().startswith(_REVERSED) and dot:
        return True
    if "." in rest:
        return False
    return first.lower() in _CODE or (name.endswith(_FILE_ENDS) and _TITLE.fullmatch(name) is not None)


def is_glob(name: str) -> bool:
    """Whether ``*.`` before a name makes it a pattern of files (``*.spec.in``), not a domain's wildcard."""
    return name.count(".") == 1 and name.endswith(_FILE_ENDS)


TECHNICAL: Final[frozenset[str]] = frozenset(
    """
    oauth sha md utf base ipv http https auth latin iso crc rfc level stage step phase type version tier group part test arg param field
    foo bar baz option case item user name key value file page line code error column index python token node worker thread job task
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
"""What has a number or a tag behind it as one of several: ``level3``, ``utf8``, ``option2``."""
