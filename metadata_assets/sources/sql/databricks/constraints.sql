-- Keys and checks, with what a foreign key refers to.
SELECT
  c.constraint_catalog,
  c.constraint_schema,
  c.constraint_name,
  c.table_schema,
  c.table_name,
  c.constraint_type,
  r.unique_constraint_catalog,
  r.unique_constraint_schema,
  r.unique_constraint_name,
  r.delete_rule,
  r.update_rule,
  k.check_clause
FROM {catalog}.information_schema.table_constraints c
LEFT JOIN {catalog}.information_schema.referential_constraints r
  ON r.constraint_schema = c.constraint_schema AND r.constraint_name = c.constraint_name
LEFT JOIN {catalog}.information_schema.check_constraints k
  ON k.constraint_schema = c.constraint_schema AND k.constraint_name = c.constraint_name
