"""Any database that SQLAlchemy has a dialect for, through its inspector.

For the engines without a driver of their own: SQL Server, Oracle, Redshift, Trino, CockroachDB, ….
What the inspector does not know stays unknown: partitions are tables, there are no row counts.
"""

from __future__ import annotations

import hashlib
import json

import pyarrow as pa
from pydantic import Field

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.model import Catalog
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.sqlalchemy.amends import amended
from metadata_assets.sources.sqlalchemy.connection import ConnectionConfig, connected
from metadata_assets.sources.sqlalchemy.reflection import reflect
from metadata_assets.sources.sqlalchemy.rows import COLUMNS_OF, Rows, rows_of
from metadata_assets.sources.staging import staging


class SQLAlchemyConfig(ConnectionConfig):
    """The `source_config` of a database that SQLAlchemy reaches."""

    schemas: tuple[str, ...] = Field(
        (), description="Schemas to read; all but the engine's own where empty."
    )


class SQLAlchemyDriver:
    """Reads the catalog of a database through SQLAlchemy's inspector."""

    config_type = SQLAlchemyConfig
    # SQLGlot's own, a superset of most: for the engines it has none of.
    dialect = ""

    def extract(self, config: SQLAlchemyConfig) -> Catalog:
        """Read the whole catalog, of all schemas but the engine's own.

        Raises:
            SourceUnavailable: The database cannot be reached, went away, or took too long.
            SourceRefused: It refuses us, or what would connect to it is not installed.
        """
        rows = _read(config)
        shaped: dict[str, pa.Table] = {}
        with staging() as stage:
            for part, columns in COLUMNS_OF.items():
                stage.load_rows(part, columns, rows[part])
                shaped[part] = stage.query(catalog_sql("sqlalchemy", f"shape_{part}"))
            return assemble(
                tables=shaped["tables"],
                columns=shaped["columns"],
                constraints=shaped["constraints"],
                indexes=shaped["indexes"],
                unreadable=shaped["unreadable"],
                include=config.include,
                exclude=config.exclude,
            )

    def fingerprint(self, config: SQLAlchemyConfig) -> str:
        """A hash over everything `extract` reads.

        Engines have no common probe that is cheaper and still notices everything: an unchanged
        source costs one reflection, a changed one three: before, of itself, and after.
        """
        rows = _read(config)
        lines = sorted(
            json.dumps([part, row[:-1] if part == "unreadable" else row])
            for part, found in rows.items()
            for row in found
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _read(config: SQLAlchemyConfig) -> Rows:
    with connected(config) as connection:
        return rows_of(connection, amended(connection, reflect(connection, config.schemas)))
