"""The adapters that come with tightlip."""

from __future__ import annotations

from tightlip.message.adapters import oserror

ADAPTERS = (oserror.ADAPTER,)
