from __future__ import annotations

from functools import cache

import pytest

from metadata_assets.schema.query import InvalidQuery, Queries
from metadata_assets_tests.schema.catalogs import catalog, column, primary_key, stored, table


@cache
def shop(dialect: str) -> Queries:
    schema = "public" if dialect == "postgres" else "main"
    return Queries(
        stored(
            catalog(
                table(
                    "customers",
                    column("id", "integer"),
                    column("full_name", "text"),
                    column("Country", "text"),
                    schema=schema,
                    constraints=[primary_key("id")],
                ),
                table(
                    "orders",
                    column("id", "integer"),
                    column("customer_id", "integer"),
                    column("total", "numeric(12,2)"),
                    schema=schema,
                ),
            ),
            dialect,
        )
    )


DIALECTS = ("duckdb", "postgres", "sqlite")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_misspelled_column_is_a_problem_with_its_place_and_the_nearest_name(dialect: str) -> None:
    (problem,) = shop(dialect).validate("SELECT id,\n  ful_name\nFROM customers")
    assert (problem.line, problem.column, problem.code) == (2, 3, "unknown_column")
    assert problem.suggestions[0] == "full_name"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_misspelled_table_is_a_problem_with_its_place_and_the_nearest_name(dialect: str) -> None:
    (problem,) = shop(dialect).validate("SELECT count(*) FROM custmers")
    assert (problem.line, problem.column, problem.code) == (1, 22, "unknown_table")
    assert problem.suggestions[0] == "customers"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_text_that_is_no_sql_is_a_syntax_problem(dialect: str) -> None:
    (problem,) = shop(dialect).validate("SELECT id FROM customers WHERE")
    assert problem.code == "syntax"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_star_expands_to_the_columns_in_order(dialect: str) -> None:
    expanded = shop(dialect).expand("SELECT o.*, c.full_name FROM orders o, customers c")
    positions = [expanded.index(name) for name in ("o.id", "o.customer_id", "o.total")]
    assert positions == sorted(positions)
    assert "*" not in expanded
    assert shop(dialect).validate(expanded) == ()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_lineage_of_a_column_goes_through_subqueries(dialect: str) -> None:
    lineage = shop(dialect).lineage(
        "WITH spent AS (SELECT customer_id, sum(total) AS amount FROM orders GROUP BY customer_id) "
        "SELECT c.full_name, s.amount * 2 AS twice FROM spent s JOIN customers c "
        "ON c.id = s.customer_id"
    )
    schema = shop(dialect)._index.default_schema
    assert [(one.column, [str(source) for source in one.sources]) for one in lineage] == [
        ("full_name", [f"{schema}.customers.full_name"]),
        ("twice", [f"{schema}.orders.total"]),
    ]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_tables_and_columns_used_are_those_anywhere_in_the_query(dialect: str) -> None:
    used = shop(dialect).uses(
        "SELECT count(*) FROM orders o WHERE EXISTS (SELECT 1 FROM customers c "
        "WHERE c.id = o.customer_id AND c.full_name LIKE 'A%')"
    )
    assert {name.partition(".")[2]: columns for name, columns in used.items()} == {
        "customers": ("full_name", "id"),
        "orders": ("customer_id",),
    }


def test_a_query_that_is_wrong_is_not_explained() -> None:
    with pytest.raises(InvalidQuery, match="ful_name"):
        shop("postgres").lineage("SELECT ful_name FROM customers")


def test_strings_in_double_quotes_are_strings_to_sqlite() -> None:
    shown = shop("sqlite").transpile('SELECT id FROM customers WHERE full_name = "Ann"', "postgres")
    assert "'Ann'" in shown


@pytest.mark.parametrize("dialect", [*DIALECTS, "mysql"])
def test_a_query_that_is_asked_about_again_is_answered_the_same(dialect: str) -> None:
    sql = "SELECT * FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.total > 5"
    queries = shop(dialect)

    def answers() -> tuple[object, ...]:
        return (
            queries.expand(sql),
            queries.qualify(sql),
            queries.optimize(sql),
            queries.transpile(sql, "duckdb"),
            queries.understand(sql),
            queries.lineage(sql),
        )

    assert answers() == answers()
