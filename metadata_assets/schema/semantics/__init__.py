"""What makes a query wrong on a schema: a judge for each kind of engine, one question a file.

A judge is asked about one query and the tables of one schema, and answers with problems. For
SQLite and DuckDB the judge is the engine itself, in memory, on empty tables. Nothing here opens a
source.
"""
