-- Definitions back to values; a definition without a table name is that of a table that is gone.
WITH parsed AS (
  SELECT from_json(
    schema_definition,
    '{"business_domain": "VARCHAR", "comment": "VARCHAR", "definition": "VARCHAR",
      "grain_description": "VARCHAR", "object_type": "VARCHAR", "owner": "VARCHAR",
      "properties": "VARCHAR", "schema_name": "VARCHAR", "status": "VARCHAR",
      "table_name": "VARCHAR",
      "columns": [{"allowed_values": ["VARCHAR"], "base_type": "VARCHAR", "collation": "VARCHAR",
        "column_name": "VARCHAR", "comment": "VARCHAR", "default_expr": "VARCHAR",
        "generated_expr": "VARCHAR", "identity": "VARCHAR", "native_type": "VARCHAR",
        "nullable": "BOOLEAN", "pii": "BOOLEAN", "properties": "VARCHAR"}],
      "constraints": [{"columns": ["VARCHAR"], "constraint_name": "VARCHAR",
        "constraint_type": "VARCHAR", "expression": "VARCHAR", "on_delete": "VARCHAR",
        "on_update": "VARCHAR", "properties": "VARCHAR", "referenced_columns": ["VARCHAR"],
        "referenced_table": "VARCHAR"}],
      "indexes": [{"columns": ["VARCHAR"], "index_name": "VARCHAR", "is_unique": "BOOLEAN",
        "method": "VARCHAR", "predicate": "VARCHAR", "properties": "VARCHAR"}],
      "types": [{"attributes": ["VARCHAR"], "base_type": "VARCHAR", "checks": ["VARCHAR"],
        "comment": "VARCHAR", "default_expr": "VARCHAR", "kind": "VARCHAR",
        "labels": ["VARCHAR"], "nullable": "BOOLEAN", "schema_name": "VARCHAR",
        "type_name": "VARCHAR"}]}'
  ) AS of_table
  FROM definitions
)
SELECT unnest(of_table) FROM parsed WHERE of_table.table_name IS NOT NULL
