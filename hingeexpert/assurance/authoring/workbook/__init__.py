"""The rules as tables: written, changed by somebody, and put back into the files."""
