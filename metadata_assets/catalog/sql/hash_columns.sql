-- What training depends on in the columns of each table, hashed. JSON keeps values apart: neither
-- `ab`, `c` and `a`, `bc` nor NULL and '' collide.
SELECT table_fqdn, sha256(body) AS body FROM column_texts
