"""Extracted, written, created and extracted again: the catalog of every real schema is equal."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.schema.ddl import create_empty_tables, write_ddl
from metadata_assets_tests.realdata import REALDATA, needs_realdata
from metadata_assets_tests.schema.ddl.facts import unlike
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.databases import duckdb_file, sqlite_file
from metadata_assets_tests.sources.mysql_servers import MySQLServer
from metadata_assets_tests.sources.postgres_servers import INSTALLED, PostgresDatabase, started
from metadata_assets_tests.sources.reading import read

pytestmark = needs_realdata

POSTGRES = (
    *("osm_2025_12", "omop_5_4", "icinga_v1_4_0", "rc_head_2026_08", "rc_v0_5", "pagila_2017"),
    *("pagila_2022", "adventureworks", "northwind", "debezium", "sqlc_datatypes"),
    *("sqlc_composite", "tbls_pg", "defog_car_dealership", "debezium_postgis"),
)
LACKED = {"uuid-ossp", "postgis"}
"""The extensions that the embedded server does not bring: Debian's postgresql-15-postgis-3 does."""

MARIADB = (
    *("my_rc_head_2026_08", "my_sakila", "my_employees_part", "my_chinook"),
    *("my_dbz_regression_test", "my_dbz_default_value_all_zero_time", "my_dbz_json_test"),
    *("my_dbz_timestamp_column_test",),
)
"""Of several versions of one schema the newest: the older ones hold nothing it does not. Nor do the
larger ones of MariaDB, whose every CREATE waits for the disk."""

CALL_FUNCTIONS = frozenset({"actor_info", "film_list", "nicer_but_slower_film_list"})
"""Views of Pagila over an aggregate of its own, `group_concat`: a catalog holds no functions."""


def cases(engine: str, chosen: tuple[str, ...]) -> list[dict[str, str]]:
    listing = REALDATA / "cases.tsv"
    if not listing.exists():
        return []
    with listing.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["engine"] == engine]
    return [row for row in rows if row["id"] in chosen]


@pytest.fixture(scope="module")
def debian_postgres() -> Iterator[PostgresServer | None]:
    """A server of Debian's, which brings the extensions that the embedded one lacks."""
    binaries = [each for each in INSTALLED.values() if each.is_relative_to("/usr/lib/postgresql")]
    if not binaries:
        yield None
        return
    with started(binaries[-1]) as server:
        yield server


@pytest.mark.parametrize("case", cases("pg", POSTGRES), ids=lambda case: case["id"])
def test_postgres(
    case: dict[str, str],
    postgres: PostgresServer,
    request: pytest.FixtureRequest,
    require_extensions: Callable[..., None],
) -> None:
    needed = set(filter(None, case["requires"].split(",")))
    if needed & LACKED:
        postgres = request.getfixturevalue("debian_postgres") or postgres
        require_extensions(postgres, needed)
    database = PostgresDatabase(postgres.create_database())
    postgres.load(database.url, REALDATA / case["file"])
    catalog = database.read()
    again = PostgresDatabase(postgres.create_database())

    made = create_empty_tables(catalog, "postgres", again.url)

    functions = {f"public.{name}" for name in CALL_FUNCTIONS} if "pagila" in case["id"] else set()
    assert {one.partition(" ")[0] for one in made.omitted} == functions
    assert not unlike(again.read(), catalog, passing_over=frozenset(functions))


@pytest.mark.parametrize("case", cases("mysql", MARIADB), ids=lambda case: case["id"])
def test_mariadb(case: dict[str, str], mariadb: MySQLServer) -> None:
    database = mariadb.create_database(case["db"])
    mariadb.load(database, REALDATA / case["file"])
    catalog = database.read()
    # Views name their database, so the copy has to be of the same name.
    database.execute(f"DROP DATABASE `{database.name}`")
    again = mariadb.create_database(case["db"])

    made = write_ddl(catalog, "mysql")
    again.execute(*(statement.sql for statement in made.statements))

    assert made.omitted == ()
    assert not unlike(as_mariadb_says(again.read()), as_mariadb_says(catalog))


def as_mariadb_says(catalog: Catalog) -> Catalog:
    """A catalog without what a session decides when it creates a view: parentheses of joins, the
    character set of literals."""
    views = {row["table_fqdn"] for row in catalog.tables.to_pylist() if row["definition"]}
    return Catalog(
        tables=replaced(catalog.tables, "definition", lambda _, text: bare(text)),
        columns=replaced(
            catalog.columns, "collation", lambda row, text: None if row in views else text
        ),
        constraints=catalog.constraints,
        indexes=catalog.indexes,
        types=catalog.types,
        functions=catalog.functions,
        unreadable=catalog.unreadable,
    )


def replaced(rows: Any, column: str, value: Callable[[str, Any], Any]) -> Any:
    place = rows.schema.get_field_index(column)
    told = [value(row["table_fqdn"], row[column]) for row in rows.to_pylist()]
    return rows.set_column(place, column, [told]) if rows.num_rows else rows


def bare(text: str | None) -> str | None:
    return text and text.replace("(", "").replace(")", "")


@pytest.mark.parametrize(
    "file", sorted((REALDATA / "sqlite").glob("*")), ids=lambda file: file.stem
)
def test_sqlite(file: Path, tmp_path: Path) -> None:
    if file.suffix == ".sql":
        script = file.read_text(encoding="utf-8")
        file = sqlite_file(tmp_path / "source.sqlite", script)
    catalog = read("sqlite", file)

    made = create_empty_tables(catalog, "sqlite", f"sqlite:///{tmp_path / 'copy.sqlite'}")

    assert made.omitted == ()
    assert not unlike(read("sqlite", tmp_path / "copy.sqlite"), catalog)


DUCKDB = {
    "all_types": ("CREATE TABLE all_types AS FROM test_all_types()",),
    "broker": (REALDATA / "duckdb/defog_broker_ddl_only.sql",),
    "car_dealership": (REALDATA / "duckdb/defog_car_dealership_ddl_only.sql",),
    "tpcds": (REALDATA / "duckdb/tpcds_schema.sql",),
}


@pytest.mark.parametrize("name", DUCKDB)
def test_duckdb(name: str, tmp_path: Path) -> None:
    scripts = [
        each if isinstance(each, str) else each.read_text(encoding="utf-8") for each in DUCKDB[name]
    ]
    catalog = read("duckdb", duckdb_file(tmp_path / "source.duckdb", *scripts))

    made = create_empty_tables(catalog, "duckdb", f"duckdb:///{tmp_path / 'copy.duckdb'}")

    assert made.omitted == ()
    assert not unlike(read("duckdb", tmp_path / "copy.duckdb"), catalog)
