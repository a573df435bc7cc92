"""What kind of file a name is, by its extension: what a policy may let a report say of a path.

A class is one of a few words, so that it tells less than four bits, and nothing of the name. Extensions that the table does
not have tell nothing. Source: the media types and extensions that IANA registers, and what common programs write.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tightlip_scrubbers.rule import Rule

CLASSES: Final[dict[str, frozenset[str]]] = {
    name: frozenset(extensions.split())
    for name, extensions in {
        "source": """
            py pyi pyx pxd ipynb js mjs cjs jsx ts mts cts tsx vue svelte java kt kts scala groovy clj cs vb fs go rs rb erb php
            phtml pl pm lua r jl c h cc cpp cxx hpp hh hxx inc m mm swift dart ex exs erl hrl hs ml mli elm nim zig sol asm s
            sh bash zsh fish ps1 psm1 bat cmd sql graphql gql proto thrift cmake gradle css scss sass less html htm xhtml j2
            jinja jinja2 tmpl tpl mako map wat d pas f90 v vhd lisp el scm tcl awk
        """,
        "document": """
            pdf doc docx docm dot dotx odt ott rtf tex txt md markdown rst adoc org pages wpd wps epub mobi azw azw3 djvu xps
            xls xlsx xlsm xlsb xlt xltx ods ots numbers ppt pptx pptm pps ppsx odp keynote vsd vsdx one pub msg eml emlx mbox
            pst ost ics vcf vcard ps eps
        """,
        "image": """
            png jpg jpeg jpe gif bmp webp tif tiff svg ico icns heic heif avif raw cr2 cr3 nef arw dng psd ai xcf sketch fig
            indd dcm dicom nii
        """,
        "media": "mp3 wav flac ogg oga opus m4a aac wma aiff mid midi mp4 m4v mov avi mkv webm wmv flv mpg mpeg 3gp vtt srt",
        "data": """
            csv tsv parquet feather arrow avro orc jsonl ndjson geojson db db3 sqlite sqlite3 mdb accdb dbf ldf mdf dump dmp
            pkl pickle joblib npy npz mat h5 hdf5 hdf nc rds rdata sav dta por sas7bdat pt pth ckpt onnx safetensors gguf
            tfrecord shp kml kmz gpx qbw ofx qif xdf edf bam sam vcfgz fasta fastq dat data bak backup
        """,
        "archive": "zip tar gz tgz bz2 tbz tbz2 xz txz zst lz4 lzma 7z rar z cab iso dmg img vhd vhdx vmdk ova qcow2 cpio ar",
        "config": """
            json json5 jsonc yaml yml toml ini cfg conf config properties env xml xsd xsl plist reg lock tf tfvars hcl nix
            service socket timer desktop editorconfig rc
        """,
        "key": """
            pem key crt cer der csr p12 pfx p7b p7c p8 jks keystore kdb kdbx ppk asc gpg pgp sig ovpn mobileprovision
            keychain agekey
        """,
        "log": "log out err trace har pcap pcapng evtx etl crash",
        "binary": "exe dll so dylib a o obj lib bin elf class jar war ear pyc pyo pyd whl egg rpm deb apk ipa msi app node wasm",
    }.items()
}
"""The classes, each with its extensions. One that two classes could claim stands under the first."""

FOLDER: Final = "folder"

_BY_EXTENSION: Final[dict[str, str]] = {}
for _name, _extensions in CLASSES.items():
    for _extension in sorted(_extensions):
        _BY_EXTENSION.setdefault(_extension, _name)

_BY_NAME: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("dockerfile", "makefile", "jenkinsfile", "procfile", "vagrantfile", "gemfile", "rakefile"), "source"
    ),
    **dict.fromkeys((".env", ".bashrc", ".zshrc", ".profile", ".netrc", ".npmrc", ".pypirc", ".gitconfig"), "config"),
    **dict.fromkeys(("id_rsa", "id_ecdsa", "id_ed25519", "id_dsa", "authorized_keys", "known_hosts"), "key"),
}
WORN: Final = frozenset({"bak", "backup", "old", "orig", "tmp", "temp", "part", "partial", "copy", "swp", "save"})
_LAST_NAME: Final = re.compile(r"[^/\\]{0,255}\Z")
_MARKER: Final = "[path:{}]"

MARKS: Final[tuple[str, ...]] = tuple(_MARKER.format(name) for name in (*CLASSES, FOLDER))
"""All markers that tell a class."""


def class_of(name: str) -> str | None:
    """Return the class of a file's name; None where its extension says nothing."""
    name = name.lower().rstrip("~")
    known = _BY_NAME.get(name)
    if known is not None:
        return known
    parts = name.split(".")[1:]
    while len(parts) > 1 and (parts[-1] in WORN or parts[-1].isdecimal()):  # "letter.docx.bak", "x.log.1"
        parts.pop()
    return _BY_EXTENSION.get(parts[-1]) if parts else None


def extension_class(text: str, start: int, end: int) -> str:
    """Return the marker that tells the class of the file that a path names; the plain one where that says nothing."""
    path = text[max(start, end - 256) : end].rstrip("'\"`>)].,;:!? ")
    if path.endswith(("/", "\\")):
        return _MARKER.format(FOLDER)
    last = _LAST_NAME.search(path)
    found = class_of(last[0]) if last else None
    return "[path]" if found is None else _MARKER.format(found)


def with_extension_class(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rows so that those for paths tell the class of the file. For a policy that lets it leave."""
    return tuple(
        replace(rule, mark=extension_class, marks=tuple(dict.fromkeys((*rule.marks, *MARKS))))
        if rule.kind == "path"
        else rule
        for rule in rules
    )
