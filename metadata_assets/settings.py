"""Where state lives, read from `METADATA_ASSETS_*` environment variables.

One frozen object, made once at each entry point and passed down; nothing else reads the environment
(except `${ENV}` references of source configurations, resolved in `sources.config`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The places this project reads from and writes to; everything defaults to below `home`."""

    model_config = SettingsConfigDict(env_prefix="METADATA_ASSETS_", frozen=True, extra="ignore")

    home: Path = Field(default=Path("data"), description="The folder that holds all state.")
    lake: str | None = Field(default=None, description="URI of the Delta Lake: folder, s3://, …")
    ledger: str | None = Field(default=None, description="SQLAlchemy URL of the ledger.")
    drops: str | None = Field(
        default=None, description="The folder watched for YAML drops, or a URI: s3://, …"
    )
    sink_objects: tuple[str, ...] = Field(
        default=(),
        description="Import paths of Vanna objects that sinks may run, as GLOB patterns (JSON).",
    )
    python_tasks: tuple[str, ...] = Field(
        default=(),
        description="Import paths of functions that modules may call, as GLOB patterns (JSON).",
    )
    retention_days: float = Field(
        default=30, gt=0, description="How long the ledger and the lake keep what is over."
    )
    alert_webhook: SecretStr | None = Field(
        default=None, description="A URL that is told of every failed run."
    )
    alert_format: Literal["json", "slack"] = Field(
        default="json", description="What it is told: the fields as JSON, or a Slack message."
    )
    ui_url: str = Field(
        default="http://127.0.0.1:3000", description="Where the Dagster UI is, for links to runs."
    )
    workers: int = Field(default=2, ge=1, description="Worker processes of `sync`.")
    health_max_outdated: int = Field(default=10, ge=0, description="Tolerated outdated records.")
    health_max_outdated_share: float = Field(
        default=1.0, ge=0, le=1, description="The same, as a share."
    )
    health_max_edited: int | None = Field(default=None, ge=0, description="Tolerated hand edits.")
    health_max_age_days: float = Field(
        default=7, ge=0, description="Tolerated days without a sync."
    )
    health_max_lag: int | None = Field(
        default=None, ge=0, description="Tolerated unpushed entries."
    )
    quality_min_tables: float = Field(
        default=0.8, ge=0, le=1, description="Share of tables that golden queries should cover."
    )
    quality_min_columns: float = Field(default=0.5, ge=0, le=1, description="The same of columns.")
    quality_objects: tuple[str, ...] = Field(
        default=(),
        description="Import paths of what may shorten descriptions, as GLOB patterns (JSON).",
    )

    @property
    def home_path(self) -> Path:
        """The home folder, absolute."""
        return self.home.expanduser().absolute()

    @property
    def lake_uri(self) -> str:
        """Where the Delta tables are."""
        return self.lake or str(self.home_path / "lake")

    @property
    def ledger_url(self) -> str:
        """The ledger's SQLAlchemy URL."""
        return self.ledger or f"sqlite:///{self.home_path / 'ledger.db'}"

    @property
    def drops_location(self) -> Path | str:
        """Where the YAML drops are: a folder, or a URI of an object store."""
        return self.drops if _is_uri(self.drops) and self.drops else self.drops_path

    @property
    def drops_path(self) -> Path:
        """The folder of YAML drops on this machine; below the home where they are in a store."""
        folder = self.home_path / "drops" if _is_uri(self.drops) else self.drops
        return Path(folder or self.home_path / "drops").expanduser().absolute()

    @property
    def schemas_path(self) -> Path:
        """The folder of the published `<source>/schema.json` files."""
        return self.home_path / "schemas"

    @property
    def dagster_path(self) -> Path:
        """Where the Dagster instance keeps runs, events and schedules."""
        return self.home_path / "dagster"

    @property
    def locks_path(self) -> Path:
        """Where the processes of this machine keep each other out of a sink."""
        return self.home_path / "locks"

    @property
    def log_path(self) -> Path:
        """The event log: JSON, one event a line."""
        return self.home_path / "log" / "events.jsonl"


def _is_uri(location: str | None) -> bool:
    return location is not None and "://" in location
