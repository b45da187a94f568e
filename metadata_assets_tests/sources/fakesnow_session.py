"""Run in an environment with fakesnow: builds a database, prints what the driver reads of it."""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import fakesnow
import snowflake.connector

from metadata_assets.catalog.invariants import violations
from metadata_assets.sources.registry import open_source

CONFIG = {
    "account": "org-shop",
    "user": "reader",
    "database": "SHOP",
    "password": "${SNOWFLAKE_PASSWORD}",
}


def main(statements: list[str]) -> None:
    warnings.simplefilter("ignore")
    with fakesnow.patch():
        connection = snowflake.connector.connect(database="SHOP", schema="PUBLIC")
        source = open_source(
            "test.source", "snowflake", CONFIG, base=Path(), env={"SNOWFLAKE_PASSWORD": "pw"}
        )
        fingerprints = [source.fingerprint()]
        for statement in statements:
            connection.cursor().execute(statement)
        catalog = source.extract()
        fingerprints += [source.fingerprint(), source.fingerprint()]
    told = {part.name: rows.to_pylist() for part, rows in catalog.parts().items()}
    print(json.dumps({**told, "violations": violations(catalog), "fingerprints": fingerprints}))


if __name__ == "__main__":
    main(json.load(sys.stdin))
