"""The privacy regression suite: cases in YAML that any SDK, in any language, is held to in its CI.

A case is an event, code to run, or a log line, with canaries planted in it. It is run at least twice, with other canaries each time;
no canary may leave in any encoding, what leaves must be equal byte for byte, and what was promised to survive must be there.

The arrows: `check_command`, `plugin`, `report_command`, `fuzz_command` -> `checking` -> `runners`, `judge`, `case_file` -> `case`, `outcome`.
"""
