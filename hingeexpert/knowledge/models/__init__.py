"""What may stand in the files of `rules/`: a module for each file or folder."""
