from __future__ import annotations

from collections.abc import Callable

import duckdb
import pyarrow as pa
import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.profile import PROFILES
from metadata_assets.training.derive import derive_records
from metadata_assets.training.subject import Subject
from metadata_assets_tests.training.catalogs import (
    catalog,
    check,
    column,
    primary_key,
    references,
    table,
    unique,
    view,
    wide,
)
from metadata_assets_tests.training.conftest import derived

Told = Callable[..., str]

CUSTOMERS = table(
    "customers",
    column("id", nullable=False, identity="always"),
    column("name", "text", nullable=False, comment="as on the invoice"),
    keys=[primary_key("id"), unique("name")],
    comment="People who buy",
    grain_description="one row per customer",
    business_domain="Sales",
    owner="sales@example.com",
)
ORDERS = table(
    "orders",
    column("id", nullable=False),
    column("customer_id", nullable=False),
    column(
        "status", "order_status", default_expr="'new'::order_status", allowed_values=["new", "paid"]
    ),
    keys=[
        primary_key("id"),
        references(["customer_id"], "customers", ["id"]),
        check("(id > 0)", "id"),
    ],
)
SHOP = catalog(
    CUSTOMERS,
    ORDERS,
    view("paid_orders", "SELECT * FROM orders WHERE status = 'paid';\n", column("id")),
)


def test_a_tables_ddl_has_its_types_keys_defaults_and_comments(told: Told) -> None:
    assert told(SHOP, "public.customers") == (
        "-- People who buy\n"
        "CREATE TABLE public.customers (\n"
        "  id integer GENERATED ALWAYS AS IDENTITY NOT NULL,\n"
        "  name text NOT NULL, -- as on the invoice\n"
        "  PRIMARY KEY (id),\n"
        "  UNIQUE (name)\n"
        ");"
    )
    assert told(SHOP, "public.orders") == (
        "CREATE TABLE public.orders (\n"
        "  id integer NOT NULL,\n"
        "  customer_id integer NOT NULL,\n"
        "  status order_status DEFAULT 'new'::order_status,\n"
        "  PRIMARY KEY (id),\n"
        "  CHECK ((id > 0)),\n"
        "  FOREIGN KEY (customer_id) REFERENCES public.customers (id)\n"
        ");"
    )


def test_documentation_says_what_a_table_is_and_what_joins_it(told: Told) -> None:
    assert told(SHOP, "public.customers", "documentation") == (
        "Table public.customers in the source demo.shop.\n"
        "Grain: one row per customer\n"
        "Description: People who buy\n"
        "Business domain: Sales\n"
        "Owner: sales@example.com\n"
        "Columns:\n"
        "- id integer, not null\n"
        "- name text, not null: as on the invoice\n"
        "Primary key: id\n"
        "Unique: name\n"
        "Referenced by:\n"
        "- public.orders.customer_id references public.customers.id"
    )


def test_documentation_says_which_values_an_enum_allows(told: Told) -> None:
    text = told(SHOP, "public.orders", "documentation")
    assert "- status order_status, default 'new'::order_status, one of 'new', 'paid'" in text
    assert "Joins:\n- public.orders.customer_id references public.customers.id" in text


def test_a_view_teaches_its_query_as_ddl_and_as_an_answer(told: Told) -> None:
    assert told(SHOP, "public.paid_orders") == (
        "CREATE VIEW public.paid_orders AS\nSELECT * FROM orders WHERE status = 'paid';"
    )
    assert told(SHOP, "public.paid_orders", "sql") == "SELECT * FROM orders WHERE status = 'paid'"
    assert told(SHOP, "public.paid_orders", "documentation").startswith("View public.paid_orders")


def test_a_view_whose_query_is_hidden_still_has_its_documentation() -> None:
    rows = derived(catalog(view("secret", None, column("id")))).to_pylist()
    assert [row["kind"] for row in rows] == ["documentation"]


def test_same_named_views_of_two_schemas_ask_two_questions() -> None:
    twins = catalog(
        view("v", "SELECT 1", column("id")), view("v", "SELECT 1", column("id"), schema="other")
    )
    rows = derived(twins).to_pylist()
    assert len({row["content_hash"] for row in rows}) == len(rows) == 6


def test_the_same_catalog_gives_the_same_bytes() -> None:
    first = derived(SHOP)
    assert derived(SHOP).equals(first)


def test_an_empty_catalog_teaches_nothing() -> None:
    assert derived(catalog()).num_rows == 0


def test_a_table_without_columns_is_taught(told: Told) -> None:
    assert told(catalog(table("empty")), "public.empty") == "CREATE TABLE public.empty ();"


@pytest.mark.parametrize(("width", "chunks"), [(1, 1), (20, 1), (21, 2), (40, 2), (41, 3)])
def test_a_table_is_chunked_above_twenty_columns(width: int, chunks: int) -> None:
    rows = derived(catalog(wide("t", width))).to_pylist()
    assert [row["chunk"] for row in rows if row["kind"] == "ddl"] == list(range(1, chunks + 1))
    assert [row["chunk"] for row in rows if row["kind"] == "documentation"] == list(
        range(1, chunks + 1)
    )


def test_every_chunk_stands_alone_with_the_columns_of_its_keys(told: Told) -> None:
    facts = catalog(
        CUSTOMERS,
        wide("facts", 45, keys=[
            primary_key("c1", "c22"),
            references(["c26", "c41"], "customers", ["id", "name"]),
        ]),
    )  # fmt: skip
    lines = [told(facts, "public.facts", chunk=chunk).splitlines() for chunk in (1, 2, 3)]
    columns = [[line.split()[0] for line in chunk if line.startswith("  c")] for chunk in lines]
    assert columns[0] == [f"c{n}" for n in [*range(1, 21), 22]]
    assert columns[1] == [f"c{n}" for n in [1, *range(21, 41), 41]]
    assert columns[2] == [f"c{n}" for n in [1, 22, *range(41, 46)]]
    assert all("  PRIMARY KEY (c1, c22)" in "\n".join(chunk) for chunk in lines)
    assert ["FOREIGN KEY" in "\n".join(chunk) for chunk in lines] == [False, True, False]
    assert lines[1][0] == "-- Part 2 of 3: columns from 21, with the columns of their keys."


def test_a_wide_table_without_a_primary_key_repeats_its_unique_columns(told: Told) -> None:
    facts = catalog(wide("facts", 30, keys=[unique("c30")]))
    assert "  c30 integer," in told(facts, "public.facts", chunk=1)


def test_every_chunk_of_a_wide_table_is_a_statement_that_runs(told: Told) -> None:
    facts = catalog(wide("facts", 45, keys=[primary_key("c1", "c22"), unique("c3", "c44")]))
    for chunk in (1, 2, 3):
        connection = duckdb.connect()
        connection.execute("CREATE SCHEMA public")
        connection.execute(told(facts, "public.facts", chunk=chunk))


def test_names_and_comments_are_kept_as_they_are(told: Told) -> None:
    odd = table(
        'odd-name "q"',
        column("Mixed Case", "text", comment="first line\r\nsecond line"),
        column("order", "text"),
        column("new\nline", "text"),
        schema="a.b",
        comment="It's\n-- odd",
    )
    source_id = '"a.b"."odd-name ""q"""'
    assert told(catalog(odd), source_id) == (
        "-- It's\n"
        "-- -- odd\n"
        'CREATE TABLE "a.b"."odd-name ""q""" (\n'
        '  "Mixed Case" text, -- first line\n'
        "  -- second line\n"
        '  "order" text,\n'
        '  "new\nline" text\n'
        ");"
    )
    duckdb.connect().execute('CREATE SCHEMA "a.b"; ' + told(catalog(odd), source_id))


def test_a_foreign_key_quotes_the_odd_table_it_points_to(told: Told) -> None:
    linked = catalog(
        table("Odd.Name", column("id"), keys=[primary_key("id")]),
        table("t", column("odd_id"), keys=[references(["odd_id"], "Odd.Name", ["id"])]),
    )
    assert 'REFERENCES public."Odd.Name" (id)' in told(linked, "public.t")


def test_personal_data_gives_away_no_value() -> None:
    people = catalog(
        table(
            "people",
            column(
                "blood", "enum('SECRET1','0')", pii=True, allowed_values=["SECRET1", "0"],
                default_expr="'SECRET2'",
            ),
            column("email", "text", pii=True, generated_expr="nick || '@SECRET3'"),
            column("nick", "text", generated_expr="replace(Email, '@SECRET4', '')"),
            keys=[check("(email <> 'SECRET5')"), check("(BLOOD <> 'SECRET6')", "blood")],
        )
    )  # fmt: skip
    rows = derived(people, dialect="mysql").to_pylist()
    assert [row for row in rows if "SECRET" in row["content"]] == []
    assert "- blood enum, personal data" in rows[1]["content"]


def test_what_is_not_personal_keeps_its_values(told: Told) -> None:
    people = catalog(
        table("people", column("email", "text", pii=False, default_expr="'x'"),
              keys=[check("(email <> 'y')")])
    )  # fmt: skip
    assert "DEFAULT 'x'" in told(people, "public.people")
    assert "CHECK ((email <> 'y'))" in told(people, "public.people")


def test_obsolete_objects_and_partitions_are_not_taught() -> None:
    kept = table("kept", column("id"), status="In Use")
    old = table("old", column("id"), status="Obsolete")
    part = table("kept_2026", column("id"), object_type="partition")
    rows = derived(catalog(kept, old, part)).to_pylist()
    assert {row["source_id"] for row in rows} == {"public.kept"}


def test_a_table_everything_references_lists_twenty_and_counts_the_rest(told: Told) -> None:
    calendar = table("calendar", column("day"), keys=[primary_key("day")])
    facts = [
        table(f"fact_{n:02}", column("day"), keys=[references(["day"], "calendar", ["day"])])
        for n in range(25)
    ]
    text = told(catalog(calendar, *facts), "public.calendar", "documentation")
    assert text.count("references") == 20
    assert text.endswith("- and 5 more")


def test_row_counts_do_not_change_what_is_taught() -> None:
    def counted(rows: int) -> Catalog:
        return catalog(table("t", column("id"), row_estimate=rows, bytes=rows * 100))

    first = derived(counted(1))
    assert derived(counted(2)).equals(first)


def profiled(**facts: object) -> pa.Table:
    row = dict.fromkeys(PROFILES.schema.names) | {"table_fqdn": "public.orders"} | facts
    return pa.Table.from_pylist([row], schema=PROFILES.schema)


STATUSES = {"column_name": "status", "top_values": ["paid", "it's new"], "distinct_count": 2}


def documented(shop: Catalog, profiles: pa.Table) -> str:
    subject = Subject("s", shop, "postgres", "v1", profiles=profiles)
    (text,) = (
        row["content"]
        for row in derive_records(subject).to_pylist()
        if row["kind"] == "documentation"
    )
    return str(text)


def test_documentation_says_what_a_column_of_low_cardinality_holds() -> None:
    shop = catalog(table("orders", column("id"), column("status", "text")))
    text = documented(shop, profiled(**STATUSES, row_count=9))
    assert "- status text, values seen: 'it''s new', 'paid'" in text
    same = profiled(**STATUSES | {"top_values": ["it's new", "paid"]}, row_count=99)
    assert documented(shop, same) == text
    numbers = profiled(column_name="id", top_values=["2", "1"], distinct_count=2, row_count=9)
    assert "- id integer, values seen: 1, 2" in documented(shop, numbers)


@pytest.mark.parametrize(
    ("facts", "profile"),
    [
        ({"pii": True}, {"row_count": 9}),
        ({}, {"row_count": 2}),
        ({}, {"row_count": 9, "top_values": ["x" * 100]}),
        ({"allowed_values": ["new"]}, {"row_count": 9}),
    ],
)
def test_values_that_are_private_unique_cut_or_known_are_not_told(
    facts: dict[str, object], profile: dict[str, object]
) -> None:
    shop = catalog(table("orders", column("status", "text", **facts)))
    assert "seen" not in documented(shop, profiled(**STATUSES | profile))
