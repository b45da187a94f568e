-- DuckDB: tables and views.
FROM tables
