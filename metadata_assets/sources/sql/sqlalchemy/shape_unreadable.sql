-- DuckDB: what could not be read.
FROM unreadable
