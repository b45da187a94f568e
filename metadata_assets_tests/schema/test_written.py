"""What is written of a query in the dialect of its own schema: the server takes it, and answers
alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pymysql
import pytest

from metadata_assets.schema.query import Queries
from metadata_assets_tests.schema.catalogs import stored
from metadata_assets_tests.sources.mysql_servers import MySQLDatabase, MySQLServer, connection

SHOP = (
    "CREATE TABLE orders (id int PRIMARY KEY, customer int, note varchar(20))",
    "CREATE TABLE items (id int, order_id int, PRIMARY KEY (order_id, id))",
    "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id) "
    "(PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN MAXVALUE)",
    "INSERT INTO parted VALUES (1), (20)",
    "INSERT INTO orders VALUES (1, 7, 'red'), (2, 7, 'green'), (3, 8, NULL)",
    "INSERT INTO items VALUES (1, 1), (2, 1), (1, 2)",
)
IN_ANY_CASE = (
    "SELECT ID, Note AS n FROM orders WHERE CUSTOMER = 7 ORDER BY N",
    "SELECT z.N FROM (SELECT Note AS n, ID FROM orders) AS z WHERE z.id = 1",
    "WITH c (First) AS (SELECT ID FROM orders) SELECT first FROM c",
    "SELECT o.NOTE, Count(*) AS c FROM orders o JOIN items USING (ID) GROUP BY Note HAVING C > 0",
)
QUERIES = (
    "SELECT * FROM orders WHERE note REGEXP '^r' OR note NOT REGEXP customer",
    "SELECT id FROM orders WHERE note RLIKE 'd$' AND NOT (note REGEXP 'x')",
    "SELECT 1 = (note REGEXP 'r'), (note REGEXP 'r') IS NULL, -(note REGEXP 'r') FROM orders",
    "SELECT (id + 1) REGEXP '2', (note REGEXP 'r') REGEXP 1 FROM orders",
    "SELECT (id = 1 OR id = 2) REGEXP 0, note REGEXP CONCAT('^', 'r') FROM orders",
    "SELECT id FROM orders WHERE (note REGEXP 'r') IN (0, 1) ORDER BY note REGEXP 'g', id",
    "SELECT SUM(note REGEXP BINARY 'R'), IF(note REGEXP 'a', 1, 2) FROM orders GROUP BY id",
    "SELECT * FROM orders LOCK IN SHARE MODE",
    "SELECT id FROM orders WHERE id = 1 FOR UPDATE",
    "SELECT 1 AS one, 2 FROM DUAL WHERE 1 REGEXP 1",
    "SELECT * FROM orders WHERE EXISTS (SELECT 1 FROM DUAL WHERE note REGEXP 'e$')",
    "DELETE orders, items FROM orders JOIN items ON order_id = orders.id WHERE customer = 7",
    "DELETE o, i FROM orders o JOIN items i ON i.order_id = o.id WHERE note REGEXP 'r'",
    "DELETE o FROM orders AS o LEFT JOIN items AS i ON i.order_id = o.id WHERE i.id IS NULL",
    "UPDATE orders o JOIN items i ON i.order_id = o.id SET o.note = 'x' WHERE o.note REGEXP 'g'",
    "DELETE FROM orders USING orders JOIN items ON order_id = orders.id WHERE customer = 7",
    "DELETE FROM o, i USING orders AS o, items AS i WHERE i.order_id = o.id AND customer = 7",
    "DELETE FROM orders WHERE NOT EXISTS (SELECT 1 FROM items WHERE order_id = orders.id)",
    "DELETE FROM items WHERE order_id IN (SELECT id FROM orders WHERE customer = 7) LIMIT 1",
    "UPDATE orders SET note = (SELECT MAX(id) FROM items WHERE order_id = orders.id)",
    "UPDATE items, orders SET note = 'x' WHERE order_id = orders.id AND customer > items.id",
    "UPDATE orders SET note = DEFAULT, Customer = default WHERE ID = 1",
    "SELECT GET_FORMAT(DATE, 'EUR'), DATE_FORMAT('2024-01-31', get_format(DATETIME, 'ISO'))",
    *IN_ANY_CASE,
    "SELECT * FROM parted PARTITION (low) WHERE Id > 0",
    "DELETE FROM parted PARTITION (low, high) WHERE id = 1",
)
WRONG = (
    "DELETE FROM orders WHERE nope = 1",
    "DELETE FROM orders WHERE EXISTS (SELECT 1 FROM items WHERE order_id = orders.nope)",
    "DELETE FROM nope USING orders AS o JOIN items AS i ON i.order_id = o.id",
    "DELETE nope FROM orders JOIN items ON order_id = orders.id",
    "DELETE orders FROM orders AS o JOIN items ON order_id = o.id",
    "UPDATE orders SET note = nope",
    "UPDATE orders SET note = (SELECT MAX(nope) FROM items WHERE order_id = orders.id)",
    "UPDATE orders, nope SET note = 'x'",
    "UPDATE orders JOIN items ON order_id = orders.id SET id = 9",
)
WAYS: tuple[Callable[[Queries, str], str], ...] = (
    Queries.qualify,
    Queries.expand,
    Queries.optimize,
)


@pytest.fixture(scope="module")
def shop(mariadb: MySQLServer) -> MySQLDatabase:
    database = mariadb.create_database()
    database.execute(*SHOP)
    return database


@pytest.fixture(scope="module")
def queries(shop: MySQLDatabase) -> Queries:
    return Queries(stored(shop.read(), "mysql"))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("sql", QUERIES)
def test_mariadb_does_alike(
    sql: str, way: Callable[[Queries, str], str], shop: MySQLDatabase, queries: Queries
) -> None:
    assert queries.validate(sql) == ()
    assert done(way(queries, sql), shop) == done(sql, shop)


@pytest.mark.parametrize("sql", WRONG)
def test_what_mariadb_refuses_is_refused(sql: str, shop: MySQLDatabase, queries: Queries) -> None:
    assert queries.validate(sql) != ()
    with pytest.raises(pymysql.MySQLError):
        done(sql, shop)


def test_a_statement_uses_the_columns_that_it_reads_and_sets(queries: Queries) -> None:
    sql = (
        "UPDATE orders SET note = (SELECT MAX(items.id) FROM items WHERE order_id = orders.id) "
        "WHERE customer = 7"
    )
    columns, uses = queries.understand(sql)
    (orders, items) = (uses[name] for name in sorted(uses, reverse=True))
    assert (orders, items) == (("customer", "id", "note"), ("id", "order_id"))
    assert (columns, queries.uses(sql)) == ((), uses)


@pytest.mark.parametrize("sql", IN_ANY_CASE)
def test_results_keep_their_names(sql: str, shop: MySQLDatabase, queries: Queries) -> None:
    named = []
    with connection(shop) as session, session.cursor() as cursor:
        for text in (sql, queries.qualify(sql)):
            cursor.execute(text)
            named.append([column[0] for column in cursor.description or ()])
    assert named[0] == named[1]


def test_columns_are_used_however_a_query_spells_them(queries: Queries) -> None:
    columns, uses = queries.understand(
        "SELECT Note FROM orders JOIN items i ON ORDER_ID = orders.ID"
    )
    assert uses == {name: columns for name, columns in uses.items() if columns}
    assert [each for columns in uses.values() for each in columns] == ["order_id", "id", "note"]
    assert [(column.name, column.type) for column in columns] == [("Note", "VARCHAR(20)")]


def done(sql: str, database: MySQLDatabase) -> list[Any]:
    """What a statement returns, and the rows it leaves."""
    answers = []
    with connection(database) as session, session.cursor() as cursor:
        session.begin()
        for text in (sql, *(f"SELECT * FROM {table}" for table in ("orders", "items", "parted"))):
            cursor.execute(text)
            answers.append(sorted(cursor.fetchall(), key=repr))
        session.rollback()
    return answers
