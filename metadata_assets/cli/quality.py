"""`metadata-assets quality`: is what is said of a source right, and is it enough."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import typer
from rich.markup import escape
from rich.table import Table

from metadata_assets.cli.app import Commands, app, out
from metadata_assets.cli.show import print_json
from metadata_assets.quality.coverage import Coverage
from metadata_assets.quality.golden import GoldenVerdict
from metadata_assets.quality.picture import coverage_svg
from metadata_assets.settings import Settings
from metadata_assets.stewardship import Stewardship

quality_app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help="""Judge what is said of a source: descriptions, golden queries, glossary, personal data.

    From what the last sync stored; nothing is run on the source unless you ask. Exit code 1 where
    something is wrong.
    """,
)
app.add_typer(quality_app, name="quality")

OfSource = Annotated[str, typer.Argument(metavar="SOURCE", help="Its key, `module.source_id`.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]

_STYLES = {"error": "bold red", "warning": "yellow", "info": "dim"}
_SHOWN = 100


@quality_app.command("check")
def check(
    source: OfSource,
    rules: Annotated[
        list[str] | None, typer.Option("--rule", help="Only this rule; repeatable.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Every problem, with its object, rule and remedy. Exit code 1 on errors, not on warnings."""
    problems = Stewardship(Settings()).problems(source)
    _tell(problems, rules or (), as_json, "Nothing is wrong.")


@quality_app.command("glossary")
def check_glossary(source: OfSource, as_json: Json = False) -> None:
    """Do the terms name what there is, is their SQL valid, do they contradict each other?"""
    problems = Stewardship(Settings()).glossary_problems(source)
    _tell(problems, (), as_json, "The glossary is sound.")


@quality_app.command("golden")
def check_golden(
    source: OfSource,
    explain: Annotated[
        bool, typer.Option("--explain", help="Also ask the source's engine to plan each.")
    ] = False,
    seconds: Annotated[
        int, typer.Option(min=1, help="How long the engine may think about one.")
    ] = 10,
    as_json: Json = False,
) -> None:
    """Is every golden query valid? Those of drops, and those among the training records.

    Offline, on the stored schema. With --explain the source's engine plans each too, in a read-only
    session: a golden query is never run.
    """
    stewardship = Stewardship(Settings())
    verdicts = stewardship.golden_queries(source)
    if explain:
        verdicts = stewardship.explained(source, verdicts, seconds=seconds)
    invalid = [one for one in verdicts if not one.is_valid]
    if as_json:
        print_json(
            {
                "valid_count": len(verdicts) - len(invalid),
                "total_count": len(verdicts),
                "queries": [_told(one) for one in verdicts],
            }
        )
    else:
        _show_golden(verdicts, invalid)
    if invalid:
        raise typer.Exit(1)


@quality_app.command("coverage")
def show_coverage(
    source: OfSource,
    svg: Annotated[
        Path | None, typer.Option("--svg", dir_okay=False, help="Also write it as a picture.")
    ] = None,
    as_json: Json = False,
) -> None:
    """How many tables and columns do the valid golden queries use, and which do none?"""
    coverage = Stewardship(Settings()).coverage(source)
    if svg is not None:
        svg.write_text(coverage_svg(coverage), encoding="utf-8")
    if as_json:
        print_json(coverage.document())
    else:
        _show_coverage(coverage)


def _tell(problems: pa.Table, rules: Sequence[str], as_json: bool, fine: str) -> None:
    rows = [row for row in problems.to_pylist() if not rules or row["rule"] in rules]
    if as_json:
        print_json(rows)
    elif not rows:
        out.print(fine)
    else:
        _show_problems(rows)
    if any(row["severity"] == "error" for row in rows):
        raise typer.Exit(1)


def _show_problems(rows: Sequence[dict[str, Any]]) -> None:
    table = Table()
    for heading in ("severity", "object", "rule", "problem"):
        table.add_column(heading, overflow="fold")
    for row in rows[:_SHOWN]:
        style = _STYLES[row["severity"]]
        table.add_row(
            f"[{style}]{row['severity']}[/]",
            escape(row["object"]),
            row["rule"],
            f"{escape(row['message'])}. [dim]{escape(row['remedy'])}[/]",
        )
    out.print(table)
    if len(rows) > _SHOWN:
        out.print(f"… and {len(rows) - _SHOWN} more (--json lists all)")


def _told(verdict: GoldenVerdict) -> dict[str, Any]:
    return {
        "query_id": verdict.golden.query_id,
        "question": verdict.golden.question,
        "sql": verdict.golden.sql,
        "origin": verdict.golden.origin,
        "is_valid": verdict.is_valid,
        "reasons": list(verdict.reasons),
        "suggestions": list(verdict.suggestions),
        "result_columns": list(verdict.result_columns),
        "uses": {table: list(columns) for table, columns in verdict.uses.items()},
    }


def _show_golden(verdicts: Sequence[GoldenVerdict], invalid: Sequence[GoldenVerdict]) -> None:
    for one in invalid:
        out.print(
            f"[bold red]invalid[/] {escape(one.golden.query_id)} ({escape(one.golden.origin)}): "
            f"{escape('; '.join(one.reasons))}",
            soft_wrap=True,
            highlight=False,
        )
    out.print(f"{len(verdicts) - len(invalid)} of {len(verdicts)} golden queries are valid.")


def _show_coverage(coverage: Coverage) -> None:
    table = Table()
    for heading in ("domain", "tables", "columns"):
        table.add_column(heading)
    rows = [("[bold]all[/]", (coverage.tables, coverage.columns))]
    rows += [(escape(name or "(none)"), shares) for name, shares in coverage.domains.items()]
    for name, shares in rows:
        cells = (f"{one.covered}/{one.total} ({one.percentage:g} %)" for one in shares)
        table.add_row(name, *cells)
    out.print(table)
    for name in coverage.uncovered_tables[:_SHOWN]:
        out.print(f"uncovered: {escape(name)}", highlight=False)
    columns = len(coverage.uncovered_columns)
    out.print(f"{columns} columns are uncovered (--json lists them).")
