-- {place} is SCHEMA "S", or TABLE "S"."T".
SHOW IMPORTED KEYS IN {place}
