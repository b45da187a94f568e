"""Values of columns that are flagged as personal data are found in no output of a home."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psycopg
import pytest
from mcp import Client
from typer.testing import CliRunner

from metadata_assets.cli import app
from metadata_assets.mcp_server.server import build_server
from metadata_assets_tests.home import Home
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.mysql_servers import MySQLServer

PLANTED = ("planted@example.org", "+49 30 7777777", "Plantedson")
DECLARED = (
    *(
        "default@example.org",
        "+49 30 8888888",
        "555123555",
        "view@example.org",
        "quoted@example.org",
    ),
    *("444123444", "333123333", "key@example.org"),
)
"""What the database's own DDL says of the columns."""

DDL = (
    f"CREATE TABLE customer (id INTEGER PRIMARY KEY, mail TEXT UNIQUE DEFAULT '{DECLARED[0]}', "
    f"phone TEXT CHECK (phone <> '{DECLARED[1]}'), surname TEXT, state TEXT, ssn INTEGER)",
    "CREATE VIEW contacts AS SELECT id, mail AS reach FROM customer",
    f"CREATE VIEW numbered AS SELECT id FROM customer WHERE ssn = {DECLARED[2]}",
    f"CREATE VIEW on_a_view AS SELECT id FROM contacts WHERE reach = '{DECLARED[3]}'",
    f'CREATE VIEW quoted AS SELECT id FROM customer WHERE mail = "{DECLARED[4]}"',
    f"CREATE INDEX some ON customer (id) WHERE ssn = {DECLARED[5]}",
    f"CREATE INDEX computed ON customer (ssn = {DECLARED[6]})",
    f"CREATE TABLE deals (id, buyer TEXT DEFAULT '{DECLARED[7]}' REFERENCES customer (mail))",
)

SAID = """
kind: annotations
source: m.crm
tables:
  - table: main.customer
    description: Whoever bought
    columns:
      - {column: mail, pii: true}
      - {column: phone, pii: true}
      - {column: surname, pii: true}
      - {column: ssn, pii: true}
"""

POSTGRES_DDL = """
CREATE TYPE kinds AS ENUM ('hidden enum');
CREATE DOMAIN mails AS text DEFAULT 'hidden domain default' CHECK (VALUE <> 'hidden domain check');
CREATE TABLE customer (
  id int PRIMARY KEY, kind kinds, reach mails, phone text,
  mail text DEFAULT 'hidden default' CHECK (mail <> E'hidden check\\'s'),
  both_ways text GENERATED ALWAYS AS (mail || ' hidden generated') STORED,
  EXCLUDE USING btree (id WITH =) WHERE (phone = 'hidden exclusion')
);
CREATE INDEX partial ON customer (id) WHERE mail LIKE 'hidden predicate%';
CREATE INDEX computed ON customer (coalesce(mail, 'hidden expression'));
CREATE VIEW contacts AS SELECT id, mail AS address FROM customer
  WHERE mail = 'hidden view' OR phone = ANY (ARRAY['hidden array', 'b']);
CREATE VIEW on_a_view AS SELECT id FROM contacts WHERE address = 'hidden view on a view';
CREATE MATERIALIZED VIEW copied AS SELECT id, mail AS address FROM customer;
CREATE TABLE listed (id int, mail text) PARTITION BY LIST (mail);
CREATE TABLE listed_a PARTITION OF listed FOR VALUES IN ('hidden list');
CREATE TABLE ranged (id int, mail text) PARTITION BY RANGE (mail);
CREATE TABLE ranged_a PARTITION OF ranged FOR VALUES FROM ('a') TO ('hidden range');
CREATE TABLE hashed (id int, mail text) PARTITION BY HASH (mail);
CREATE TABLE hashed_a PARTITION OF hashed FOR VALUES WITH (modulus 4, remainder 0);
INSERT INTO customer (id, kind, phone, mail)
  SELECT n, 'hidden enum', 'hidden phone', 'hidden mail' FROM generate_series(1, 30) n;
REFRESH MATERIALIZED VIEW copied;
"""

MARIADB_DDL = """
CREATE TABLE customer (
  id int PRIMARY KEY, state enum ('shown label', 'b'), kind enum ('hidden enum', 'b'),
  kinds set ('hidden set', 'b'), phone varchar(50) UNIQUE CHECK (phone <> 'hidden check'),
  mail varchar(100) DEFAULT 'hidden default',
  both_ways varchar(200) AS (concat(mail, ' hidden generated')) STORED,
  CONSTRAINT of_table CHECK (mail <> 'hidden table check' AND id > 0)
);
CREATE VIEW contacts AS SELECT id, mail AS address FROM customer
  WHERE mail = 'hidden view' OR phone IN ('hidden list', 'b');
CREATE VIEW on_a_view AS SELECT id FROM contacts WHERE address = 'hidden view on a view';
CREATE TABLE listed (id int, mail varchar(50)) PARTITION BY LIST COLUMNS (mail)
  (PARTITION listed_a VALUES IN ('hidden listed'), PARTITION others DEFAULT);
CREATE TABLE ranged (id int, mail varchar(50)) PARTITION BY RANGE COLUMNS (mail)
  (PARTITION ranged_a VALUES LESS THAN ('hidden range'));
INSERT INTO customer (id, state, kind, kinds, phone, mail)
  SELECT seq, 'b', 'hidden enum', 'hidden set', concat('hidden phone', seq), 'hidden mail'
  FROM seq_1_to_30
"""

COMMANDS = (
    ("sources", "profile", "m.crm", "--force", "--json"),
    ("sources", "check", "--json"),
    ("quality", "check", "m.crm", "--json"),
    ("quality", "pii", "m.crm", "--sample", "100", "--min-confidence", "0", "--json"),
    ("quality", "coverage", "m.crm", "--json"),
    ("quality", "concise", "m.crm", "--json"),
    ("context", "mail, phone and surname of customers", "--source", "m.crm"),
    ("training", "records", "--json"),
    ("diff", "m.crm", "--format", "json"),
    ("health", "--json"),
    ("sync", "--force", "--json"),
    ("descriptions", "export", "m.crm", "said.csv"),
    ("query", "types", "SELECT mail FROM customer", "-s", "m.crm"),
    ("ddl", "m.crm"),
    ("diff", "m.crm", "--from", "nothing", "--format", "sql"),
    ("metrics",),
)


@pytest.fixture
def crm(home: Home) -> Home:
    """A source that was profiled with its values, before anybody flagged them."""
    mail, phone, surname = PLANTED
    rows = ", ".join(f"({n}, '{n}{mail}', '{phone}', '{surname}', 'ok', 5)" for n in range(30))
    source = home.sqlite(
        "crm",
        *DDL,
        f"INSERT INTO customer VALUES {rows}",
        "INSERT INTO deals SELECT id, mail FROM customer",
    )
    source["source_config"]["profile"] = True
    home.drop("crm.yaml", source)
    (home.settings.drops_path / "said.yaml").write_text(SAID, encoding="utf-8")
    assert home.sync().succeeded
    return home


def test_no_output_shows_a_planted_value(crm: Home) -> None:
    places = {" ".join(command): _output(*command) for command in COMMANDS}
    places |= dict(_answers(crm))
    places |= dict(_tables(crm))
    places |= dict(_files(crm))
    assert "ok" in places["lake catalog/profiles"]  # values of other columns are there
    leaks = [
        (place, one)
        for place, text in places.items()
        for one in (*PLANTED, *DECLARED)
        if one in text
    ]
    assert leaks == []


def test_no_output_shows_what_the_ddl_of_a_postgresql_database_says_of_personal_data(
    home: Home, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.create_database()
    with psycopg.connect(url) as connection:
        connection.execute(POSTGRES_DDL)
    monkeypatch.setenv("CRM_URL", url)
    flagged = {
        "public.customer": ("kind", "reach", "phone", "mail"),
        **dict.fromkeys(("public.listed", "public.ranged", "public.hashed"), ("mail",)),
    }
    places = _synced(home, "postgres", {"url": "${CRM_URL}"}, flagged)
    assert _hidden(places) == {}
    ddl = places["ddl m.crm"]
    assert "FOR VALUES WITH (modulus 4, remainder 0)" in ddl
    assert "listed_a is a partition by personal data, whose bounds are withheld" in ddl


def test_no_output_shows_what_the_ddl_of_a_mariadb_database_says_of_personal_data(
    home: Home, mariadb: MySQLServer
) -> None:
    database = mariadb.create_database()
    database.execute(*filter(str.strip, MARIADB_DDL.split(";")))
    config = {"unix_socket": database.unix_socket, "database": database.name, "user": "root"}
    flagged = {
        f"{database.name}.customer": ("kind", "kinds", "phone", "mail"),
        **dict.fromkeys((f"{database.name}.listed", f"{database.name}.ranged"), ("mail",)),
    }
    places = _synced(home, "mariadb", config, flagged)
    assert _hidden(places) == {}
    assert "'shown label'" in places["ddl m.crm"]


def test_a_flag_that_comes_later_shows_nothing_of_what_was(home: Home) -> None:
    home.drop("crm.yaml", home.sqlite("crm", *DDL))
    assert home.sync().succeeded
    (home.settings.drops_path / "said.yaml").write_text(SAID, encoding="utf-8")
    report = home.sync()
    assert report.succeeded
    told = {
        "report": str(report),
        "diff": _output("diff", "m.crm", "--json"),
        **dict(_tables(home)),
    }
    # What was stored before stays in older versions: of the lake, and of the ledger's registry.
    told |= {place: text for place, text in _files(home) if not place.endswith("ledger.db")}
    assert told["diff"].count("MD107") == 5, "four columns, and the key to one of them"
    assert [(place, one) for place, text in told.items() for one in DECLARED if one in text] == []


def _synced(
    home: Home, source_type: str, config: dict[str, Any], flagged: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """What all outputs show of a profiled source, of which these columns are personal data."""
    source = {
        "source_id": "crm",
        "source_type": source_type,
        "source_config": {"profile": True, **config},
    }
    said = {
        "kind": "annotations",
        "source": "m.crm",
        "tables": [
            {"table": table, "columns": [{"column": column, "pii": True} for column in columns]}
            for table, columns in flagged.items()
        ],
    }
    home.drop("crm.yaml", source)
    (home.settings.drops_path / "said.yaml").write_text(json.dumps(said), encoding="utf-8")
    assert home.sync().succeeded
    places = {" ".join(command): _output(*command) for command in COMMANDS}
    return places | dict(_tables(home)) | dict(_files(home))


def _hidden(places: Mapping[str, str]) -> dict[str, list[str]]:
    """The values that begin with `hidden`, by the place that shows them."""
    hidden = re.compile("hidden [a-z ]*")
    return {place: found for place, text in places.items() if (found := hidden.findall(text))}


def _output(*command: str) -> str:
    done = CliRunner().invoke(app, command)
    assert done.exit_code in (0, 1), (command, done.output)
    return done.stdout + done.stderr


def _answers(home: Home) -> Iterator[tuple[str, str]]:
    """What a client of MCP is told."""
    questions: list[tuple[str, dict[str, Any]]] = [
        ("describe_table", {"table": "main.customer", "source": "m.crm"}),
        ("catalog_search", {"query": "customer mail phone"}),
        ("schema_context", {"question": "mail and phone of customers", "source": "m.crm"}),
        ("validate_sql", {"sql": "SELECT mail FROM customer", "source": "m.crm"}),
    ]

    async def conversation() -> list[str]:
        async with Client(build_server(home.settings, None)) as client:
            return [str(await client.call_tool(name, given)) for name, given in questions]

    for (name, _), answer in zip(questions, asyncio.run(conversation()), strict=True):
        yield f"MCP {name}", answer


def _tables(home: Home) -> Iterator[tuple[str, str]]:
    """Every table of the lake."""
    for name in home.lake.tables():
        yield f"lake {name}", str(home.lake.dataset(name).to_table().to_pylist())


def _files(home: Home) -> Iterator[tuple[str, str]]:
    """Logs, the ledger, Dagster's events, schemas, reports: all but databases and the lake."""
    for path in home.path.rglob("*"):
        is_source = path.name.startswith("crm.sqlite")
        if (
            path.is_file()
            and not is_source
            and path.suffix != ".parquet"
            and ("_delta_log" not in path.parts)
        ):
            yield str(path), path.read_bytes().decode("utf-8", "replace")
