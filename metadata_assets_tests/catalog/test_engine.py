from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from metadata_assets.catalog.engine import opened_engine, query
from metadata_assets_tests.ledger.processes import run_at_once

ROWS = pa.table({"value": [1, 2, 3]})

SCRIPT = """
CREATE OR REPLACE TEMP TABLE doubled AS SELECT value * 2 AS value FROM rows;
CREATE OR REPLACE TEMP MACRO scaled(number) AS number * $factor;
SELECT sum(scaled(value))::BIGINT AS total FROM doubled
"""


def total(factor: int) -> int:
    """A sum over names that every piece of work gives to rows of its own."""
    with opened_engine() as engine:
        engine.register(rows=pa.table({"value": [factor] * 10}))
        (row,) = engine.query(SCRIPT.replace("$factor", str(factor))).to_pylist()
        return int(row["total"])


def test_threads_that_use_the_same_names_see_only_their_own() -> None:
    factors = list(range(1, 9)) * 4
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(total, factors)) == [20 * factor**2 for factor in factors]


def test_what_an_engine_was_shown_is_let_go_with_it() -> None:
    before = pa.total_allocated_bytes()
    for _ in range(3):
        rows = pa.array(range(100_000)).cast(pa.string())
        assert query("SELECT count(*) AS count FROM rows", rows=pa.table({"value": rows})).num_rows
    del rows
    assert pa.total_allocated_bytes() - before < 100_000
    assert query("SHOW ALL TABLES").num_rows == 0


def test_forked_processes_ask_on() -> None:
    assert query("SELECT * FROM rows", rows=ROWS).num_rows == 3
    run_at_once(lambda _: query("SELECT * FROM rows", rows=ROWS), 2)
    assert query("SELECT * FROM rows", rows=ROWS).num_rows == 3
