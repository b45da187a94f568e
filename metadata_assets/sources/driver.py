"""What a driver is: two questions to one engine — what is there, and has it changed.

One file an engine, the SQL beside it in `sql/<engine>/`. A driver opens its connection, asks a
handful of bulk catalog queries, closes, and hands the rows to `catalog.assemble`.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.sampling import NoSample, Sample, SampledTable
from metadata_assets.sources.config import SourceConfig

ConfigT = TypeVar("ConfigT", bound=SourceConfig)


class Driver(Protocol[ConfigT]):
    """Reads one engine's catalog.

    Attributes:
        config_type: The pydantic model of this engine's `source_config`.
        dialect: The SQLGlot dialect of its types and view definitions, where `source_config` does
            not name another.
    """

    config_type: type[ConfigT]
    dialect: str

    def extract(self, config: ConfigT) -> Catalog:
        """Read the whole catalog, read-only.

        Raises:
            SourceUnavailable: The database or file cannot be reached; trying again may help.
            SourceRefused: It refuses us, or what is configured does not exist there.
        """
        ...

    def fingerprint(self, config: ConfigT) -> str:
        """A cheap text that changes whenever anything `extract` returns could have changed.

        Row counts and sizes aside. Raises what `extract` raises.
        """
        ...


@runtime_checkable
class HeldByFiles(Protocol):
    """What a driver also answers whose engine is a library over files: which they are."""

    def files(self, config: Any) -> list[Path]:
        """The files that hold all of it: while none is written, nothing can have changed.

        A file that comes and goes, such as a log, is listed too.
        """
        ...


@runtime_checkable
class TellsHiddenTables(Protocol):
    """What a driver also answers whose engine does not show what the user may not read."""

    def hidden(self, config: Any, tables: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Of tables that are shown no longer, those that may still be there.

        Args:
            config: As for `extract`.
            tables: Names of schemas and tables.

        Returns:
            Those that the user has no privilege on; not those that are known to be gone.
        """
        ...


@runtime_checkable
class TakesSamples(Protocol):
    """What a driver also does whose tables can be profiled."""

    def samples(
        self, config: Any, tables: Sequence[SampledTable]
    ) -> Generator[Sample | NoSample, None, None]:
        """Read some rows of tables, read-only, one table after the other, as they are asked for.

        At most `profile_seconds` go to one table; one that fails or takes longer gives a reason.

        Args:
            config: As for `extract`.
            tables: What to read of each.

        Raises:
            SourceUnavailable: The source cannot be reached, or went away.
            SourceRefused: It refuses us.
        """
        ...


def least_privileges(engine: str) -> str | None:
    """The script that grants what reading needs, for a DBA to run; None where files say it all.

    Args:
        engine: The name of a folder of `sql`, which is the SQLGlot dialect of its driver.
    """
    script = resources.files(__package__).joinpath("sql", engine, "grants.sql")
    return script.read_text(encoding="utf-8") if script.is_file() else None


def catalog_sql(engine: str, name: str) -> str:
    """The text of `sql/<engine>/<name>.sql`."""
    folder = resources.files(__package__).joinpath("sql", engine)
    return folder.joinpath(f"{name}.sql").read_text(encoding="utf-8")
