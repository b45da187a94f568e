-- {place} is SCHEMA "S", or TABLE "S"."T".
SHOW PRIMARY KEYS IN {place}
