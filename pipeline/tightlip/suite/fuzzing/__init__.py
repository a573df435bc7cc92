"""Random cases: events of the format, and calls of an SDK's public functions, with canaries everywhere.

The arrows: `fuzz_command` -> `hunting` -> `events`, `calls` -> `planting`; `hunting` -> `bench` -> `trial`; `saving` writes what was found.
"""
