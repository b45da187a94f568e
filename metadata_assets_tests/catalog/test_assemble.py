from __future__ import annotations

from typing import Any

import pytest

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.model import COLUMNS, CONSTRAINTS, TABLES
from metadata_assets_tests.catalog.building import ID, ORDERS, catalog, rows, values

COLUMN = ("schema_name", "table_name", "ordinal", "column_name", "native_type")
CONSTRAINT = ("schema_name", "table_name", "constraint_type", "columns", "constraint_name")


def names(*tables: tuple[str, str]) -> str:
    return values("schema_name", "table_name", of=list(tables))


def content_hash(tables: str = ORDERS, columns: str = ID, **parts: str) -> str:
    hashes: list[str] = catalog(tables, columns, **parts).tables["content_hash"].to_pylist()
    return hashes[0]


def test_every_part_has_exactly_its_columns() -> None:
    built = catalog()
    for part, found in built.parts().items():
        assert found.schema == part.schema, part.name
    assert built.constraints.num_rows == built.indexes.num_rows == built.types.num_rows == 0


def test_nothing_is_an_empty_catalog() -> None:
    built = assemble(
        tables=TABLES.schema.empty_table().drop_columns(["table_fqdn"]),
        columns=rows("SELECT 's' AS schema_name, 't' AS table_name LIMIT 0"),
    )
    assert all(part.num_rows == 0 for part in built.parts().values())


def test_the_name_of_a_table_is_unambiguous() -> None:
    built = catalog(
        names(("a", "b"), ("a.b", "c"), ("a", "b.c"), ("a", 'b"c'), ("a b", "select"), ("", "x"))
    )
    assert built.tables["table_fqdn"].to_pylist() == [
        '"a.b".c',
        ".x",
        "a b.select",
        'a."b""c"',
        'a."b.c"',
        "a.b",
    ]


def test_every_part_is_in_the_order_of_its_key() -> None:
    built = catalog(
        names(("z", "t"), ("a", "t"), ("m", "t")),
        values(
            *COLUMN, of=[("m", "t", 9, "b", "X"), ("m", "t", 2, "a", "X"), ("a", "t", 1, "c", "X")]
        ),
        indexes=values(
            "schema_name", "table_name", "index_name", of=[("m", "t", "y"), ("m", "t", "x")]
        ),
    )
    assert built.tables["table_fqdn"].to_pylist() == ["a.t", "m.t", "z.t"]
    assert built.columns["column_name"].to_pylist() == ["c", "a", "b"]
    assert built.indexes["index_name"].to_pylist() == ["x", "y"]


def test_columns_are_numbered_without_gaps() -> None:
    built = catalog(
        ORDERS,
        values(*COLUMN, of=[("main", "orders", n, f"c{n}", "X") for n in (7, 3, -1, 40)]),
    )
    assert built.columns["ordinal"].to_pylist() == [1, 2, 3, 4]
    assert built.columns["column_name"].to_pylist() == ["c-1", "c3", "c7", "c40"]


def test_constraints_are_numbered_alike_whatever_the_order_they_come_in() -> None:
    given = [
        ("main", "orders", "unique", ["b"], None),
        ("main", "orders", "primary_key", ["id"], None),
        ("main", "orders", "unique", ["a"], None),
    ]
    forth = catalog(constraints=values(*CONSTRAINT, of=given))
    back = catalog(constraints=values(*CONSTRAINT, of=given[::-1]))
    assert forth.constraints.equals(back.constraints)
    assert forth.constraints["columns"].to_pylist() == [["id"], ["a"], ["b"]]
    assert forth.constraints["position"].to_pylist() == [1, 2, 3]


def test_a_foreign_key_names_its_table() -> None:
    built = catalog(
        constraints=values(
            *CONSTRAINT,
            "ref_schema_name",
            "ref_table_name",
            of=[("main", "orders", "foreign_key", ["id"], None, "other", "a.b")],
        )
    )
    assert built.constraints["referenced_table"].to_pylist() == ['other."a.b"']


@pytest.mark.parametrize(
    ("include", "exclude", "kept"),
    [
        ([], [], ["a.order_log", "a.orders", "b.orders", "b.stock"]),
        (["orders"], [], ["a.orders", "b.orders"]),
        (["order*"], ["*_log"], ["a.orders", "b.orders"]),
        (["b.*"], [], ["b.orders", "b.stock"]),
        (["orders", "b.s*"], ["a.*"], ["b.orders", "b.stock"]),
        ([], ["b.*", "*_log"], ["a.orders"]),
        (["ORDERS"], [], []),
        (["order[_s]*"], [], ["a.order_log", "a.orders", "b.orders"]),
    ],
)
def test_patterns_select_whole_tables(
    include: list[str], exclude: list[str], kept: list[str]
) -> None:
    tables = [("a", "orders"), ("a", "order_log"), ("b", "orders"), ("b", "stock")]
    built = assemble(
        tables=rows(names(*tables)),
        columns=rows(values(*COLUMN, of=[(*table, 1, "id", "X") for table in tables])),
        constraints=rows(
            values(*CONSTRAINT, of=[(*table, "unique", ["id"], None) for table in tables])
        ),
        indexes=rows(
            values("schema_name", "table_name", "index_name", of=[(*t, "i") for t in tables])
        ),
        unreadable=rows(
            values("schema_name", "table_name", "reason", of=[(*t, "no") for t in tables])
        ),
        include=include,
        exclude=exclude,
    )
    assert built.tables["table_fqdn"].to_pylist() == kept
    for part in (built.columns, built.constraints, built.indexes):
        assert part["table_fqdn"].to_pylist() == kept
    assert built.unreadable["object_name"].to_pylist() == kept


def test_what_is_unreadable_and_no_table_is_always_listed() -> None:
    built = assemble(
        tables=rows(ORDERS),
        columns=rows(ID),
        unreadable=rows("SELECT 'type x' AS object_name, 'no' AS reason"),
        include=["orders"],
    )
    assert built.unreadable.to_pylist() == [{"object_name": "type x", "reason": "no"}]


def test_loading_data_is_not_a_change_of_content() -> None:
    counted = f"SELECT *, 7 AS row_estimate, 99 AS bytes, '{{}}' AS properties FROM ({ORDERS})"
    assert content_hash(counted) == content_hash()


@pytest.mark.parametrize(
    "changed",
    [
        {"tables": f"SELECT * REPLACE ('view' AS object_type) FROM ({ORDERS})"},
        {"tables": f"SELECT *, 'x' AS comment FROM ({ORDERS})"},
        {"tables": f"SELECT *, '' AS comment FROM ({ORDERS})"},
        {"tables": f"SELECT *, 'x' AS definition FROM ({ORDERS})"},
        {"tables": f"SELECT *, 'x' AS owner FROM ({ORDERS})"},
        {"tables": f"SELECT *, 'x' AS business_domain FROM ({ORDERS})"},
        {"tables": f"SELECT *, 'x' AS grain_description FROM ({ORDERS})"},
        {"tables": f"SELECT *, 'x' AS status FROM ({ORDERS})"},
        {"columns": f"SELECT * REPLACE ('ID' AS column_name) FROM ({ID})"},
        {"columns": f"SELECT * REPLACE ('BIGINT' AS native_type) FROM ({ID})"},
        {"columns": f"SELECT * REPLACE (true AS nullable) FROM ({ID})"},
        {"columns": f"SELECT *, '' AS default_expr FROM ({ID})"},
        {"columns": f"SELECT *, 'x' AS generated_expr FROM ({ID})"},
        {"columns": f"SELECT *, 'x' AS identity FROM ({ID})"},
        {"columns": f"SELECT *, 'x' AS comment FROM ({ID})"},
        {"columns": f"SELECT *, ['x'] AS allowed_values FROM ({ID})"},
        {"columns": f"SELECT *, true AS pii FROM ({ID})"},
        {"constraints": values(*CONSTRAINT, of=[("main", "orders", "unique", ["id"], None)])},
    ],
    ids=str,
)
def test_whatever_training_depends_on_changes_the_content(changed: dict[str, Any]) -> None:
    assert content_hash(**changed) != content_hash()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([("ab", "c")], [("a", "bc")]),
        ([("a", "b"), ("c", "d")], [("a", "b;1:c"), ("", "d")]),
        ([("a", None)], [("a", "")]),
        ([("a", "n;")], [("a", None)]),
    ],
)
def test_neighbouring_values_do_not_run_together(
    one: list[tuple[str, str | None]], other: list[tuple[str, str | None]]
) -> None:
    def columns(pairs: list[tuple[str, str | None]]) -> str:
        return values(
            *COLUMN,
            "comment",
            of=[("main", "orders", n, name, "X", text) for n, (name, text) in enumerate(pairs)],
        )

    assert content_hash(columns=columns(one)) != content_hash(columns=columns(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [(["a", "b"], ["a, b"]), (["NULL"], [None]), (["a'", "b"], ["a', 'b"]), ([], [""])],
)
def test_lists_do_not_run_together(one: list[str | None], other: list[str | None]) -> None:
    def columns(labels: list[str | None]) -> str:
        return values(*COLUMN, "allowed_values", of=[("main", "orders", 1, "id", "X", labels)])

    assert content_hash(columns=columns(one)) != content_hash(columns=columns(other))


def test_the_order_of_columns_is_content_and_that_of_keys_is_not() -> None:
    a, b = ("main", "orders", 1, "a", "X"), ("main", "orders", 2, "b", "X")
    swapped = [(*a[:2], 2, *a[3:]), (*b[:2], 1, *b[3:])]
    assert content_hash(columns=values(*COLUMN, of=[a, b])) != content_hash(
        columns=values(*COLUMN, of=swapped)
    )
    keys = [("main", "orders", "unique", ["a"], "x"), ("main", "orders", "unique", ["b"], "y")]
    renamed = [("main", "orders", "unique", ["a"], "y"), ("main", "orders", "unique", ["b"], "x")]
    assert content_hash(constraints=values(*CONSTRAINT, of=keys)) == content_hash(
        constraints=values(*CONSTRAINT, of=renamed)
    )


def test_types_have_their_schema() -> None:
    built = catalog(types=values("schema_name", "type_name", of=[("s", "b.c"), ("a", "x")]))
    assert built.types["type_fqdn"].to_pylist() == ["a.x", 's."b.c"']


def test_text_is_cast_to_the_type_of_its_column() -> None:
    built = catalog(
        columns=values(*COLUMN, "nullable", of=[("main", "orders", "10", "a", "X", "true")])
    )
    assert built.columns.schema == COLUMNS.schema
    assert built.columns["nullable"].to_pylist() == [True]
    assert CONSTRAINTS.schema == built.constraints.schema
