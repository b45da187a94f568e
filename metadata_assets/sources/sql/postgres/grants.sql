-- The least that a user needs to read the whole catalog of a database, run by a superuser. Everybody
-- sees every structure; SELECT is for knowing that nothing is unreadable, and for statistics.
CREATE ROLE reader LOGIN PASSWORD '…';
GRANT CONNECT ON DATABASE orders TO reader;
GRANT pg_read_all_data TO reader;
-- Or only some schemas, instead of pg_read_all_data:
--   GRANT USAGE ON SCHEMA sales TO reader;
--   GRANT SELECT ON ALL TABLES IN SCHEMA sales TO reader;
--   ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA sales GRANT SELECT ON TABLES TO reader;
