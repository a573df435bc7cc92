"""Vendors' tokens, one module a field; `shape` is the form of a row."""
