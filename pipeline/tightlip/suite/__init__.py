"""The privacy regression suite: cases in YAML that any SDK, in any language, is held to in its CI.

A case is an event, code to run, or a log line, with canaries planted in it. It is run at least twice, with other canaries each time;
no canary may leave in any encoding, what leaves must be equal byte for byte, and what was promised to survive must be there.

The arrows: `check_command`, `report_command`, `fuzz_command`, the pytest plugin (`tightlip_pytest`, beside the package) -> `running`,
`checking` -> `trial` -> `runners`, `judge`, `case_file` -> `case`, `outcome`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tightlip.suite.explaining import assert_private

__all__ = ["assert_private"]


def __getattr__(name: str) -> object:
    """Load what is asked for when it is: a test that uses nothing of the suite pays nothing for it."""
    if name == "assert_private":
        from tightlip.suite.explaining import assert_private  # noqa: PLC0415 - see above

        return assert_private
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
