-- What training depends on in the columns of each table, hashed. JSON keeps values apart: neither
-- `ab`, `c` and `a`, `bc` nor NULL and '' collide.
SELECT
  table_fqdn,
  sha256(
    string_agg(
      to_json([
        column_name, native_type, base_type, to_json(allowed_values)::VARCHAR, nullable::VARCHAR,
        default_expr, generated_expr, identity, comment, pii::VARCHAR
      ])::VARCHAR,
      '' ORDER BY ordinal
    )
  ) AS body
FROM selected_columns
GROUP BY table_fqdn
