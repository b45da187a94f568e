-- Every operator: its name, left operand (empty for a prefix operator), right operand and result.
SELECT oprname, coalesce(pg_temp.named(nullif(oprleft, 0)), ''), pg_temp.named(oprright), pg_temp.named(oprresult)
FROM pg_operator
WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprresult <> 0
ORDER BY 1, 2, 3
