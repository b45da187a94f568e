-- What the last ANALYZE counted: the first number of each entry; a partial index counts fewer.
SELECT tbl AS table_name, max(CAST(stat AS INTEGER)) AS row_estimate
FROM main.sqlite_stat1
GROUP BY tbl
