from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from metadata_assets.catalog.fingerprint import data_version
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase
from metadata_assets_tests.sources.reading import listed, only


def properties(row: Any) -> Any:
    return json.loads(row["properties"] or "{}")


def test_odd_names_neither_fail_nor_hide_others(database: PostgresDatabase) -> None:
    odd = [
        'odd-name "q"',
        "with space",
        "MixedCase",
        "select",
        "dot.ted",
        "naïve 🎈",
        "tab\tnewline\n",
    ]
    quoted = [f'"{name.replace(chr(34), chr(34) * 2)}"' for name in odd]
    for name in quoted:
        database.execute(
            f"CREATE TABLE {name} ({', '.join(f'{column} int' for column in quoted)},"
            f" PRIMARY KEY ({quoted[0]}, {quoted[6]}))",
            f"COMMENT ON TABLE {name} IS 'a, \"quoted\" ''comment''\n of two lines'",
        )
    database.execute("CREATE TABLE plain (id int)")

    catalog = database.read()

    assert sorted(catalog.tables["table_name"].to_pylist()) == sorted([*odd, "plain"])
    assert listed(catalog.columns, "column_name", table_fqdn="public.MixedCase") == odd
    assert listed(catalog.constraints, "columns", table_fqdn='public."dot.ted"') == [
        [odd[0], odd[6]]
    ]
    assert only(catalog.tables, table_fqdn='public."odd-name ""q"""')["comment"] == (
        "a, \"quoted\" 'comment'\n of two lines"
    )


def test_an_empty_text_is_not_null(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE TABLE t (a text DEFAULT '', b text DEFAULT NULL, c text DEFAULT 'NULL')"
    )

    assert listed(database.read().columns, "default_expr") == ["''::text", None, "'NULL'::text"]


def test_same_named_tables_of_two_schemas_stay_two(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE SCHEMA a; CREATE SCHEMA b",
        "CREATE TYPE a.status AS ENUM ('x'); CREATE TYPE b.status AS ENUM ('y')",
        "CREATE TABLE a.t (id int PRIMARY KEY, s a.status)",
        "CREATE TABLE b.t (id text PRIMARY KEY, s b.status, t int REFERENCES a.t)",
    )

    catalog = database.read()

    assert listed(catalog.tables, "table_fqdn") == ["a.t", "b.t"]
    assert listed(catalog.columns, "table_fqdn", "native_type", "allowed_values") == [
        ("a.t", "integer", None),
        ("a.t", "a.status", ["x"]),
        ("b.t", "text", None),
        ("b.t", "b.status", ["y"]),
        ("b.t", "integer", None),
    ]
    key = only(catalog.constraints, table_fqdn="b.t", constraint_type="foreign_key")
    assert (key["columns"], key["referenced_table"], key["referenced_columns"]) == (
        ["t"],
        "a.t",
        ["id"],
    )


def test_partitions_are_folded_into_their_parent(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE TABLE m (at date NOT NULL, city int, v int, PRIMARY KEY (at, city))"
        " PARTITION BY RANGE (at)",
        "CREATE TABLE m_2024 PARTITION OF m FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"
        " PARTITION BY LIST (city)",
        "CREATE TABLE m_2024_berlin PARTITION OF m_2024 FOR VALUES IN (1)",
        "CREATE TABLE m_rest PARTITION OF m DEFAULT",
        "CREATE INDEX m_v ON m (v)",
        "INSERT INTO m VALUES ('2024-05-01', 1, 1)",
        "ANALYZE m_2024_berlin, m_rest",
    )

    catalog = database.read()

    table = only(catalog.tables)
    assert (table["table_name"], table["object_type"]) == ("m", "partitioned_table")
    assert properties(table) == {
        "partition_key": "RANGE (at)",
        "partitions": [
            {"bounds": "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')", "name": "public.m_2024"},
            {"bounds": "FOR VALUES IN (1)", "name": "public.m_2024_berlin"},
            {"bounds": "DEFAULT", "name": "public.m_rest"},
        ],
    }
    assert table["row_estimate"] == 1
    assert table["bytes"] > 0
    assert listed(catalog.columns, "column_name") == ["at", "city", "v"]
    assert listed(catalog.indexes, "index_name") == ["m_v"]
    assert listed(catalog.constraints, "constraint_type") == ["primary_key"]


def test_a_partitioned_tables_keys_appear_once(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE TABLE city (id int PRIMARY KEY)",
        "CREATE TABLE m (id int, city int REFERENCES city ON DELETE CASCADE, CHECK (id > 0),"
        " PRIMARY KEY (id)) PARTITION BY HASH (id)",
        *(
            f"CREATE TABLE m_{i} PARTITION OF m FOR VALUES WITH (MODULUS 3, REMAINDER {i})"
            for i in range(3)
        ),
        "CREATE TABLE reading (m int REFERENCES m, part int REFERENCES m_1)",
    )

    catalog = database.read()

    assert listed(
        catalog.constraints,
        "table_fqdn",
        "columns",
        "referenced_table",
        "referenced_columns",
        "on_delete",
        constraint_type="foreign_key",
    ) == [
        ("public.m", ["city"], "public.city", ["id"], "CASCADE"),
        ("public.reading", ["m"], "public.m", ["id"], None),
        # What references a partition references a row of its parent.
        ("public.reading", ["part"], "public.m", ["id"], None),
    ]
    assert listed(catalog.constraints, "expression", constraint_type="check") == ["(id > 0)"]


def test_an_inheriting_table_names_its_parents(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE TABLE a (id int NOT NULL); CREATE TABLE b (name text)",
        "CREATE TABLE c (more int) INHERITS (b, a)",
    )

    catalog = database.read()

    assert properties(only(catalog.tables, table_name="c")) == {
        "inherits": ["public.b", "public.a"]
    }
    assert listed(catalog.columns, "column_name", "nullable", table_fqdn="public.c") == [
        ("name", True),
        ("id", False),
        ("more", True),
    ]


def test_views_keep_their_query(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE TABLE t (id int, name text)",
        "CREATE VIEW v AS SELECT id, upper(name) AS loud FROM t WHERE id > 1",
        "CREATE MATERIALIZED VIEW mv AS SELECT count(*) AS n FROM v",
        "CREATE UNIQUE INDEX mv_n ON mv (n)",
        "COMMENT ON VIEW v IS 'loud'; COMMENT ON COLUMN v.loud IS 'very'",
        "COMMENT ON MATERIALIZED VIEW mv IS 'counted'",
    )

    catalog = database.read()

    view = only(catalog.tables, table_name="v")
    assert (view["object_type"], view["comment"]) == ("view", "loud")
    assert view["definition"].startswith("SELECT")
    assert view["definition"].endswith("id > 1)")
    assert only(catalog.columns, column_name="loud")["comment"] == "very"
    materialized = only(catalog.tables, table_name="mv")
    assert (materialized["object_type"], materialized["comment"]) == (
        "materialized_view",
        "counted",
    )
    assert listed(catalog.indexes, "table_fqdn", "columns", "is_unique") == [
        ("public.mv", ["n"], True)
    ]


def test_a_foreign_table_names_its_server(database: PostgresDatabase, tmp_path: Any) -> None:
    database.execute(
        "CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw",
        "CREATE FOREIGN TABLE ft (id int NOT NULL, note text) SERVER files"
        f" OPTIONS (filename '{tmp_path}/x.csv', format 'csv')",
    )

    catalog = database.read()

    table = only(catalog.tables)
    assert (table["object_type"], properties(table)) == (
        "foreign_table",
        {"foreign_server": "files"},
    )
    assert listed(catalog.columns, "column_name", "nullable") == [("id", False), ("note", True)]


def test_types_keep_their_modifiers(database: PostgresDatabase) -> None:
    types = [
        "bigint",
        "numeric(12,2)",
        "character varying(20)",
        "timestamp(3) with time zone",
        "time without time zone",
        "interval day to second(3)",
        "bit varying(8)",
        "double precision[]",
        "oid",
        "tsvector",
        "int4range",
        "xml",
    ]
    database.execute(f"CREATE TABLE t ({', '.join(f'c{i} {t}' for i, t in enumerate(types))})")

    assert listed(database.read().columns, "native_type") == types


def test_arrays_keep_their_dimensions(database: PostgresDatabase) -> None:
    database.execute("CREATE TABLE t (a int[], b int[][], c text[3][3][3])")

    assert listed(database.read().columns, "native_type", "properties") == [
        ("integer[]", None),
        ("integer[]", '{"dimensions":2}'),
        ("text[]", '{"dimensions":3}'),
    ]


def test_enums_give_their_labels_through_arrays_and_domains(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE TYPE mood AS ENUM ('sad', 'a, b', 'it''s \"ok\"')",
        "ALTER TYPE mood ADD VALUE 'glad' BEFORE 'sad'",
        "CREATE DOMAIN good_mood AS mood CHECK (VALUE <> 'sad')",
        "CREATE DOMAIN moods AS mood[]; CREATE DOMAIN good_moods AS good_mood[]",
        "CREATE TABLE t (a mood, b mood[], c good_mood, d good_mood[], e moods, f text,"
        " g good_moods)",
    )

    labels = ["glad", "sad", "a, b", 'it\'s "ok"']
    assert listed(
        database.read().columns, "column_name", "native_type", "base_type", "allowed_values"
    ) == [
        ("a", "mood", None, labels),
        ("b", "mood[]", None, labels),
        ("c", "good_mood", "mood", labels),
        ("d", "good_mood[]", "mood[]", labels),
        ("e", "moods", "mood[]", labels),
        ("f", "text", None, None),
        ("g", "good_moods", "good_mood[]", labels),
    ]


def test_a_domain_lends_its_columns_base_type_nullability_and_default(
    database: PostgresDatabase,
) -> None:
    database.execute(
        "CREATE DOMAIN code AS varchar(10) DEFAULT 'x' NOT NULL CHECK (VALUE <> '')"
        " CHECK (VALUE > 'a')",
        "CREATE DOMAIN short_code AS code CHECK (length(VALUE) < 3)",
        "COMMENT ON DOMAIN code IS 'a code'",
        "CREATE TABLE t (a code, b short_code, c short_code DEFAULT 'own', d code[])",
    )

    catalog = database.read()

    assert listed(catalog.columns, "base_type", "nullable", "default_expr") == [
        ("character varying(10)", False, "'x'::character varying"),
        ("character varying(10)", False, "'x'::character varying"),
        ("character varying(10)", False, "'own'::character varying"),
        ("character varying(10)[]", True, None),
    ]
    domain = only(catalog.types, type_name="code")
    assert (domain["base_type"], domain["nullable"], domain["comment"]) == (
        "character varying(10)",
        False,
        "a code",
    )
    assert domain["checks"] == [
        "((VALUE)::text <> ''::text)",
        "((VALUE)::text > 'a'::text)",
    ]


def test_composite_and_range_types_are_listed(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE SCHEMA geo",
        'CREATE TYPE geo.point3 AS (x float8, y float8, "Z" numeric(8,2)[], note text COLLATE "C")',
        "COMMENT ON TYPE geo.point3 IS 'in space'",
        "CREATE TYPE empty AS ()",
        "CREATE TYPE price_range AS RANGE (subtype = numeric)",
        "CREATE TABLE t (p geo.point3, ps geo.point3[], r price_range)",
    )

    catalog = database.read()

    assert listed(catalog.types, "type_fqdn", "kind", "base_type", "attributes", "comment") == [
        (
            "geo.point3",
            "composite",
            None,
            [
                "x double precision",
                "y double precision",
                '"Z" numeric(8,2)[]',
                'note text COLLATE "C"',
            ],
            "in space",
        ),
        ("public.empty", "composite", None, [], None),
        ("public.price_range", "range", "numeric", None, None),
    ]
    assert listed(catalog.columns, "native_type") == ["geo.point3", "geo.point3[]", "price_range"]


def test_generated_and_identity_columns_are_told_apart(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE TABLE t (a bigint GENERATED ALWAYS AS IDENTITY,"
        " b int GENERATED BY DEFAULT AS IDENTITY, c serial,"
        " d numeric GENERATED ALWAYS AS (a * 2) STORED)"
    )

    assert listed(
        database.read().columns, "identity", "default_expr", "generated_expr", "properties"
    ) == [
        ("always", None, None, None),
        ("by_default", None, None, None),
        (None, "nextval('t_c_seq'::regclass)", None, None),
        (None, None, "(a * 2)", '{"generated":"stored"}'),
    ]


def test_a_virtual_generated_column_is_told_from_a_stored_one(newest: PostgresDatabase) -> None:
    newest.execute("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) VIRTUAL)")

    column = only(newest.read().columns, column_name="b")
    assert (column["generated_expr"], column["properties"]) == (
        "(a + 1)",
        '{"generated":"virtual"}',
    )


def test_only_a_collation_of_the_columns_own_is_given(database: PostgresDatabase) -> None:
    database.execute(
        'CREATE TABLE t (a text, b text COLLATE "C", c varchar(5) COLLATE "POSIX", d int, e name)'
    )

    assert listed(database.read().columns, "collation") == [None, '"C"', '"POSIX"', None, None]


def test_a_domain_lends_its_columns_its_collation(database: PostgresDatabase) -> None:
    database.execute(
        'CREATE DOMAIN code AS text COLLATE "C"; CREATE DOMAIN short_code AS code',
        "CREATE TABLE t (a code, b short_code, c code[],"
        ' d code COLLATE "POSIX", e code COLLATE "default", f text)',
    )

    assert listed(database.read().columns, "collation") == [
        '"C"',
        '"C"',
        '"C"',
        '"POSIX"',
        '"default"',
        None,
    ]


def test_a_not_null_that_old_rows_need_not_meet_promises_nothing(newest: PostgresDatabase) -> None:
    newest.execute(
        "CREATE TABLE t (a int, b int NOT NULL); INSERT INTO t VALUES (NULL, 1)",
        "ALTER TABLE t ADD CONSTRAINT a_known NOT NULL a NOT VALID",
    )
    before = newest.fingerprint()

    assert listed(newest.read().columns, "nullable", "properties") == [
        (True, '{"not_null":"NOT VALID"}'),
        (False, None),
    ]

    newest.execute("DELETE FROM t; ALTER TABLE t VALIDATE CONSTRAINT a_known")
    assert newest.fingerprint() != before
    assert listed(newest.read().columns, "nullable", "properties") == [(False, None)] * 2


def test_constraints_are_complete(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE TABLE p (a int, b int, PRIMARY KEY (b, a), UNIQUE (a))",
        "CREATE TABLE t (x int, y int, z int4range, CONSTRAINT positive CHECK (x > 0 AND y > 0),"
        " CONSTRAINT pair FOREIGN KEY (y, x) REFERENCES p (b, a)"
        " ON UPDATE RESTRICT ON DELETE SET DEFAULT,"
        " CONSTRAINT self FOREIGN KEY (x) REFERENCES p (a) ON DELETE SET NULL,"
        " CONSTRAINT apart EXCLUDE USING gist (z WITH &&))",
    )

    assert listed(
        database.read().constraints,
        "constraint_name",
        "constraint_type",
        "columns",
        "referenced_columns",
        "on_delete",
        "on_update",
        "expression",
        table_fqdn="public.t",
    ) == [
        ("positive", "check", ["x", "y"], None, None, None, "((x > 0) AND (y > 0))"),
        ("apart", "exclusion", ["z"], None, None, None, "EXCLUDE USING gist (z WITH &&)"),
        ("pair", "foreign_key", ["y", "x"], ["b", "a"], "SET DEFAULT", "RESTRICT", None),
        ("self", "foreign_key", ["x"], ["a"], "SET NULL", None, None),
    ]


def test_unusual_constraints_and_indexes_are_read(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE TABLE t (a int, b int, c text, x int4range, UNIQUE (c) INCLUDE (a),"
        " CONSTRAINT bare CHECK (true) NO INHERIT,"
        " CONSTRAINT apart EXCLUDE USING gist (x WITH &&) WHERE (a > 0) DEFERRABLE)",
        "ALTER TABLE t ADD CONSTRAINT later CHECK (b > 0) NOT VALID",
        "ALTER TABLE t ADD CONSTRAINT whole CHECK (t IS NOT NULL)",
        'CREATE INDEX i ON t (lower(c) COLLATE "C" text_pattern_ops DESC, a) INCLUDE (b)',
        """CREATE INDEX "i.2""\" ON t ((a + b), (c || 'x,"y"'))""",
    )

    catalog = database.read()

    assert listed(
        catalog.constraints, "constraint_name", "constraint_type", "columns", "expression"
    ) == [
        ("bare", "check", None, "true"),
        ("later", "check", ["b"], "(b > 0)"),
        ("whole", "check", None, "(t.* IS NOT NULL)"),
        ("apart", "exclusion", ["x"], "EXCLUDE USING gist (x WITH &&) WHERE ((a > 0)) DEFERRABLE"),
        ("t_c_a_key", "unique", ["c"], None),
    ]
    assert listed(catalog.indexes, "index_name", "columns") == [
        ("i", ["lower(c)", "a"]),
        ('i.2"', ["((a + b))", """((c || 'x,"y"'::text))"""]),
    ]


def test_keys_checks_and_indexes_have_comments(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE TABLE t (a int PRIMARY KEY, b int CONSTRAINT positive CHECK (b > 0) NO INHERIT)",
        "CREATE TABLE r (a int CONSTRAINT up REFERENCES t, b int) PARTITION BY RANGE (b)",
        "CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE INDEX seen ON m (a)",
        "CREATE INDEX falling ON t (b DESC); CREATE INDEX spread ON r (b) INCLUDE (a)",
        "CREATE INDEX plain ON t (b)",
        """COMMENT ON CONSTRAINT t_pkey ON t IS 'é "1"'; COMMENT ON INDEX t_pkey IS 'no key'""",
        "COMMENT ON CONSTRAINT positive ON t IS ''; COMMENT ON CONSTRAINT positive ON t IS 'c'",
        "COMMENT ON CONSTRAINT up ON r IS 'up'; COMMENT ON INDEX seen IS 'seen'",
        "COMMENT ON INDEX falling IS 'down'; COMMENT ON INDEX spread IS 'wide'",
    )

    catalog = database.read()

    assert listed(catalog.constraints, "constraint_name", "properties") == [
        ("up", '{"comment":"up"}'),
        ("positive", '{"comment":"c","no_inherit":true}'),
        ("t_pkey", r'{"comment":"é \"1\""}'),
    ]
    assert listed(catalog.indexes, "index_name", "properties") == [
        ("seen", '{"comment":"seen"}'),
        ("spread", '{"comment":"wide","include":["a"]}'),
        ("falling", '{"comment":"down","parts":["DESC"]}'),
        ("plain", None),
    ]


def test_an_index_may_have_the_usual_collation_where_its_column_has_not(
    database: PostgresDatabase,
) -> None:
    database.execute(
        'CREATE TABLE t (a text COLLATE "C", b text)',
        'CREATE INDEX i ON t (a COLLATE "default"); CREATE INDEX j ON t (a)',
    )

    assert listed(database.read().indexes, "index_name", "properties") == [
        ("i", '{"parts":["COLLATE \\"default\\""]}'),
        ("j", None),
    ]


def test_the_longest_names_and_the_widest_table_are_read(database: PostgresDatabase) -> None:
    names = [f"{'é' * 29}{n:04d}" for n in range(1600)]
    database.execute(f'CREATE TABLE "{"n" * 63}" ({", ".join(f"{name} int" for name in names)})')

    assert listed(database.read().columns, "column_name") == names


def test_a_partition_that_comes_or_goes_is_a_table_or_none(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE TABLE p (id int, k text) PARTITION BY LIST (k)",
        "CREATE TABLE gone PARTITION OF p FOR VALUES IN ('a')",
        "CREATE TABLE come (k text, id int, CHECK (k = 'b'))",
        "ALTER TABLE p DETACH PARTITION gone",
        "ALTER TABLE p ATTACH PARTITION come FOR VALUES IN ('b')",
    )

    catalog = database.read()

    assert listed(catalog.tables, "table_name", "object_type") == [
        ("gone", "table"),
        ("p", "partitioned_table"),
    ]
    assert properties(only(catalog.tables, table_name="p"))["partitions"] == [
        {"bounds": "FOR VALUES IN ('b')", "name": "public.come"}
    ]


def test_indexes_name_their_columns_and_expressions_in_order(database: PostgresDatabase) -> None:
    database.execute(
        'CREATE TABLE t (a int PRIMARY KEY, b text UNIQUE, "C c" text, d int[])',
        'CREATE INDEX i1 ON t ("C c", lower(b), a DESC) INCLUDE (d)',
        "CREATE UNIQUE INDEX i2 ON t (b, a) WHERE a > 0",
        "CREATE INDEX i3 ON t USING gin (d)",
    )

    assert listed(
        database.read().indexes, "index_name", "columns", "is_unique", "method", "predicate"
    ) == [
        ("i1", ["C c", "lower(b)", "a"], False, "btree", None),
        ("i2", ["b", "a"], True, "btree", "(a > 0)"),
        ("i3", ["d"], False, "gin", None),
    ]


def test_a_table_without_columns_and_dropped_columns(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE TABLE nothing ()",
        "CREATE TABLE t (a int, b int, c int, PRIMARY KEY (c))",
        "ALTER TABLE t DROP COLUMN a",
        "ALTER TABLE t ADD COLUMN d int",
    )

    catalog = database.read()

    assert listed(catalog.tables, "table_name") == ["nothing", "t"]
    assert listed(catalog.columns, "ordinal", "column_name") == [(1, "b"), (2, "c"), (3, "d")]
    assert listed(catalog.constraints, "columns") == [["c"]]


def test_an_unlogged_and_a_typed_table_say_so(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE UNLOGGED TABLE u (id int)",
        "CREATE TYPE row_type AS (id int)",
        "CREATE TABLE typed OF row_type",
    )

    catalog = database.read()

    assert properties(only(catalog.tables, table_name="u")) == {"unlogged": True}
    assert properties(only(catalog.tables, table_name="typed")) == {"of_type": "row_type"}


def test_temporary_and_system_tables_are_left_out(database: PostgresDatabase) -> None:
    database.execute("CREATE TABLE t (id int)")
    with database.holding("CREATE TEMP TABLE gone_soon (id int)"):
        assert listed(database.read().tables, "table_fqdn") == ["public.t"]


def test_what_extensions_own_is_left_out_unless_asked_for(database: PostgresDatabase) -> None:
    database.execute("CREATE EXTENSION pg_stat_statements; CREATE TABLE t (id int)")

    assert listed(database.read().tables, "table_name") == ["t"]
    everything = database.read(include_extensions=True)
    assert properties(only(everything.tables, table_name="pg_stat_statements")) == {
        "extension": "pg_stat_statements"
    }


def test_owner_rows_and_bytes_are_given_where_known(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE TABLE known (id int); INSERT INTO known SELECT generate_series(1, 1000)",
        "CREATE TABLE unknown (id int)",
        "ANALYZE known",
    )

    catalog = database.read()

    known = only(catalog.tables, table_name="known")
    assert (known["owner"], known["row_estimate"], known["bytes"] % 8192) == ("postgres", 1000, 0)
    unknown = only(catalog.tables, table_name="unknown")
    assert (unknown["row_estimate"], unknown["bytes"]) == (None, None)


def test_the_roles_own_settings_change_nothing(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE TYPE mood AS ENUM ('x'); CREATE SCHEMA s; CREATE TYPE s.kind AS ENUM ('y')",
        "CREATE TABLE t (a mood, b s.kind, c date DEFAULT '2024-12-31', d interval DEFAULT '1 day',"
        " e timestamptz DEFAULT '2024-12-31 12:00+00')",
        "CREATE VIEW s.v AS SELECT * FROM t",
    )
    before = database.read()
    with_settings = database.source(
        url=database.url + "&options=-csearch_path%3Ds%20-cDateStyle%3DGerman"
        "%20-cTimeZone%3DAsia/Tokyo%20-cIntervalStyle%3Diso_8601"
    )

    assert data_version(with_settings.extract()) == data_version(before)
    assert with_settings.fingerprint() != ""


def test_what_others_put_into_public_is_not_called(database: PostgresDatabase) -> None:
    database.execute(
        "CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE TYPE pair AS (a int, b mood);"
        "CREATE TABLE t (m mood DEFAULT 'sad', c text COLLATE \"C\"); CREATE INDEX i ON t (c, m)"
    )
    before, told = database.read(), database.fingerprint()
    database.execute(
        "CREATE FUNCTION f(name, name) RETURNS bool LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE 'called'; END $$",
        "CREATE OPERATOR !~ (LEFTARG = name, RIGHTARG = name, FUNCTION = f)",
        "CREATE FUNCTION quote_ident(name) RETURNS text LANGUAGE sql AS $$ SELECT 'other' $$",
        "CREATE FUNCTION obj_description(oid, text) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$",
        "CREATE AGGREGATE json_agg(text) (SFUNC = textcat, STYPE = text)",
        # What those who come from another database add, for their old queries.
        "CREATE CAST (bigint AS text) WITH INOUT AS IMPLICIT",
        "CREATE CAST (regcollation AS text) WITH INOUT AS IMPLICIT",
    )
    after = database.read()
    assert database.fingerprint() != told
    for part in ("tables", "columns", "constraints", "indexes", "types"):
        assert getattr(after, part).equals(getattr(before, part)), part
    assert listed(after.columns, "native_type", "default_expr") == [
        ("mood", "'sad'::mood"),
        ("text", None),
    ]


def test_patterns_select_tables(database: PostgresDatabase) -> None:
    database.execute("CREATE SCHEMA s; CREATE TABLE s.orders (); CREATE TABLE orders_old ()")

    assert listed(database.read(include=("s.*",)).tables, "table_fqdn") == ["s.orders"]
    assert listed(database.read(exclude=("*_old",)).tables, "table_fqdn") == ["s.orders"]


LOCKABLE = """
    CREATE TABLE busy (a int CHECK (a > 0), b int GENERATED ALWAYS AS (a + 1) STORED);
    CREATE INDEX busy_i ON busy ((a * 2)) WHERE a > 1;
    CREATE VIEW seen AS SELECT a FROM busy;
    CREATE TABLE simple (id int DEFAULT 1 PRIMARY KEY, busy int);
    CREATE TABLE parts (id int) PARTITION BY RANGE ((id + 1));
    CREATE TABLE plain_parts (id int) PARTITION BY RANGE (id);
    CREATE TABLE pair (x int);
    CREATE FUNCTION pairs() RETURNS SETOF pair LANGUAGE sql AS 'SELECT * FROM pair';
    CREATE VIEW of_pairs AS SELECT count(*) FROM pairs();
    CREATE TABLE made_of (
      p pair, n int GENERATED ALWAYS AS ((p).x) STORED, d int DEFAULT (ROW(1)::pair).x
    );
"""


@pytest.mark.parametrize("table", ["busy", "parts", "plain_parts", "pair"])
def test_a_locked_table_blocks_nothing_and_is_reported(
    database: PostgresDatabase, table: str
) -> None:
    database.execute(LOCKABLE)
    everything = set(database.read().tables["table_fqdn"].to_pylist())
    with database.holding(f"LOCK TABLE {table}, simple IN ACCESS EXCLUSIVE MODE"):
        catalog = within_seconds(5, database)

    unreadable = set(catalog.unreadable["object_name"].to_pylist())
    affected = {
        "busy": {"public.busy", "public.seen"},
        "parts": {"public.parts"},
        "plain_parts": {"public.plain_parts"},
        "pair": {"public.of_pairs", "public.made_of"},
    }[table]
    assert unreadable == affected
    assert set(catalog.tables["table_fqdn"].to_pylist()) == everything - affected
    assert listed(catalog.columns, "default_expr", table_fqdn="public.simple") == ["1", None]


def test_the_fingerprint_is_another_while_a_table_is_locked(database: PostgresDatabase) -> None:
    database.execute(LOCKABLE)
    before = database.fingerprint()
    with database.holding("LOCK TABLE busy IN ACCESS EXCLUSIVE MODE"):
        assert database.fingerprint() != before
    assert database.fingerprint() == before


def within_seconds(seconds: float, database: PostgresDatabase) -> Any:
    found: list[Any] = []
    reading = threading.Thread(target=lambda: found.append(database.read()), daemon=True)
    reading.start()
    reading.join(seconds)
    assert found, f"the extraction was blocked for {seconds} seconds"
    return found[0]
