"""How fast a catalog is extracted, beside the bare query and beside SQLAlchemy.

`python -m metadata_assets_tests.benchmarks.extract [ENGINE [TABLES …]]`, where ENGINE is a module
beside this one that has `prepared` and `once`: generates databases of that many tables (100, 1,000
and 5,000) of 21 columns, and prints the medians of interleaved runs, each as a ratio of the bare
query and of the extract, the growth between the last two sizes, and the peak memory of one extract
and of the bare query alone, each in a new process. Without an engine, all of them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from metadata_assets_tests.benchmarks.measure import growth_exponent, medians, peak_megabytes

_ENGINES = ("postgres", "mysql", "sqlite", "duckdb")
_ROUNDS = 7


def main(engine: str = "", *sizes: str) -> None:
    """Measure one engine, or all of them."""
    for name in [engine] if engine else _ENGINES:
        _measure(name, sizes or ("100", "1000", "5000"))


def _measure(engine: str, sizes: Sequence[str]) -> None:
    module = import_module(f"{__package__}.{engine}")
    extracts: list[tuple[int, float]] = []
    for tables in map(int, sizes):
        with module.prepared(tables) as candidates:
            seconds = medians(candidates, rounds=_ROUNDS)
            bare, memory = (peak_megabytes(candidates[name]) for name in ("bare query", "extract"))
        print(
            f"\n{engine}, {tables:,} tables: an extract takes {memory:.0f} MB over import, "
            f"the bare query {bare:.0f}"
        )
        for candidate, taken in seconds.items():
            print(
                f"  {candidate:<28}{taken * 1000:8.0f} ms"
                f"{taken / seconds['bare query']:8.2f} x the bare query"
                f"{taken / seconds['extract']:8.2f} x the extract"
            )
        extracts.append((tables, seconds["extract"]))
    if len(extracts) > 1:
        print(f"\ngrowth exponent {growth_exponent(*extracts[-2:]):.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
