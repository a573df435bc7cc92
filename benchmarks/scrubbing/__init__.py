"""The figures of the scrubbers: what leaks, what is lost, what it costs, with peers beside.

Everything planted is made up here, by a seed; nothing is taken from anybody's test corpus or rules. `command` runs it.
"""
