"""CPython's own error messages: extracted from the interpreter by program, and chosen by comparing.

`extract` makes the rows, `table` holds and matches them, `speaking` says which exception classes may be asked about.
``python -m tightlip.message.cpython --help`` regenerates and checks the data.
"""
