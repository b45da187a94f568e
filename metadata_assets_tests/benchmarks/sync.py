"""How long a sync takes where little changed, and where nothing did.

`python -m metadata_assets_tests.benchmarks.sync [TABLES] [ROUNDS]`: a SQLite file of 1,000 tables
of 20 columns. In turn, after a change of 1 % of the tables, all stages bring everything up to date
in this process, the push to Vanna's ChromaDB store on disk included; and Vanna is taught
everything anew. Then, of five times as many tables, the probe that finds nothing changed and the
bare fingerprint it rests on.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import count
from pathlib import Path

from metadata_assets.diff.severity import Grading
from metadata_assets.diff.track import track_changes
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.schema.build import build_schema
from metadata_assets.schema.publish import publish_schema
from metadata_assets.sinks.index import Index
from metadata_assets.sinks.push import push
from metadata_assets.sinks.vanna import VannaSink
from metadata_assets.sources.extract import extract_source
from metadata_assets.sources.probe import FOLLOWING_STAGES, inputs_of, reason_to_sync
from metadata_assets.sources.registry import Source, open_source
from metadata_assets.training.subject import INPUTS, declared_subject
from metadata_assets.training.sync import sync_records
from metadata_assets_tests.benchmarks.measure import medians
from metadata_assets_tests.benchmarks.vanna import retrain
from metadata_assets_tests.sinks.chroma_stores import Chroma

_COLUMNS = ", ".join(f"column_name_{n} VARCHAR(255) NOT NULL" for n in range(20))


@dataclass
class Bench:
    """A source, and a home it is synced into."""

    folder: Path
    tables: int
    round: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.lake = Lake(str(self.folder / "lake"))
        self.path = self.folder / "measured.db"
        self.run(*(f"CREATE TABLE table_name_{n} ({_COLUMNS})" for n in range(self.tables)))
        vanna = Chroma(self.folder / "kept")
        self.index = Index(
            self.lake, self.source.key, VannaSink("kept", lambda: vanna), self.folder
        )

    @property
    def source(self) -> Source:
        config = {"path": str(self.path)}
        return open_source("bench.large", "sqlite", config, base=self.folder, env={})

    def run(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    def change(self) -> None:
        """Add a column to 1 % of the tables."""
        name = f"added_{next(self.round)}"
        self.run(
            *(
                f"ALTER TABLE table_name_{n} ADD COLUMN {name} INT"
                for n in range(0, self.tables, 100)
            )
        )

    def sync(self, ledger: Ledger) -> None:
        """Every stage, one after the other."""
        now, source = datetime.now(timezone.utc), self.source
        reason_to_sync(source, self.lake, ledger, now=now)
        found = extract_source(source, self.lake, ledger, now=now)
        built = build_schema(found.catalog, source.dialect)
        publish_schema(self.folder, source.key, built, found.catalog, source_type="sqlite", now=now)
        track_changes(
            self.lake,
            ledger,
            source.key,
            found.catalog,
            dialect=source.dialect,
            grading=Grading(),
            now=now,
        )
        subject = declared_subject(
            self.lake,
            source.key,
            found.catalog,
            dialect=source.dialect,
            catalog_version=found.data_version,
        )
        sync_records(self.lake, subject, run_id="benchmark", now=now)
        push(self.index, now=now)


def resync(tables: int, rounds: int) -> None:
    """A sync after a change of 1 %, against teaching Vanna anew."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Ledger.open(f"sqlite:///{folder}/ledger.db") as ledger,
    ):
        bench = Bench(Path(folder), tables)
        bench.sync(ledger)

        def taught_anew() -> None:
            retrain(bench.lake, Path(folder) / f"anew{next(bench.round)}")
            bench.change()  # for the sync that comes next

        seconds = medians(
            {"retrain": taught_anew, "resync": lambda: bench.sync(ledger)}, rounds=rounds
        )
    ratio = seconds["retrain"] / seconds["resync"]
    print(f"{tables} tables, 1 % changed: retraining {seconds['retrain']:.2f} s, "
          f"all stages {seconds['resync']:.2f} s: {ratio:.1f} times faster")  # fmt: skip


def unchanged(tables: int, rounds: int) -> None:
    """A sync that finds nothing to do, against the fingerprint alone."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Ledger.open(f"sqlite:///{folder}/ledger.db") as ledger,
    ):
        bench = Bench(Path(folder), tables)
        now, source = datetime.now(timezone.utc), bench.source
        version = extract_source(source, bench.lake, ledger, now=now).data_version
        for stage in FOLLOWING_STAGES:
            inputs = inputs_of(source.key, INPUTS, bench.lake)
            position = {"data_version": version, "inputs": inputs}
            ledger.update_position(source.key, stage, "batch", position)
        seconds = medians(
            {
                "fingerprint": source.fingerprint,
                "probe": lambda: reason_to_sync(source, bench.lake, ledger, now=now),
            },
            rounds=rounds,
        )
    ratio = seconds["probe"] / seconds["fingerprint"]
    print(f"{tables} tables, unchanged: fingerprint {seconds['fingerprint']:.3f} s, "
          f"probe {seconds['probe']:.3f} s: {ratio:.2f} times as long")  # fmt: skip


def main(tables: int, rounds: int) -> None:
    """Print the medians and their ratios."""
    resync(tables, rounds)
    unchanged(5 * tables, rounds)


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    main(*(*arguments, *(1_000, 3)[len(arguments) :]))
