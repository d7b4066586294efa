"""A table of forms in, a folder of results out.

Others use `run`, `mapping`, `mapping_file`, `drafting`, `archive` and `frames`.
"""
