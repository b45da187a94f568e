-- Settings of the reading transaction: what the catalog functions print must depend on the database
-- alone, not on the role's or the database's own settings; what we call must be the system's own.
SET LOCAL search_path = pg_catalog;
SET LOCAL datestyle = 'ISO, MDY';
SET LOCAL intervalstyle = 'postgres';
SET LOCAL timezone = 'UTC';
SET LOCAL bytea_output = 'hex';
SET LOCAL extra_float_digits = 1;
SET LOCAL quote_all_identifiers = off;
SET LOCAL standard_conforming_strings = on;
-- Bulk reads: compiling a query takes longer than running it, and catalogs without statistics tempt
-- the planner into 100,000 index searches (125 ms against 85).
SET LOCAL jit = off;
SET LOCAL enable_nestloop = off;
SET LOCAL work_mem = '64MB';
SET LOCAL max_parallel_workers_per_gather = 0;
