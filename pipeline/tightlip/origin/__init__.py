"""Origin: which file, which code, which class and which failure is whose."""
