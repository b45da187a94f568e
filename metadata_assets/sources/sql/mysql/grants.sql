-- The least that a user needs to read the whole catalog of a database of MySQL or MariaDB: a server
-- shows nothing of a table without a privilege on it, and no query of a view without SHOW VIEW.
CREATE USER reader IDENTIFIED BY '…';
GRANT SELECT, SHOW VIEW ON orders.* TO reader;
