-- {place} is SCHEMA "S", or TABLE "S"."T".
SHOW UNIQUE KEYS IN {place}
