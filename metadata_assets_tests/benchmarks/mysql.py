"""MariaDB databases to measure extraction on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import sqlalchemy as sa

from metadata_assets.sources.mysql.connection import MySQLConfig
from metadata_assets.sources.mysql.driver import MySQLDriver
from metadata_assets_tests.benchmarks.measure import Candidates
from metadata_assets_tests.sources.mysql_servers import MySQLDatabase, connection, started

_TABLE = """
CREATE TABLE {name} (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, parent_id bigint unsigned,
  code varchar(20) NOT NULL UNIQUE COMMENT 'The code of the thing, as its source gave it',
  name text NOT NULL, status enum('new', 'paid', 'shipped') NOT NULL DEFAULT 'new',
  contact varchar(254), amount decimal(12,2) NOT NULL DEFAULT 0 COMMENT 'before tax' {check},
  tax decimal(12,2) DEFAULT 0.19, total decimal(14,2) {generated}, tags set('a', 'b'),
  payload json, is_active tinyint(1) NOT NULL DEFAULT 1,
  created_at timestamp NOT NULL DEFAULT current_timestamp(), updated_at datetime, valid_on date,
  duration time, score double, quantity int DEFAULT 1, ip varbinary(16), token char(36),
  note varchar(500) COMMENT 'free text', KEY (created_at, contact(10)) {reference}
) COMMENT 'Rows of {name}: one per thing that happened'
"""

_BARE_QUERY = """
SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA,
  COLUMN_COMMENT
FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = %s
"""


@contextmanager
def prepared(tables: int) -> Iterator[Candidates]:
    """What reads a database of that many tables."""
    with started() as server:
        database = server.create_database("measured")
        database.execute(*map(_statement, range(tables)))
        engine = sa.create_engine(
            f"mysql+pymysql://root@/{database.name}?unix_socket={database.unix_socket}"
        )
        config = MySQLConfig(unix_socket=database.unix_socket, user="root", database=database.name)
        yield {
            "bare query": partial(_fetch, database),
            "extract": partial(MySQLDriver().extract, config),
            "fingerprint": partial(MySQLDriver().fingerprint, config),
            "SQLAlchemy get_multi_*": partial(_get_multi, engine),
        }


def _statement(number: int) -> str:
    is_tenth = number % 10 == 0
    return _TABLE.format(
        name=f"table_{number:05d}",
        check="CHECK (amount >= 0)" if is_tenth else "",
        generated="GENERATED ALWAYS AS (amount + tax) STORED" if is_tenth else "",
        reference=f", FOREIGN KEY (parent_id) REFERENCES table_{number - 1:05d} (id)"
        if number
        else "",
    )


def _fetch(database: MySQLDatabase) -> None:
    with connection(database) as session, session.cursor() as cursor:
        cursor.execute(_BARE_QUERY, (database.name,))
        cursor.fetchall()


def _get_multi(engine: sa.Engine) -> None:
    inspector = sa.inspect(engine)
    inspector.get_multi_columns()
    inspector.get_multi_pk_constraint()
    inspector.get_multi_foreign_keys()
    inspector.get_multi_table_comment()
