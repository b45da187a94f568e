"""Random alterations of a PostgreSQL schema of any size, and what its own catalog says differs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import psycopg

TYPES = ("integer", "bigint", "text", "varchar(20)", "numeric(10,2)", "date", "jsonb", "mood")


def schema(tables: int) -> str:
    """The old version: tables that reference one another, with a bit of everything."""
    made = [
        "CREATE TYPE mood AS ENUM ('ok', 'sad'); CREATE DOMAIN label AS text CHECK (VALUE <> '')"
    ]
    for n in range(tables):
        parent = f" REFERENCES t{n - 1} (id)" if n % 3 == 1 else ""
        made.append(
            f"CREATE TABLE t{n} (id int PRIMARY KEY, parent int{parent}, code varchar(20) NOT NULL,"
            " amount numeric(10,2) DEFAULT 0 CHECK (amount >= 0), twice numeric"
            " GENERATED ALWAYS AS (amount * 2) STORED, state mood DEFAULT 'ok', tag label,"
            f" at timestamptz DEFAULT now()); CREATE INDEX t{n}_code ON t{n} (code)"
        )
        if n % 5 == 0:
            made.append(f"CREATE VIEW v{n} AS SELECT id, code FROM t{n} WHERE amount > {n}")
    return ";\n".join(made) + ";"


def alterations(tables: int, count: int, seed: int) -> str:
    """Alterations of tables chosen at random; one for a table, so that each can be told apart."""
    chance = random.Random(seed)
    chosen = chance.sample(range(tables), count)
    return ";\n".join(line for n in chosen for line in _alteration(chance, n)) + ";"


def _alteration(chance: random.Random, n: int) -> Iterator[str]:
    kind = chance.choice(_KINDS)
    type_ = chance.choice(TYPES)
    if kind.startswith("DROP TABLE") or "TYPE" in kind or "DROP COLUMN" in kind:
        yield f"DROP VIEW IF EXISTS v{n}"
    yield kind.format(n=n, type=type_)


_KINDS = (
    "ALTER TABLE t{n} ADD COLUMN added_{n} {type}",
    "ALTER TABLE t{n} DROP COLUMN at",
    "ALTER TABLE t{n} ALTER code TYPE varchar(40)",
    "ALTER TABLE t{n} ALTER code DROP NOT NULL",
    "ALTER TABLE t{n} ALTER tag SET NOT NULL",
    "ALTER TABLE t{n} ALTER at SET DEFAULT '2026-01-01'",
    "ALTER TABLE t{n} ALTER state DROP DEFAULT",
    "ALTER TABLE t{n} RENAME COLUMN at TO at_time",
    "ALTER TABLE t{n} ADD CHECK (length(code) > 1)",
    "ALTER TABLE t{n} DROP CONSTRAINT t{n}_amount_check",
    "ALTER TABLE t{n} ALTER twice SET EXPRESSION AS (amount * 3)",
    "ALTER TABLE t{n} ADD UNIQUE (code, at)",
    "COMMENT ON COLUMN t{n}.code IS 'The code of {n}'",
    "COMMENT ON TABLE t{n} IS 'Table {n}'",
    "DROP INDEX t{n}_code",
    "CREATE INDEX t{n}_at ON t{n} (at DESC) WHERE amount > 1",
    "CREATE OR REPLACE VIEW v{n} AS SELECT id, code FROM t{n} WHERE amount > {n} + 1",
    "DROP TABLE t{n} CASCADE",
    "CREATE TABLE new_{n} (id int PRIMARY KEY, of int REFERENCES t{n} (id), what {type})",
)

_FACTS = {
    "tables": """
        SELECT c.relname, c.relkind::text, obj_description(c.oid, 'pg_class'),
          CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) END
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v')""",
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
          pg_get_expr(d.adbin, d.adrelid), a.attgenerated::text,
          col_description(a.attrelid, a.attnum)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v') AND a.attnum > 0
          AND NOT a.attisdropped""",
    "constraints": """
        SELECT c.relname, k.conname, pg_get_constraintdef(k.oid)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND k.contype IN ('p', 'u', 'f', 'c')""",
    "indexes": """
        SELECT c.relname, i.relname, pg_get_indexdef(x.indexrelid)
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public'
          AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid)""",
}


def facts(url: str) -> dict[str, set[tuple[Any, ...]]]:
    """What the server's own catalog says, in the words of no one else."""
    with psycopg.connect(url) as connection:
        return {part: set(connection.execute(sql.encode())) for part, sql in _FACTS.items()}
