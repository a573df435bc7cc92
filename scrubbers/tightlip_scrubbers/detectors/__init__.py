"""Detectors, a module a class of data: what it looks like, how it is confirmed, and the rows of the table."""
