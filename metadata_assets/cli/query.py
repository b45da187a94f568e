"""`metadata-assets query`: is a query right, and what does it mean; from stored schemas."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from sqlglot.dialects.dialect import Dialect

from metadata_assets.cli.app import Commands, app, out
from metadata_assets.cli.show import print_json
from metadata_assets.schema.query import InvalidQuery, Queries
from metadata_assets.schema.statements import Statement, split_statements
from metadata_assets.schema.stored import load_schema
from metadata_assets.settings import Settings

query_app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help="""Understand queries on a source, from its stored schema alone: nothing is run.

    A query is an argument, `-` for standard input, or all the statements of a `--file`. Exit code 1
    when any is not valid.
    """,
)
app.add_typer(query_app, name="query")

Source = Annotated[str, typer.Option("--source", "-s", help="Key, `module.source_id`.")]
Sql = Annotated[str | None, typer.Argument(help="The query, or `-` for standard input.")]
File = Annotated[
    Path | None, typer.Option("--file", "-f", exists=True, dir_okay=False, help="A file of SQL.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@query_app.command()
def validate(source: Source, sql: Sql = None, file: File = None, as_json: Json = False) -> None:
    """Say what is wrong with each query: the place, the reason, the nearest names."""
    _answer(source, sql, file, as_json, "valid", _checked)


@query_app.command()
def qualify(source: Source, sql: Sql = None, file: File = None, as_json: Json = False) -> None:
    """Write every name in full and expand every star."""
    _answer(source, sql, file, as_json, "qualified", Queries.qualify)


@query_app.command()
def expand(source: Source, sql: Sql = None, file: File = None, as_json: Json = False) -> None:
    """Expand every star, quoting only what must be."""
    _answer(source, sql, file, as_json, "expanded", Queries.expand)


@query_app.command()
def types(source: Source, sql: Sql = None, file: File = None, as_json: Json = False) -> None:
    """List the columns of the result with their types."""

    def columns(queries: Queries, text: str) -> Any:
        return [asdict(column) for column in queries.result_columns(text)]

    _answer(source, sql, file, as_json, "columns", columns)


@query_app.command()
def optimize(source: Source, sql: Sql = None, file: File = None, as_json: Json = False) -> None:
    """Write an equal query that is simpler to run."""
    _answer(source, sql, file, as_json, "optimized", Queries.optimize)


@query_app.command()
def transpile(
    source: Source,
    to: Annotated[str, typer.Option("--to", help="A sqlglot dialect: duckdb, snowflake, …")],
    sql: Sql = None,
    file: File = None,
    as_json: Json = False,
) -> None:
    """Write the query in another dialect."""
    if Dialect.get(to) is None:
        raise typer.BadParameter(f"unknown dialect `{to}`", param_hint="--to")
    _answer(
        source, sql, file, as_json, "transpiled", lambda queries, text: queries.transpile(text, to)
    )


@query_app.command()
def lineage(source: Source, sql: Sql = None, file: File = None, as_json: Json = False) -> None:
    """For each column of the result, tell the columns its value is computed from."""

    def columns(queries: Queries, text: str) -> Any:
        return [
            {
                "column": one.column,
                "expression": one.expression,
                "sources": [str(each) for each in one.sources],
            }
            for one in queries.lineage(text)
        ]

    _answer(source, sql, file, as_json, "lineage", columns)


@query_app.command()
def uses(source: Source, sql: Sql = None, file: File = None, as_json: Json = False) -> None:
    """List the tables and columns a query uses anywhere."""

    def used(queries: Queries, text: str) -> Any:
        return {table: list(columns) for table, columns in queries.uses(text).items()}

    _answer(source, sql, file, as_json, "uses", used)


def _checked(queries: Queries, text: str) -> bool:
    problems = queries.validate(text)
    if problems:
        raise InvalidQuery(problems)
    return True


def _answer(
    source: str,
    sql: str | None,
    file: Path | None,
    as_json: bool,
    name: str,
    ask: Callable[[Queries, str], Any],
) -> None:
    """Ask one question of every statement given, and show the answers."""
    queries = Queries(load_schema(Settings().schemas_path, source))
    text = _text(sql, file)
    statements = split_statements(text, queries.dialect)
    if not statements:
        raise typer.BadParameter("there is no statement in it")
    told = [_told(queries, statement, name, ask) for statement in statements]
    if as_json:
        print_json(told)
    else:
        for one in told:
            _show(one, name, where=str(file) if file else source)
    if not all(one["is_valid"] for one in told):
        raise typer.Exit(1)


def _text(sql: str | None, file: Path | None) -> str:
    if (sql is None) == (file is None):
        raise typer.BadParameter("pass a query, or `-`, or --file")
    if file is not None:
        return file.read_text(encoding="utf-8")
    return sys.stdin.read() if sql == "-" else sql or ""


def _told(
    queries: Queries, statement: Statement, name: str, ask: Callable[[Queries, str], Any]
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "sql": statement.sql,
        "line": statement.line,
        "is_valid": True,
        "problems": [],
    }
    try:
        told[name] = ask(queries, statement.sql)
    except InvalidQuery as error:
        problems = [asdict(statement.placed(problem)) for problem in error.problems]
        told |= {"is_valid": False, "problems": problems}
    return told


def _show(told: dict[str, Any], name: str, *, where: str) -> None:
    for problem in told["problems"]:
        hint = (
            f"; did you mean {', '.join(problem['suggestions'])}?" if problem["suggestions"] else ""
        )
        place = f"{where}:{problem['line']}:{problem['column']}"
        text = f"{escape(place)}: [bold red]{escape(problem['message'])}[/]{escape(hint)}"
        out.print(text, soft_wrap=True, highlight=False)
    if told["problems"]:
        return
    for line in _lines(told[name], told["sql"]):
        out.print(line, soft_wrap=True, highlight=False, markup=False)


def _lines(answer: Any, sql: str) -> list[str]:
    if answer is True:
        return [f"ok: {' '.join(sql.split())[:80]}"]
    if isinstance(answer, str):
        return [f"{answer};"]
    if isinstance(answer, dict):
        return [f"{table}: {', '.join(columns)}" for table, columns in answer.items()]
    return ["  ".join(_cell(value) for value in row.values()) for row in answer]


def _cell(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
