"""PostgreSQL 14 to 18, by psycopg and COPY."""
