"""What the judges of the other dialects say."""

from __future__ import annotations

from pathlib import Path

import pytest

from metadata_assets.schema.query import Queries
from metadata_assets_tests.schema.catalogs import catalog, column, stored, table


def shop(dialect: str) -> Queries:
    tables = (
        table("Orders", column("id", "integer"), column("total", "double"), schema="main"),
        table("customers", column("id", "integer"), column("name", "varchar(20)"), schema="main"),
    )
    return Queries(stored(catalog(*tables), dialect))


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite", "mysql"])
def test_every_wrong_name_is_told_at_its_place(dialect: str) -> None:
    problems = shop(dialect).validate(
        "SELECT c.nam, o.totl FROM orders o JOIN customers c USING (id)"
    )
    assert [(one.line, one.column, one.code) for one in problems] == [
        (1, 8, "unknown_column"),
        (1, 15, "unknown_column"),
    ]
    assert [one.suggestions[0] for one in problems] == ["name", "total"]


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite", "mysql"])
def test_a_wrong_table_with_its_schema_is_one_problem(dialect: str) -> None:
    (problem,) = shop(dialect).validate("SELECT * FROM main.custmers")
    assert (problem.code, problem.suggestions[0]) == ("unknown_table", "customers")


@pytest.mark.parametrize(
    ("dialect", "sql", "code"),
    [
        ("duckdb", "SELECT id, sum(total) FROM orders", "grouping"),
        ("duckdb", "SELECT id FROM orders WHERE count(*) > 1", "aggregate"),
        ("duckdb", "SELECT sum(name) FROM customers", "types"),
        ("duckdb", "SELECT nope(id) FROM orders", "unknown_function"),
        ("duckdb", "SELECT id FROM orders, customers", "ambiguous_column"),
        ("duckdb", "SELECT 1; SELECT 2", "statement"),
        ("sqlite", "SELECT id FROM orders WHERE count(*) > 1", "aggregate"),
        ("sqlite", "SELECT nope(id) FROM orders", "unknown_function"),
        ("sqlite", "SELECT id FROM orders, customers", "ambiguous_column"),
        ("sqlite", "SELECT id, total FROM orders UNION SELECT id FROM customers", "set_operation"),
        ("sqlite", "SELECT abs(1, 2)", "types"),
        ("sqlite", "SELECT 1; SELECT 2", "statement"),
        ("mysql", "SELECT id FROM orders o JOIN customers c", "ambiguous_column"),
        ("mysql", "SELECT x.id FROM orders o", "unknown_table"),
        ("mysql", "SELECT FROM WHERE", "syntax"),
        ("mysql", "SELECT 1; SELECT 2", "statement"),
        ("mysql", "SELECT id FROM orders WHERE count(*) > 1", "aggregate"),
        ("mysql", "SELECT sum(sum(total)) FROM orders", "aggregate"),
        ("mysql", "SELECT id FROM orders WHERE row_number() OVER () = 1", "window"),
        ("mysql", "SELECT row_number() FROM orders", "window"),
        ("mysql", "SELECT id, total FROM orders UNION SELECT id FROM customers", "set_operation"),
        ("mysql", "SELECT id FROM orders WHERE id IN (SELECT id, name FROM customers)", "types"),
        ("mysql", "SELECT lenght(name) FROM customers", "unknown_function"),
        ("mysql", "SELECT id,, total FROM orders", "syntax"),
        ("mysql", "SELECT DISTINCT ON (id) id FROM orders", "syntax"),
        ("mysql", "SELECT name FROM customers WHERE name ILIKE 'a'", "syntax"),
        ("mysql", "SELECT x.* FROM orders o", "unknown_table"),
        ("mysql", "SELECT id FROM orders HAVING nope > 1", "unknown_column"),
        ("mysql", "SELECT * FROM customers JOIN orders USING (name)", "unknown_column"),
        ("mysql", "SELECT a.id FROM orders a JOIN customers a", "ambiguous_column"),
        ("mysql", "DELETE FROM order_s", "unknown_table"),
        ("mysql", "UPDATE orders SET totl = 1", "unknown_column"),
        ("mysql", "INSERT INTO orders (id, totl) VALUES (1, 2)", "unknown_column"),
        ("snowflake", "SELECT id FROM orders WHERE sum(total) > 1", "aggregate"),
    ],
)
def test_a_problem_is_told_by_its_kind(dialect: str, sql: str, code: str) -> None:
    (problem,) = shop(dialect).validate(sql)
    assert problem.code == code


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("lenght(name)", "length"), ("substrng(name, 1)", "substring"), ("Uppr(name)", "upper")],
)
@pytest.mark.parametrize("dialect", ["duckdb", "sqlite", "postgres"])
def test_an_unknown_function_is_told_with_the_nearest(dialect: str, wrong: str, right: str) -> None:
    (problem,) = shop(dialect).validate(f"SELECT {wrong} FROM customers")
    assert (problem.code, problem.suggestions[0]) == ("unknown_function", right)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id AS x FROM orders ORDER BY x",
        "SELECT name, count(*) AS n FROM customers GROUP BY name HAVING n > 1",
        "WITH a AS (SELECT id FROM orders) SELECT a.id FROM a WHERE EXISTS "
        "(SELECT 1 FROM customers c WHERE c.id = a.id)",
        "WITH a AS (SELECT * FROM orders) SELECT 1 FROM a WHERE id IN (SELECT id FROM customers)",
        "SELECT n FROM (SELECT id AS n FROM orders) t WHERE n IN (SELECT id FROM customers)",
        "SELECT t.n FROM (SELECT count(*) AS n FROM orders) AS t",
        "SELECT o.* FROM orders o NATURAL JOIN customers",
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) "
        "SELECT n FROM r",
        "INSERT INTO orders (id, total) SELECT id, 1 FROM customers",
        "UPDATE orders SET total = 2 WHERE id = 1",
        "DELETE FROM orders WHERE id = 1",
        "SELECT sum(sum(total)) OVER () FROM orders GROUP BY id",
        "SELECT id FROM orders o WHERE total = (SELECT max(total) FROM orders i WHERE i.id > o.id)",
        "SELECT name FROM customers GROUP BY name HAVING max(id) > (SELECT avg(total) FROM orders)",
        "SELECT id FROM orders UNION ALL SELECT id FROM customers ORDER BY id",
        "SELECT id, ',,' FROM orders WHERE (id, total) IN (SELECT id, total FROM orders)",
    ],
)
@pytest.mark.parametrize("dialect", ["duckdb", "sqlite", "mysql"])
def test_what_is_right_passes(dialect: str, sql: str) -> None:
    assert shop(dialect).validate(sql) == ()


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite", "mysql"])
@pytest.mark.parametrize("join", ["JOIN customers USING (id)", "NATURAL JOIN customers"])
def test_the_columns_that_a_join_compares_by_their_name_are_used(dialect: str, join: str) -> None:
    uses = shop(dialect).uses(f"SELECT total FROM Orders {join}")
    assert uses == {"main.Orders": ("id", "total"), "main.customers": ("id",)}


def test_nothing_of_a_query_is_run(tmp_path: Path) -> None:
    queries = shop("duckdb")
    file = tmp_path / "made"
    queries.validate(f"COPY orders TO '{file}'")
    queries.validate("DROP TABLE orders")
    queries.validate("DELETE FROM orders")
    assert not file.exists()
    assert queries.validate("SELECT total FROM orders") == ()


def test_a_type_of_an_extension_that_is_not_loaded_hides_no_column() -> None:
    places = table(
        "places", column("id", "integer"), column("spot", "no_extension_here"), schema="main"
    )
    queries = Queries(stored(catalog(places), "duckdb"))
    assert queries.validate("SELECT id, spot FROM places") == ()
    (problem,) = queries.validate("SELECT spott FROM places")
    assert problem.suggestions[0] == "spot"
