"""A page of one file: its style and its script stand in it, and a browser loads and runs nothing else.

Guarantee: the policy in the page names style and script by their hashes, so that a text which got into the page as markup all the same can
neither run nor send anything.

Not covered: the template writes that policy down, and whoever fills a field escapes what is in it.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from string import Template


def sealed_page(package: str, **fields: str) -> str:
    """The page, as HTML.

    Args:
        package: The package that ``page.html``, ``page.css`` and ``page.js`` lie in.
        fields: What the template asks for beside ``style``, ``script``, ``style_hash`` and ``script_hash``; each is HTML already.

    Raises:
        KeyError: The template asks for something else as well.
    """
    html, style, script = (
        resources.files(package).joinpath(name).read_text(encoding="utf-8")
        for name in ("page.html", "page.css", "page.js")
    )
    hashes = {"style_hash": _hash(style), "script_hash": _hash(script)}
    return Template(html).substitute(style=style, script=script, **hashes, **fields)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
