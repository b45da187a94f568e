-- The columns of which nobody says whether they hold personal data, by what their names give away;
-- `suspicions` has a row for each rule that a column meets.
SELECT DISTINCT ON (table_fqdn, column_name)
  table_fqdn, column_name, kind, confidence, 'by its name' AS reason
FROM suspicions
ORDER BY table_fqdn, column_name, confidence DESC, kind
