"""Which driver reads which `source_type`, and a source made ready to read.

A new engine is one line in `DRIVERS`.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from pydantic import ValidationError

from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.sampling import NoSample, Sample, SampledTable
from metadata_assets.errors import ConfigurationError, SourceRefused
from metadata_assets.sources.asking import AnswersQueries, AskedEngine
from metadata_assets.sources.config import UNREAD, SourceConfig, resolve
from metadata_assets.sources.driver import Driver, HeldByFiles, TakesSamples, TellsHiddenTables
from metadata_assets.sources.standstill import standing_still

DRIVERS: Mapping[str, str] = {
    "bigquery": "metadata_assets.sources.information_schema.bigquery:BigQueryDriver",
    "csv": "metadata_assets.sources.files.driver:CSVDriver",
    "data_dictionary": "metadata_assets.sources.data_dictionary.driver:DataDictionaryDriver",
    "databricks": "metadata_assets.sources.information_schema.databricks:DatabricksDriver",
    "duckdb": "metadata_assets.sources.duckdb.driver:DuckDBDriver",
    "excel": "metadata_assets.sources.files.driver:ExcelDriver",
    "files": "metadata_assets.sources.files.driver:FilesDriver",
    "json": "metadata_assets.sources.files.driver:JSONDriver",
    "parquet": "metadata_assets.sources.files.driver:ParquetDriver",
    "mariadb": "metadata_assets.sources.mysql.driver:MySQLDriver",
    "mysql": "metadata_assets.sources.mysql.driver:MySQLDriver",
    "postgres": "metadata_assets.sources.postgres.driver:PostgresDriver",
    "snowflake": "metadata_assets.sources.information_schema.snowflake:SnowflakeDriver",
    "sqlalchemy": "metadata_assets.sources.sqlalchemy.driver:SQLAlchemyDriver",
    "sqlite": "metadata_assets.sources.sqlite.driver:SQLiteDriver",
}
"""The driver class of each `source_type`, imported when first asked for."""

EXTRACT_VERSION = "4"
"""Raised whenever drivers extract more or otherwise, so that an unchanged source is read again."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a source says of itself.

    Attributes:
        fingerprint: Changes whenever `extract` could return something else.
        standstill: Stays the same only while the fingerprint does; None where that costs more than
            the fingerprint, or cannot be told just now.
    """

    fingerprint: str
    standstill: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """One source, ready to read.

    Attributes:
        key: `module.source_id`.
        config: Its configuration, resolved; may hold secrets.
        stored_config: The configuration as stored, without secrets.
        driver: Reads its engine.
    """

    key: str
    config: SourceConfig
    stored_config: SourceConfig
    driver: Driver[Any]

    @property
    def dialect(self) -> str:
        """The SQLGlot dialect of the source's types and definitions."""
        return self.config.types_dialect(self.driver.dialect)

    def extract(self) -> Catalog:
        """Read the whole catalog; raises what `Driver.extract` raises."""
        return self.driver.extract(self.config)

    def hidden(self, tables: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Of tables shown no longer, those the user may merely not see; names as in the catalog."""
        # Most engines list what one may not read.
        if not tables or not isinstance(self.driver, TellsHiddenTables):
            return []
        return self.driver.hidden(self.config, tables)

    def samples(self, tables: Sequence[SampledTable]) -> Generator[Sample | NoSample, None, None]:
        """Some rows of each table, or why there are none; raises what `Driver.extract` raises."""
        if not isinstance(self.driver, TakesSamples):
            reason = "sources of this type cannot be profiled"
            return (NoSample(table, reason) for table in tables)
        return self.driver.samples(self.config, tables)

    def asked(self, seconds: int) -> AbstractContextManager[AskedEngine]:
        """A session to ask about queries in, so many seconds each; it reads only.

        Raises:
            SourceRefused: Its engine cannot be asked; besides what `Driver.extract` raises.
        """
        if not isinstance(self.driver, AnswersQueries):
            raise SourceRefused(
                "sources of this type cannot be asked about queries",
                where=self.key,
                remedy="PostgreSQL, MySQL, MariaDB, DuckDB and SQLite can.",
            )
        return self.driver.asked(self.config, seconds)

    def fingerprint(self) -> str:
        """A hash that changes whenever `extract` could return something else."""
        return self._hash(self.driver.fingerprint(self.config))

    def probe(self, remembered: Mapping[str, Any]) -> Probe:
        """The fingerprint, as cheaply as it can be told.

        Args:
            remembered: The fields of an earlier probe; empty where there was none.

        Raises:
            SourceUnavailable: The source cannot be reached.
            SourceRefused: The source refuses us.
        """
        # Taken first: what is written while the fingerprint is asked for shows at the next probe.
        standstill = None
        if isinstance(self.driver, HeldByFiles):
            files = standing_still(self.driver.files(self.config))
            standstill = None if files is None else self._hash(files)
        if standstill is not None and remembered.get("standstill") == standstill:
            return Probe(remembered["fingerprint"], standstill)
        return Probe(self.fingerprint(), standstill)

    def _hash(self, text: str) -> str:
        configured = self.stored_config.model_dump_json(exclude=set(UNREAD))
        parts = (EXTRACT_VERSION, configured, text)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def driver_for(source_type: str, *, where: str) -> Driver[Any]:
    """The driver of a `source_type`.

    Raises:
        ConfigurationError: There is none; names the nearest.
    """
    if source_type not in DRIVERS:
        near = difflib.get_close_matches(source_type, DRIVERS, n=1)
        hint = f"Did you mean `{near[0]}`? " if near else ""
        raise ConfigurationError(
            f"unknown source_type `{source_type}`",
            where=where,
            remedy=f"{hint}Known: {', '.join(sorted(DRIVERS))}.",
        )
    driver: Driver[Any] = resolve_name(DRIVERS[source_type])()
    return driver


def dialect_of(source_type: str, source_config: Mapping[str, Any]) -> str:
    """The SQLGlot dialect of a source's types and definitions; no variable need be set for it.

    Raises:
        ConfigurationError: There is no such type, or the configuration is wrong.
    """
    driver = driver_for(source_type, where="source_type")
    config = parse_config(driver, source_config, where=source_type)
    return config.types_dialect(driver.dialect)


def open_source(
    key: str,
    source_type: str,
    source_config: Mapping[str, Any],
    *,
    base: Path,
    env: Mapping[str, str],
) -> Source:
    """Make a source ready to read; connects to nothing.

    Args:
        key: `module.source_id`.
        source_type: A key of `DRIVERS`.
        source_config: As stored in the control table.
        base: The folder relative paths start at.
        env: The variables that `${ENV}` references may name.

    Raises:
        ConfigurationError: Unknown type, a wrong field, or a variable that is not set.
    """
    driver = driver_for(source_type, where=key)
    stored = parse_config(driver, source_config, where=key)
    return Source(
        key=key,
        config=resolve(stored, env, base=base, where=key),
        stored_config=stored,
        driver=driver,
    )


def parse_config(
    driver: Driver[Any], source_config: Mapping[str, Any], *, where: str
) -> SourceConfig:
    """Validate a `source_config` against its driver's model.

    Raises:
        ConfigurationError: With every wrong field; no value is repeated.
    """
    try:
        config: SourceConfig = driver.config_type.model_validate(dict(source_config))
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'source_config'}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        )
        raise ConfigurationError(
            f"the source_config is wrong: {problems}",
            where=where,
            remedy=f"Fields: {', '.join(driver.config_type.model_fields)}.",
        ) from None
    return config
