"""The tools that only read. Each asks the lake anew, so it sees what other processes wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Annotated, Any

from pydantic import Field

from metadata_assets.catalog.search import find_table, search_catalog
from metadata_assets.catalog.store import load_catalog
from metadata_assets.control.sources import select_sources
from metadata_assets.control.table import ControlTable
from metadata_assets.errors import ConfigurationError
from metadata_assets.health import health_document, home_health
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.schema.query import Queries
from metadata_assets.schema.stored import load_schema
from metadata_assets.settings import Settings
from metadata_assets.training.context.render import MAX_TOKENS
from metadata_assets.training.prune import Request, open_pruner
from metadata_assets.training.records import RECORDS

SourceKey = Annotated[str, Field(description="Key of a source, `module.source_id`.")]
AnySource = Annotated[
    str | None, Field(description="Key of a source, `module.source_id`; all by default.")
]


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading tools of one home."""

    settings: Settings

    def catalog_search(
        self,
        query: Annotated[str, Field(description="Words: names, or what is written about them.")],
        source: AnySource = None,
        limit: Annotated[int, Field(ge=1, le=100)] = 10,
    ) -> list[dict[str, Any]]:
        """Find tables and views by words in their names, columns and descriptions, best first."""
        found = search_catalog(self._lake, self._keys(source), query, limit=limit)
        return found.to_pylist()

    def describe_table(
        self,
        table: Annotated[str, Field(description="A table's name, with its schema if need be.")],
        source: AnySource = None,
    ) -> dict[str, Any]:
        """What an assistant is told of one table: its DDL and documentation, without any data."""
        key, fqdn = find_table(self._lake, self._keys(source), table)
        told: dict[str, list[str]] = {"ddl": [], "documentation": []}
        for record in self._lake.read(RECORDS, key).to_pylist():
            if record["source_id"] == fqdn and record["sync_status"] == "current":
                told.setdefault(record["kind"], []).append(record["content"])
        return {"source": key, "table": fqdn, **told}

    def schema_context(
        self,
        question: Annotated[str, Field(description="What is asked of the data, in any words.")],
        max_tokens: Annotated[int, Field(ge=1, description="How much may be told.")] = MAX_TOKENS,
        source: AnySource = None,
    ) -> dict[str, Any]:
        """Tell the part of a schema that a question is about, as DDL to put into a prompt."""
        keys = self._keys(source)
        if len(keys) != 1:
            raise ConfigurationError(
                f"there are {len(keys)} sources to ask", remedy=f"Say which: {', '.join(keys)}."
            )
        (key,) = keys
        stored = load_schema(self.settings.schemas_path, key)
        pruner = open_pruner(self._lake, key, load_catalog(self._lake, key), stored)
        pruned = pruner.prune(Request(question, max_tokens))
        return {
            "source": key,
            "dialect": stored.dialect,
            "tables": [table.fqdn for table in pruned.tables],
            "tokens": pruned.tokens,
            "full_tokens": pruned.full_tokens,
            "text": pruned.text,
        }

    def validate_sql(
        self, source: SourceKey, sql: Annotated[str, Field(description="One query.")]
    ) -> dict[str, Any]:
        """Say whether a query would run on a source, and what is wrong with it; runs nothing."""
        (key,) = self._keys(source)
        queries = Queries(load_schema(self.settings.schemas_path, key))
        problems = queries.validate(sql)
        return {
            "valid": not problems,
            "dialect": queries.dialect,
            "problems": [str(problem) for problem in problems],
        }

    def training_health(self) -> dict[str, Any]:
        """How true the training records are, a source: counts, last sync, what is to be pushed."""
        with Ledger.open(self.settings.ledger_url) as ledger:
            return health_document(
                home_health(self.settings, ledger, now=datetime.now(timezone.utc))
            )

    @property
    def _lake(self) -> Lake:
        return Lake(self.settings.lake_uri)

    def _keys(self, source: str | None) -> list[str]:
        rows = ControlTable(self._lake).rows()
        return [row.key for row in select_sources(rows, [source] if source else [])]
