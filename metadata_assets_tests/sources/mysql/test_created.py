from __future__ import annotations

import pytest

from metadata_assets.catalog.fingerprint import data_version
from metadata_assets_tests.sources.mysql_servers import MySQLDatabase
from metadata_assets_tests.sources.reading import listed, only

ODD = "`t``\\`"
TABLES = (
    "CREATE TABLE p (id int, other int, PRIMARY KEY (id), KEY (other, id))",
    rf"""CREATE TABLE {ODD} (id int PRIMARY KEY, `j``"'\` json, `CHECK` int DEFAULT (1 + 1)"""
    r" COMMENT 'a, CHECK (b) ''\\' CHECK (`CHECK` > 0 AND 'it''s \\' <> '('),"
    r" CONSTRAINT `a) CHECK (` CHECK (id <> 7 OR `CHECK` LIKE '%\\%%'), x int, y int,"
    " CONSTRAINT `f``` FOREIGN KEY (x) REFERENCES p (id) ON DELETE SET NULL ON UPDATE CASCADE,"
    " CONSTRAINT plain FOREIGN KEY (y) REFERENCES p (id),"
    " CONSTRAINT none FOREIGN KEY (y, x) REFERENCES p (other, id) ON DELETE NO ACTION)",
    "CREATE TABLE periods (a int, raw varbinary(9) DEFAULT x'00ff27', odd int CHECK (odd > 1),"
    " since date, until date, PERIOD FOR valid (since, until))",
    "CREATE TABLE history (a int CHECK (a > 0)) WITH SYSTEM VERSIONING",
)
NAMES = ("p", ODD, "periods", "history")


@pytest.fixture
def hidden(mysql: MySQLDatabase) -> MySQLDatabase:
    """A database of which a user of its name may read some tables, each by a privilege on it."""
    user = f"{mysql.name}@localhost"
    mysql.execute(
        *TABLES,
        f"CREATE USER {user}",
        *(f"GRANT SELECT ON {name} TO {user}" for name in NAMES),
    )
    return mysql


def test_who_may_read_tables_alone_reads_all_of_them(hidden: MySQLDatabase) -> None:
    everything, granted = hidden.read(), hidden.read(user=hidden.name)

    assert granted.unreadable.num_rows == 0
    assert granted.constraints.to_pylist() == everything.constraints.to_pylist()
    assert "json" in granted.columns["native_type"].to_pylist()
    assert data_version(granted) == data_version(everything)


def test_who_may_read_tables_by_a_role_reads_all_of_them(hidden: MySQLDatabase) -> None:
    user, role = f"{hidden.name}@localhost", f"{hidden.name}_role"
    hidden.execute(
        f"CREATE ROLE {role}",
        *(f"GRANT SELECT ON {name} TO {role}" for name in NAMES),
        f"REVOKE ALL PRIVILEGES, GRANT OPTION FROM {user}",
        f"GRANT {role} TO {user}",
        f"SET DEFAULT ROLE {role} FOR {user}",
    )

    assert data_version(hidden.read(user=hidden.name)) == data_version(hidden.read())


def test_a_table_whose_columns_a_role_may_read_in_part_is_told(mysql: MySQLDatabase) -> None:
    user, role = f"{mysql.name}@localhost", f"{mysql.name}_role"
    mysql.execute(
        "CREATE TABLE t (id int PRIMARY KEY, secret int)",
        f"CREATE USER {user}",
        f"CREATE ROLE {role}",
        f"GRANT SELECT (id) ON t TO {role}",
        f"GRANT {role} TO {user}",
        f"SET DEFAULT ROLE {role} FOR {user}",
    )

    catalog = mysql.read(user=mysql.name)

    assert catalog.tables.num_rows == 0
    assert listed(catalog.unreadable, "object_name", "reason") == [
        (f"{mysql.name}.t", "the user may see some of its columns only")
    ]


@pytest.mark.parametrize(
    "statements",
    [
        ("ALTER TABLE periods ADD CONSTRAINT c CHECK (a < 9)",),
        ("ALTER TABLE p MODIFY other int CHECK (other > 0)",),
        (
            f"ALTER TABLE {ODD} DROP FOREIGN KEY plain",
            f"ALTER TABLE {ODD} ADD CONSTRAINT plain FOREIGN KEY (y) REFERENCES p (id)"
            " ON DELETE CASCADE",
        ),
    ],
)
def test_a_change_of_what_is_hidden_moves_the_fingerprint(
    hidden: MySQLDatabase, statements: tuple[str, ...]
) -> None:
    before = hidden.fingerprint(user=hidden.name)
    hidden.execute("INSERT INTO p VALUES (1, 1)")
    assert hidden.fingerprint(user=hidden.name) == before

    hidden.execute(*statements)

    assert hidden.fingerprint(user=hidden.name) != before


RARE = (
    "CREATE TABLE t (a varchar(20) DEFAULT (concat('😀', '????')) COMMENT 'why????'"
    " CHECK (a <> '😁'), g varchar(40) AS (concat(a, '😂')), CHECK (a <> 'it''s 😃'))",
    "CREATE TABLE plain (a varchar(9) CHECK (a <> '????'))",
    "CREATE VIEW v AS SELECT '😄 AS ' AS s, a FROM t WHERE a <> '????' WITH CASCADED CHECK OPTION",
)


def test_characters_beyond_the_basic_plane_are_told_in_expressions(mysql: MySQLDatabase) -> None:
    mysql.execute(*RARE)

    catalog = mysql.read()

    assert listed(
        catalog.columns, "default_expr", "generated_expr", table_fqdn=f"{mysql.name}.t"
    ) == [("concat('😀','????')", None), (None, "concat(`a`,'😂')")]
    assert sorted(catalog.constraints["expression"].to_pylist()) == [
        "`a` <> '????'",
        r"`a` <> 'it\'s 😃'",
        "`a` <> '😁'",
    ]
    assert only(catalog.tables, table_name="v")["definition"] == (
        f"select '😄 AS ' AS `s`,`{mysql.name}`.`t`.`a` AS `a` from `{mysql.name}`.`t`"
        f" where `{mysql.name}`.`t`.`a` <> '????'"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE t ALTER a SET DEFAULT (concat('😅', '????'))",
        "ALTER TABLE t DROP CONSTRAINT CONSTRAINT_1, ADD CHECK (a <> 'it''s 😅')",
        "ALTER TABLE t MODIFY g varchar(40) AS (concat(a, '😅'))",
        "ALTER VIEW v AS SELECT '😅 AS ' AS s, a FROM t WHERE a <> '????' WITH CHECK OPTION",
    ],
)
def test_one_such_character_instead_of_another_moves_the_fingerprint(
    mysql: MySQLDatabase, statement: str
) -> None:
    mysql.execute(*RARE)
    before = mysql.fingerprint(), data_version(mysql.read())
    mysql.execute(statement)
    after = mysql.fingerprint(), data_version(mysql.read())

    assert not set(before) & set(after)
