"""Push what changed, or teach Vanna anew: how much faster is it.

`python -m metadata_assets_tests.benchmarks.vanna [TABLES] [ROUNDS]`: records of 1,000 tables of 20
columns, in Vanna's legacy ChromaDB store on disk. In turn, everything is taught to an empty store
with `train`, as one does without this project, and after a change of 1 % of the tables the
difference is pushed. The embedding is a cheap one computed here; a real model widens the distance.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import redirect_stdout
from datetime import datetime, timezone
from io import StringIO
from itertools import count
from pathlib import Path

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.lake import Lake
from metadata_assets.sinks.frame import get_training_data
from metadata_assets.sinks.index import Index
from metadata_assets.sinks.push import push
from metadata_assets.sinks.vanna import VannaSink
from metadata_assets.training.records import RECORDS, training_sql
from metadata_assets_tests.benchmarks.measure import medians
from metadata_assets_tests.sinks.chroma_stores import Chroma

SOURCE = "benchmark.large"

_RECORDS = """
SELECT
  kind || ' ' || n AS record_id, kind, NULL AS question, NULL AS derived_hash,
  CASE kind WHEN 'ddl' THEN 'CREATE TABLE table_name_' || n || ' (' || string_agg(
    'column_name_' || c || ' character varying(255) NOT NULL', ', ' ORDER BY c) || ')'
  ELSE 'The table table_name_' || n || ' holds, as of version '
    || CASE WHEN n % 100 = 1 THEN $version ELSE 0 END || ': ' || string_agg(
    'column_name_' || c || ' is what ' || c || ' means to the business', '. ' ORDER BY c)
  END AS content,
  content_hash_of(kind, question, content) AS content_hash,
  vanna_id_of(kind, question, content) AS vanna_id,
  'catalog' AS source_type, 'main.table_name_' || n AS source_id, 1::INTEGER AS chunk,
  'current' AS sync_status
FROM range($tables) t(n), range(20) columns(c), (VALUES ('ddl'), ('documentation')) k(kind)
GROUP BY n, kind
"""


def records(tables: int, version: int) -> pa.Table:
    """The records of the tables; in each version, 1 % of the tables are described otherwise."""
    sql = _RECORDS.replace("$tables", str(tables)).replace("$version", str(version))
    empty = RECORDS.schema.empty_table()
    wanted = "SELECT * FROM empty UNION ALL BY NAME (" + sql + ")"
    return query(training_sql("macros") + wanted, empty=empty).cast(RECORDS.schema)


def retrain(lake: Lake, folder: Path) -> int:
    """Teach an empty store everything the lake holds; returns how much that is."""
    vanna = Chroma(folder)
    told = get_training_data(lake)
    with redirect_stdout(StringIO()):  # Vanna prints a line for each
        for kind, question, content in zip(
            told["training_data_type"], told["question"], told["content"], strict=True
        ):
            if kind == "sql":
                vanna.train(question=question, sql=content)
            else:
                vanna.train(**{kind: content})
    return len(told)


def main(tables: int, rounds: int) -> None:
    """Print the medians and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        lake, version, round_of = Lake(f"{folder}/lake"), count(), count()
        vanna = Chroma(Path(folder) / "kept")
        index = Index(lake, SOURCE, VannaSink("kept", lambda: vanna), Path(folder))

        def changed() -> None:
            lake.partition(RECORDS, SOURCE).replace(records(tables, next(version)))

        def timed_retrain() -> None:
            changed()
            retrain(lake, Path(folder) / f"anew{next(round_of)}")

        def timed_push() -> None:
            push(index, now=datetime.now(timezone.utc))

        changed()
        print(f"{push(index, now=datetime.now(timezone.utc)).trained} entries")
        # Each round begins with a change, which both then have before them.
        seconds = medians({"retrain": timed_retrain, "push": timed_push}, rounds=rounds)
        print(f"retrain {seconds['retrain']:.2f} s, push of 1 % {seconds['push']:.3f} s")
        print(f"{seconds['retrain'] / seconds['push']:.0f} times faster")


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    main(*(*arguments, *(1_000, 3)[len(arguments) :]))
