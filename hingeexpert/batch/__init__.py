"""A table of forms in, a folder of results out."""
