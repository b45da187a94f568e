"""Folders of data files: each file a table, its columns and types inferred from the data."""
