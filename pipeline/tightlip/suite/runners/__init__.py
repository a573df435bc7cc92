"""Runners: each runs a filled case with one scrubber or SDK, and hands back what left.

========================  ========================================================================================
`pipeline.PipelineRunner` tightlip itself, in process, under a policy
`callable.CallableRunner` any Python callable with the signature of ``before_send``
`command.CommandRunner`   any command that reads and writes events as NDJSON
`live.LiveRunner`         the program runs as a process of its own; what reaches a local Sentry endpoint is the output
`peers.peer`              the scrubbers that ``tightlip check --compare`` puts side by side
========================  ========================================================================================

All follow `tightlip.suite.outcome.Runner`. Constructing one is cheap and starts nothing; what is wrong with what it was given is a
`ValueError` then, before any case is run. What it starts later, `close` ends; if its process is killed, `caretaker` does.
"""
