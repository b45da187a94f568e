"""The registry for those who register one table at a time, and say in JSON what it looks like.

The pipeline registers whole catalogs in bulk: see `registry`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert

from metadata_assets.errors import PermanentError
from metadata_assets.ledger.encoding import canonical_json, fingerprint_of, storable_json
from metadata_assets.ledger.evolution import (
    Policy,
    SchemaDifference,
    compare_definitions,
    schema_hash,
)
from metadata_assets.ledger.model import AUTHOR, schema_registry
from metadata_assets.ledger.registry import DROPPED, Registry, versions_of
from metadata_assets.ledger.values import CompatibilityStatus, EvolutionType, SchemaVersion


class TableRegistry(Registry):
    """Registers and compares the schema versions of single tables."""

    def register_schema(
        self,
        schema_name: str,
        table_name: str,
        schema_definition: Mapping[str, Any],
        evolution_type: EvolutionType | None = None,
        *,
        policy: Policy = "conservative",
        registered_by: str = AUTHOR,
    ) -> SchemaVersion:
        """Register one table's definition; the same as the latest makes no new version.

        Args:
            schema_name: The source.
            table_name: The table.
            schema_definition: `columns`, each with a `name`, and whatever else there is to know.
            evolution_type: What happened; by default what a comparison with the latest tells.
            policy: How strictly to judge whether that is compatible.
            registered_by: Who registers it.

        Returns:
            The version that has this definition.

        Raises:
            PermanentError: The definition has no columns with names.
        """
        definition = storable_json(schema_definition)
        digest = schema_hash(definition)
        with self._database.writing() as connection:
            self._database.lock(connection, f"registry/{schema_name}")
            statement = versions_of(schema_name, table_name).limit(1)
            row = connection.execute(statement).one_or_none()
            if row is not None and row.schema_hash == digest and row.evolution_type != DROPPED:
                return SchemaVersion(**row._asdict())
            evolved: tuple[EvolutionType, CompatibilityStatus] = ("create", "compatible")
            if row is not None and row.evolution_type != DROPPED:
                difference = compare_definitions(json.loads(row.schema_definition), definition)
                evolved = (difference.evolution_type, difference.compatibility(policy))
            registered = {
                "schema_name": schema_name,
                "table_name": table_name,
                "version": 1 if row is None else row.version + 1,
                "previous_version": None if row is None else row.version,
                "schema_hash": digest,
                "content_hash": fingerprint_of(definition),
                "evolution_type": evolution_type or evolved[0],
                "compatibility_status": evolved[1],
                "registered_at": self._database.now(connection),
                "registered_by": registered_by,
                "schema_definition": canonical_json(definition),
            }
            connection.execute(insert(schema_registry), [registered])
            return SchemaVersion(**connection.execute(statement).one()._asdict())

    def diff_schema_versions(
        self, schema_name: str, table_name: str, before: int, after: int
    ) -> SchemaDifference:
        """What changed from one version of a table's schema to another.

        Raises:
            PermanentError: There is no such version, or it has no columns.
        """
        definitions = []
        for number in (before, after):
            version = self.get_schema_version(schema_name, table_name, number)
            if version is None:
                raise PermanentError(
                    f"there is no version {number}", where=f"{schema_name} {table_name}"
                )
            definitions.append(json.loads(version.schema_definition))
        return compare_definitions(*definitions)
