"""The text-to-SQL questions of the real databases, over one catalog that holds all their tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from metadata_assets.catalog.model import Catalog
from metadata_assets_tests.realdata import REALDATA
from metadata_assets_tests.schema.catalogs import catalog, column, foreign_key, primary_key, table

TEXT2SQL = REALDATA / "text2sql"
_DEFOG = ("questions_gen_postgres", "instruct_basic_postgres", "instruct_advanced_postgres")


@dataclass(frozen=True)
class Asked:
    """A question and the columns its right answers use, by `database.table`."""

    question: str
    uses: dict[str, frozenset[str]]


def defog_questions() -> list[Asked]:
    return [
        Asked(
            " ".join(filter(None, (row["question"], row.get("instructions")))),
            {
                f"{row['db']}.{name.rpartition('.')[2]}": frozenset(columns)
                for name, columns in row["uses"].items()
            },
        )
        for name in _DEFOG
        for row in _lines(f"defog/{name}.jsonl")
    ]


def spider_questions() -> list[Asked]:
    return [
        Asked(
            row["question"],
            {f"{row['db']}.{name}": frozenset(columns) for name, columns in row["uses"].items()},
        )
        for row in _lines("spider/dev.jsonl")
    ]


@cache
def everything() -> Catalog:
    """The tables of all 35 databases as schemas of one: each pads the others."""
    return catalog(*_defog_tables(), *_spider_tables())


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with (TEXT2SQL / name).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _defog_tables() -> Iterator[dict[str, Any]]:
    for path in sorted((TEXT2SQL / "defog/metadata").glob("*.json")):
        described = json.loads(path.read_text(encoding="utf-8"))["table_metadata"]
        for name, columns in described.items():
            yield table(
                name.rpartition(".")[2],
                *(
                    column(c["column_name"], c["data_type"], comment=c.get("column_description"))
                    for c in columns
                ),
                schema=path.stem,
                constraints=[],
            )


def _spider_tables() -> Iterator[dict[str, Any]]:
    for database in json.loads((TEXT2SQL / "spider/tables.json").read_text(encoding="utf-8")):
        schema, names = database["db_id"], database["table_names_original"]
        columns = database["column_names_original"]
        keys = [
            number
            for key in database["primary_keys"]
            for number in (key if isinstance(key, list) else [key])
        ]
        for position, name in enumerate(names):
            mine = [columns[key][1] for key in keys if columns[key][0] == position]
            yield table(
                name,
                *(
                    column(text, kind)
                    for (owner, text), kind in zip(columns, database["column_types"], strict=True)
                    if owner == position
                ),
                schema=schema,
                constraints=[
                    *([primary_key(*mine)] if mine else []),
                    *(
                        foreign_key(
                            columns[own][1],
                            names[columns[theirs][0]],
                            columns[theirs][1],
                            ref_schema_name=schema,
                        )
                        for own, theirs in database["foreign_keys"]
                        if columns[own][0] == position
                    ),
                ],
            )
