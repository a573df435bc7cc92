"""The adapters that come with tightlip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tightlip.message.adapters import (
    frozen_instance,
    imports,
    json_decode,
    oserror,
    pydantic_validation,
    ssl_errors,
    subprocess_errors,
    unicode_errors,
    urllib_errors,
    xml_parse,
)

if TYPE_CHECKING:
    from tightlip.message.adapter import Adapter

#: Those that read numbers and the shape of an error, and no text at all.
UNREAD_ADAPTERS: tuple[Adapter, ...] = (
    oserror.BY_NUMBER,
    pydantic_validation.COUNTED,
    *subprocess_errors.ADAPTERS,
)

#: Those that may also compare a text with fixed ones. Of two for one class the first counts.
ADAPTERS: tuple[Adapter, ...] = (
    frozen_instance.ADAPTER,
    imports.ADAPTER,
    oserror.ADAPTER,
    ssl_errors.ADAPTER,
    *json_decode.ADAPTERS,
    *unicode_errors.ADAPTERS,
    *urllib_errors.ADAPTERS,
    *xml_parse.ADAPTERS,
    *UNREAD_ADAPTERS,
)
