"""How much of what a question needs is told, and how fast, on real text-to-SQL questions.

`python -m metadata_assets_tests.benchmarks.prune` asks the Defog questions and Spider's of a
catalog that holds the tables of all their databases, and prints the recall of tables and of columns
at two budgets; then how long a question takes on 1,000 tables.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from metadata_assets.catalog.model import Catalog
from metadata_assets.training.prune import Pruner, Request, pruner_of
from metadata_assets_tests.benchmarks.measure import medians
from metadata_assets_tests.schema.catalogs import catalog, column, table
from metadata_assets_tests.training.questions import (
    Asked,
    defog_questions,
    everything,
    spider_questions,
)

TABLES = 1000


def main() -> None:
    """Measure, and print."""
    pruner = pruner_of(everything(), "postgres")
    full = pruner.prune(Request("x", max_tokens=1)).full_tokens
    print(f"{everything().tables.num_rows} tables, about {full:,} tokens")
    for name, questions in (("Defog", defog_questions()), ("Spider", spider_questions())):
        for budget in (int(0.4 * full), 2000):
            print(f"{name}, {budget:,} tokens: {recall(pruner, questions, budget)}")
    large = many_tables()
    began = time.perf_counter()
    pruner = pruner_of(large, "postgres")
    opened = time.perf_counter() - began
    texts = [asked.question for asked in defog_questions()]
    seconds = medians({"ask": lambda: [pruner.prune(Request(text)) for text in texts]}, rounds=5)
    print(
        f"{TABLES:,} tables: opened in {opened:.2f} s,"
        f" {1000 * seconds['ask'] / len(texts):.1f} ms a question"
    )


@dataclass(frozen=True)
class Recall:
    """The mean share of a question's tables and columns that were told, and of all tokens."""

    tables: float
    columns: float
    tokens: float

    def __str__(self) -> str:
        """In one line."""
        return (
            f"tables {self.tables:.4f}, columns {self.columns:.4f}, {self.tokens:.1%} of the tokens"
        )


def recall(pruner: Pruner, questions: Sequence[Asked], max_tokens: int) -> Recall:
    """Ask all questions, and compare what is told with what their answers use."""
    tables, columns, kept = [], [], []
    for asked in questions:
        pruned = pruner.prune(Request(asked.question, max_tokens=max_tokens))
        told = {one.fqdn.lower(): {c.name.lower() for c in one.columns} for one in pruned.tables}
        wanted = {name.lower(): {c.lower() for c in of} for name, of in asked.uses.items()}
        tables.append(len(wanted.keys() & told.keys()) / len(wanted))
        needed = [(name, c) for name, of in wanted.items() for c in of]
        if needed:
            found = sum(c in told.get(name, ()) for name, c in needed)
            columns.append(found / len(needed))
        kept.append(pruned.tokens / pruned.full_tokens)
    return Recall(statistics.mean(tables), statistics.mean(columns), statistics.mean(kept))


def many_tables() -> Catalog:
    """A catalog of many tables, with the names and descriptions of the real ones."""
    real = everything()
    columns = real.columns.to_pylist()
    by_table: dict[str, list[dict[str, object]]] = {}
    for row in columns:
        by_table.setdefault(row["table_fqdn"], []).append(row)
    names = list(by_table)
    return catalog(
        *(
            table(
                names[n % len(names)].rpartition(".")[2].strip('"'),
                *(
                    column(str(c["column_name"]), str(c["native_type"]), comment=c["comment"])
                    for c in by_table[names[n % len(names)]]
                ),
                schema=f"{names[n % len(names)].split('.')[0]}_{n // len(names)}",
            )
            for n in range(TABLES)
        )
    )


if __name__ == "__main__":
    main()
