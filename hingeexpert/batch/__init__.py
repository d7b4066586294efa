"""A table of forms in, a folder of results out.

Others use `run`, `mapping`, `drafting`, `archive` and `frames`.
"""
