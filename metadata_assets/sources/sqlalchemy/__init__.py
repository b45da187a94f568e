"""Whatever SQLAlchemy reaches: SQL Server, Oracle, Redshift, Trino and others."""
